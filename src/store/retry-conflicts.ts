import { setTimeout as wait } from 'node:timers/promises'

const attempts = 5

/** Repeats a transaction that the database ended in favour of another; the last error surfaces. */
export async function retryConflicts<T>(transaction: () => Promise<T>, isConflict: (error: unknown) => boolean): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction()
    } catch (error) {
      if (attempt >= attempts || !isConflict(error)) throw error
    }
    // Drawn at random, so that two that met do not meet again.
    await wait(Math.random() * 20 * attempt)
  }
}
