import { DeadlineError } from '../errors/index.ts'
import { systemClock, type Clock, type Timer } from './clock.ts'

/**
 * Waits for something of a plugin's, but not for ever. Its late rejection is swallowed; its late result goes to `late`.
 *
 * @param deadline Milliseconds.
 * @throws DeadlineError
 */
export async function withDeadline<T>(
  work: T | PromiseLike<T>,
  deadline: number,
  what: string,
  { after, late }: { readonly after?: Clock['after']; readonly late?: (value: T) => void } = {},
): Promise<T> {
  let over = false
  let timer: Timer | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = (after ?? systemClock.after)(deadline, () => {
      over = true
      reject(new DeadlineError(what, deadline))
    })
  })
  const running = Promise.resolve(work).then((value) => {
    if (over) late?.(value)
    return value
  })
  running.catch(() => {})
  try {
    return await Promise.race([running, timeout])
  } finally {
    timer?.cancel()
  }
}
