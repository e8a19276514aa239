import type { Built } from './built.ts'
import type { Caller } from './call.ts'
import type { DeadlineWheel, Line } from './deadline-wheel.ts'
import { BaseFlight, type CutBy } from './flight.ts'

/** The first attempt of a call under a deadline or a signal, and the promise of the whole call: all that a call costs that ends well. */
export class FirstAttempt extends BaseFlight {
  readonly promise: Promise<unknown>
  readonly built: Built
  readonly args: readonly unknown[]
  /** Monotonic milliseconds. */
  readonly started: number
  readonly #isExact: boolean
  readonly #caller: Caller
  #resolve!: (value: unknown) => void
  #reject!: (reason: unknown) => void

  constructor(
    wheel: DeadlineWheel,
    line: Line | undefined,
    signal: AbortSignal | undefined,
    caller: Caller,
    built: Built,
    args: readonly unknown[],
    started: number,
    isExact: boolean,
  ) {
    super(wheel, line, signal)
    this.#caller = caller
    this.built = built
    this.args = args
    this.started = started
    this.#isExact = isExact
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  succeeded(value: unknown): void {
    if (this.#isLate()) {
      this.built.release()
      return
    }
    this.#caller.firstSucceeded(this.built, this.started, this.#isExact)
    this.#resolve(value)
  }

  failed(thrown: unknown): void {
    this.built.release()
    if (this.#isLate()) return
    this.#resolve(this.#caller.firstFailed(this, thrown))
  }

  protected override overdue(): Error {
    return this.#caller.overdueAt(this.built)
  }

  protected override onCut(reason: unknown, by: CutBy): void {
    const next = this.#caller.firstCut(this, reason, by)
    if (next === undefined) this.#reject(reason)
    else this.#resolve(next)
  }

  /** What comes after it was cut short is thrown away, and counted. */
  #isLate(): boolean {
    if (this.cutBy === undefined) {
      this.land()
      return false
    }
    this.built.record.counters.late()
    return true
  }
}
