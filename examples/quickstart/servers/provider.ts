import { setTimeout as wait } from 'node:timers/promises'

/** Milliseconds a server of the example takes before it stores a message, and again before it answers: near enough to a real one. */
export const thinkingTime = 20

/**
 * Takes a message as a provider does: thinks, stores, thinks, answers. A crash before the storing loses the message, one after it only the answer;
 * the sender can't tell the two apart, which is what makes "exactly once" hard.
 */
export async function take(store: () => Promise<void>, down: AbortSignal, storing: Set<Promise<void>>): Promise<void> {
  await wait(thinkingTime, undefined, { signal: down })
  const stored = store()
  storing.add(stored)
  try {
    await stored
  } finally {
    storing.delete(stored)
  }
  await wait(thinkingTime, undefined, { signal: down })
}
