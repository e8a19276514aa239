import { retry, circuitBreaker, ConsecutiveBreaker, handleAll, wrap } from 'cockatiel'
import CircuitBreaker from 'opossum'
import { freshAsyncLoop } from '../harness/fresh-loop.ts'
import { measure } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { PlainAnswering, Remote, remoteBoard } from '../subjects/remote.ts'

export const row: Row = {
  id: 'F2',
  what: 'call through a handle with failover and ejection, no deadline, success',
  against: 'direct await',
  goal: 2.6,
  guardedBy: 'ratio',
  peers: ['opossum', 'cockatiel'],
  run,
}

async function run({ rounds }: RowScale): Promise<Outcome> {
  await using board = await remoteBoard(['answering', 'answering'])
  const handle = board.use(Remote)
  const direct = new PlainAnswering()
  const ask = (value: number): Promise<number> => direct.ask(value)
  const breaker = new CircuitBreaker(ask, { timeout: false })
  const policy = wrap(
    retry(handleAll, { maxAttempts: 1 }),
    circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) }),
  )
  const compared = await measure(
    [
      freshAsyncLoop('await object.ask()', 'use.ask(i & 7)', [], direct),
      freshAsyncLoop('Plugboard: await handle.ask()', 'use.ask(i & 7)', [], handle),
      freshAsyncLoop('opossum, no timeout', 'use.fire(i & 7)', [], breaker),
      freshAsyncLoop('cockatiel: retry and circuit breaker', 'use(i & 7)', [], (value: number) => policy.execute(() => ask(value))),
    ],
    { rounds },
  )
  breaker.shutdown()
  return { compared }
}
