import type { Target } from './guarded-calls.ts'

/** How a careful loop is set. */
export interface LoopOptions {
  readonly targets: readonly Target[]
  /** Milliseconds for each attempt. */
  readonly deadline: number
  readonly signal: AbortSignal
  readonly failuresToOpen: number
  /** Milliseconds. */
  readonly openFor: number
}

/**
 * What one writes with care in an afternoon: one target after the other, each under a deadline; the caller's signal ends the wait; who fails too often in a
 * row is passed over for a while; nothing stays behind when a call has ended.
 */
export class LoopByHand {
  readonly #options: LoopOptions
  readonly #states: { failures: number; openUntil: number }[]

  constructor(options: LoopOptions) {
    this.#options = options
    this.#states = options.targets.map(() => ({ failures: 0, openUntil: 0 }))
  }

  async call(value: number): Promise<number> {
    const { targets, signal, failuresToOpen, openFor } = this.#options
    signal.throwIfAborted()
    const errors: unknown[] = []
    for (const [index, target] of targets.entries()) {
      const state = this.#states[index] as { failures: number; openUntil: number }
      if (state.openUntil > performance.now()) continue
      try {
        const result = await this.#within(target.ask(value))
        state.failures = 0
        return result
      } catch (error) {
        signal.throwIfAborted()
        errors.push(error)
        if (++state.failures >= failuresToOpen) state.openUntil = performance.now() + openFor
      }
    }
    throw new AggregateError(errors, 'all targets failed')
  }

  #within(work: Promise<number>): Promise<number> {
    const { deadline, signal } = this.#options
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        settle()
        reject(new Error('given up', { cause: signal.reason }))
      }
      const timer = setTimeout(() => {
        settle()
        reject(new Error(`no answer within ${deadline} ms`))
      }, deadline)
      signal.addEventListener('abort', abort, { once: true })
      work.then(
        (result) => {
          settle()
          resolve(result)
        },
        (error: unknown) => {
          settle()
          // eslint-disable-next-line typescript/prefer-promise-reject-errors -- the target's own, whatever it is.
          reject(error)
        },
      )
    })
  }
}
