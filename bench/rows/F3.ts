import { fallback, handleAll } from 'cockatiel'
import CircuitBreaker from 'opossum'
import pRetry from 'p-retry'
import { freshAsyncLoop } from '../harness/fresh-loop.ts'
import { measure } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { PlainAnswering, PlainDown, Insistent, remoteBoard } from '../subjects/remote.ts'

export const row: Row = {
  id: 'F3',
  what: 'the first instance fails, the second one answers',
  against: 'a loop written by hand',
  goal: 1.5,
  guardedBy: 'ratio',
  guardAt: 12,
  peers: ['cockatiel', 'p-retry', 'opossum'],
  run,
}

async function run({ rounds }: RowScale): Promise<Outcome> {
  await using board = await remoteBoard(['down', 'answering'], Insistent)
  const handle = board.use(Insistent)
  const down = new PlainDown()
  const answering = new PlainAnswering()
  const providers = [down, answering]
  const breaker = new CircuitBreaker((value: number) => down.ask(value), { timeout: false, volumeThreshold: Number.MAX_SAFE_INTEGER })
  breaker.fallback((value: number) => answering.ask(value))
  const retrying = (value: number): Promise<number> =>
    pRetry((attempt) => (attempt === 1 ? down : answering).ask(value), { retries: 1, minTimeout: 0, maxTimeout: 0 })
  const compared = await measure(
    [
      freshAsyncLoop('a loop by hand', 'use(i & 7)', [], (value: number) => byHand(providers, value)),
      freshAsyncLoop('Plugboard: await handle.ask()', 'use.ask(i & 7)', [], handle),
      freshAsyncLoop('cockatiel: fallback', 'use(i & 7)', [], (value: number) =>
        fallback(handleAll, () => answering.ask(value)).execute(() => down.ask(value)),
      ),
      freshAsyncLoop('p-retry', 'use(i & 7)', [], retrying),
      freshAsyncLoop('opossum: fallback', 'use.fire(i & 7)', [], breaker),
    ],
    { rounds },
  )
  breaker.shutdown()
  return { compared }
}

/** As one would write it with care: what failed, where and for how long is kept for the error at the end. */
async function byHand(providers: readonly { ask(value: number): Promise<number> }[], value: number): Promise<number> {
  const attempts: { readonly index: number; readonly error: unknown; readonly ms: number }[] = []
  for (const [index, provider] of providers.entries()) {
    const started = performance.now()
    try {
      return await provider.ask(value)
    } catch (error) {
      attempts.push({ index, error, ms: performance.now() - started })
    }
  }
  throw new AggregateError(
    attempts.map((attempt) => attempt.error),
    'all providers failed',
  )
}
