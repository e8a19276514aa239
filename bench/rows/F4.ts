import assert from 'node:assert/strict'
import { circuitBreaker, ConsecutiveBreaker, fallback, handleAll, wrap } from 'cockatiel'
import CircuitBreaker from 'opossum'
import type { Board } from 'plugboard'
import { freshAsyncLoop } from '../harness/fresh-loop.ts'
import { measure, type Compared } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import type { Side } from '../harness/side.ts'
import { benchActor } from '../subjects/filled-board.ts'
import { PlainAnswering, PlainDown, Remote, remoteBoard } from '../subjects/remote.ts'

export const row: Row = {
  id: 'F4',
  what: 'call through a handle while the first instance is ejected',
  against: 'direct await',
  goal: 2,
  guardedBy: 'ratio',
  peers: ['opossum', 'cockatiel'],
  run,
}

const hour = 3_600_000

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const peers = [byHand(), await opossum(), await cockatiel()]
  const steps: { size: number; compared: Compared[] }[] = []
  for (const size of quick ? [2, 10] : [2, 10, 100]) {
    await using board = await ejectedBoard(size)
    const own = freshAsyncLoop('Plugboard: await handle.ask()', 'use.ask(i & 7)', [], board.use(Remote))
    const direct = freshAsyncLoop('await object.ask()', 'use.ask(i & 7)', [], new PlainAnswering())
    const sides = size === 2 ? [direct, own, ...peers] : [direct, own]
    steps.push({ size, compared: await measure(sides, { rounds: size === 2 ? rounds : Math.ceil(rounds / 3) }) })
    const ejected = (await board.admin.metrics()).find((each) => each.name.startsWith('down'))
    assert.equal(ejected?.calls ?? 0, 0, 'nobody asks what is ejected')
  }
  return { compared: steps[0]?.compared ?? [], growth: [{ of: 'instances', steps }] }
}

async function ejectedBoard(size: number): Promise<Board> {
  const board = await remoteBoard(['down', ...Array.from({ length: size - 1 }, () => 'answering' as const)])
  const [first] = board.instances(Remote)
  await board.admin.eject(first?.id ?? '', { actor: benchActor, for: hour })
  return board
}

/** Asks of each, at each call, whether it is out. */
function byHand(): Side {
  const targets = [
    { target: new PlainDown(), openUntil: performance.now() + hour },
    { target: new PlainAnswering(), openUntil: 0 },
  ]
  const call = async (value: number): Promise<number> => {
    const errors: unknown[] = []
    for (const { target, openUntil } of targets) {
      if (openUntil > performance.now()) continue
      try {
        return await target.ask(value)
      } catch (error) {
        errors.push(error)
      }
    }
    throw new AggregateError(errors, 'all targets failed')
  }
  return freshAsyncLoop('a loop by hand', 'use(i & 7)', [], call)
}

async function opossum(): Promise<Side> {
  const [down, answering] = [new PlainDown(), new PlainAnswering()]
  const breaker = new CircuitBreaker((value: number) => down.ask(value), { timeout: false, resetTimeout: hour })
  breaker.fallback((value: number) => answering.ask(value))
  await breaker.fire(1)
  assert.ok(breaker.opened)
  return freshAsyncLoop('opossum: open, fallback', 'use.fire(i & 7)', [], breaker)
}

async function cockatiel(): Promise<Side> {
  const [down, answering] = [new PlainDown(), new PlainAnswering()]
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: hour, breaker: new ConsecutiveBreaker(1) })
  const call = (value: number): Promise<number> =>
    wrap(
      fallback(handleAll, () => answering.ask(value)),
      breaker,
    ).execute(() => down.ask(value))
  await call(1)
  await assert.rejects(
    breaker.execute(async () => 1),
    'the circuit is open',
  )
  return freshAsyncLoop('cockatiel: open, fallback', 'use(i & 7)', [], call)
}
