/** The two halves of a settling. */
export interface SettlingSteps {
  /** What decides where calls go. One at a time. */
  readonly swap: () => Promise<void>
  /** What can take its time, beside the next swap. */
  readonly follow: () => Promise<void>
}

/**
 * Brings a type up to date, one swap after the other. Who asks while one waits for its turn gets that one: it sees what is new as well, so that however
 * fast changes come, at most one swap waits behind the one under way.
 */
export class Settling {
  readonly #steps: SettlingSteps
  /** The swap under way, and the one that waits. */
  #tail: Promise<void> = Promise.resolve()
  #waiting: Promise<void> | undefined
  readonly #underWay = new Set<Promise<void>>()

  constructor(steps: SettlingSteps) {
    this.#steps = steps
  }

  /** Settles; fails as the first of the two halves that does. */
  start(): Promise<void> {
    this.#waiting ??= this.#start()
    return this.#waiting
  }

  /** Ends when those that are under way have, whatever became of them. */
  async ended(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  #start(): Promise<void> {
    const swap = this.#tail.then(() => {
      this.#waiting = undefined
      return this.#steps.swap()
    })
    this.#tail = swap.catch(() => {})
    const whole = swap.then(() => this.#steps.follow())
    const ended = whole.catch(() => {}).finally(() => this.#underWay.delete(ended))
    this.#underWay.add(ended)
    return whole
  }
}
