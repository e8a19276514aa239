import type { Board } from '../board.ts'
import type { AdminActor } from './actor.ts'
import type { Problem, RotationState } from './api.ts'
import type { Reply } from './reply.ts'

/**
 * The rotation of keys that somebody began here. It may take longer than any proxy waits for an answer, so it is begun by one request and looked at by others.
 * One at a time; what another process does at the same moment it does not know of, and does not need to.
 */
export class Rotation {
  readonly #board: Board
  readonly #answerFor: (error: unknown) => Reply
  #state: RotationState | null = null

  constructor(board: Board, answerFor: (error: unknown) => Reply) {
    this.#board = board
    this.#answerFor = answerFor
  }

  get state(): RotationState | null {
    return this.#state
  }

  /** Begins one, or tells of the one that is under way. */
  begin(actor: AdminActor): RotationState {
    if (this.#state?.state === 'running') return this.#state
    const since = Date.now()
    const running: RotationState = { state: 'running', since, by: actor.name, done: 0, total: null }
    this.#state = running
    void this.#run(actor, running)
    return running
  }

  async #run(actor: AdminActor, running: RotationState & { readonly state: 'running' }): Promise<void> {
    try {
      const onProgress = ({ done, total }: { readonly done: number; readonly total: number }): void => {
        this.#state = { ...running, done, total }
      }
      const { keyId, resealed, failed, contested } = await this.#board.admin.rotateKeys({ onProgress }, { actor })
      const { live, removed, history } = resealed
      this.#state = { state: 'done', at: Date.now(), keyId, resealed: live + removed + history, failed, contested }
    } catch (error) {
      // The body of a refusal is always a problem.
      const { code, detail } = this.#answerFor(error).body as Problem
      this.#state = { state: 'failed', at: Date.now(), code, detail }
    }
  }
}
