import { setTimeout as wait } from 'node:timers/promises'

/** How to wait for a lock that another process holds. */
export interface Patience {
  /** On a clock that never jumps, in milliseconds. */
  readonly deadline: number
  readonly isBusy: (error: unknown) => boolean
}

const shortest = 1
const longest = 25

/**
 * Repeats a synchronous step while the database is busy, leaving the event loop free in between. The pauses grow and are drawn at random,
 * so that processes that started together do not meet again. After the deadline the driver's own error surfaces.
 */
export async function retryWhileBusy<T>(step: () => T, { deadline, isBusy }: Patience): Promise<T> {
  for (let pause = shortest; ; pause = Math.min(longest, pause * 1.6)) {
    try {
      return step()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error
    }
    await wait(pause * (0.5 + Math.random()))
  }
}
