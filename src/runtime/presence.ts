import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { StoreError } from '../errors/index.ts'
import type { Store } from '../store/index.ts'
import type { Logger } from './events.ts'

/** What a process says of itself. */
export interface PresenceOptions {
  readonly store: Store
  readonly logger: Logger | undefined
  readonly release: string
  readonly keyIds: readonly string[]
  readonly now: () => number
  /** Monotonic milliseconds. */
  readonly elapsed: () => number
}

const beatEvery = 10_000
const forgetAfter = 60_000

/** This process's sign of life in the database: which keys it has, which revision it serves. */
export class Presence {
  /** Of this process's row. */
  readonly id: string = randomUUID()
  readonly #options: PresenceOptions
  readonly #startedAt: number
  /** On the monotonic clock; `undefined` while nothing was written. */
  #last: number | undefined

  constructor(options: PresenceOptions) {
    this.#options = options
    this.#startedAt = options.now()
  }

  /** Writes a sign of life where one is due. A database that can only be read still serves. */
  async beat(revision: number): Promise<void> {
    const { store, release, keyIds, now, elapsed, logger } = this.#options
    if (this.#last !== undefined && elapsed() - this.#last < beatEvery) return
    this.#last = elapsed()
    const row = { id: this.id, host: hostname(), pid: process.pid, release, keyIds, revision, startedAt: this.#startedAt, seenAt: now() }
    try {
      await store.heartbeat(row, forgetAfter)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      logger?.warn({ error }, 'the sign of life could not be written')
    }
  }

  /** Takes it back. */
  async end(): Promise<void> {
    if (this.#last !== undefined) await this.#options.store.forgetProcess(this.id).catch(() => {})
  }
}
