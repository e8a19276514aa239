import { systemClock, type Clock } from './clock.ts'

/** Calls that share one look at the clock while they come thick and fast. */
const shared = 15
/** Milliseconds: two looks that lie closer together are thick and fast; and the longest that one look serves. */
const close = 2

/**
 * The monotonic clock for calls. Looking costs as much as a call itself on some machines, so while calls follow each other within 2 ms, one look serves
 * sixteen of them, for 2 ms at most. `isExact` says whether the last answer was a look: only those calls are timed.
 */
export class CallClock {
  readonly #elapsed: () => number
  readonly #after: Clock['after']
  #last = Number.NEGATIVE_INFINITY
  #left = 0
  /** Whether a timer ends it. */
  #isShared = false
  isExact = true

  constructor(elapsed: () => number, { after }: Pick<Clock, 'after'> = systemClock) {
    this.#elapsed = elapsed
    this.#after = after
  }

  now(): number {
    if (this.#left > 0) {
      this.#left--
      this.isExact = false
      return this.#last
    }
    const now = this.#elapsed()
    if (now - this.#last < close) this.#share()
    this.#last = now
    this.isExact = true
    return now
  }

  /** A look, whatever. */
  look(): number {
    return this.#elapsed()
  }

  #share(): void {
    this.#left = shared
    if (this.#isShared) return
    this.#isShared = true
    const end = (): void => {
      this.#isShared = false
      this.#left = 0
    }
    this.#after(close, end, { background: true })
  }
}
