import { DeadlineError } from '../errors/index.ts'
import type { DeadlineWheel } from './deadline-wheel.ts'
import { Flight, rejectWith } from './flight.ts'
import type { Limits } from './limits.ts'

/** Waits for `work` until its deadline passes or its caller gives up. What comes later goes to `late`; a later rejection is swallowed. */
export function waitFor<T>(
  wheel: DeadlineWheel,
  work: () => Promise<T>,
  { total, totalLine, signal: given }: Limits,
  what: string,
  late?: (value: T) => void,
): Promise<T> {
  const signal = typeof given === 'function' ? given() : given
  // eslint-disable-next-line typescript/prefer-promise-reject-errors -- the reason is the caller's own.
  if (signal?.aborted === true) return Promise.reject(signal.reason)
  return new Promise((resolve, reject) => {
    const flight = new Flight({ wheel, line: totalLine, signal }, () => new DeadlineError(what, total), reject)
    work().then(
      (value) => {
        if (flight.isCut) return late?.(value)
        flight.land()
        resolve(value)
      },
      (thrown: unknown) => {
        flight.land()
        rejectWith(reject, thrown)
      },
    )
  })
}
