import { freshAsyncLoop } from '../harness/fresh-loop.ts'
import { measure } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { assertBoardGuards, assertGuards, byCockatiel, byEffect, byHand, byOpossum } from '../subjects/guarded-calls.ts'
import { PlainAnswering, Remote, remoteBoard } from '../subjects/remote.ts'

export const row: Row = {
  id: 'F1',
  what: 'call through a handle with failover, ejection, deadline and signal, success',
  against: 'direct await',
  goal: 5,
  guardedBy: 'ratio',
  peers: ['opossum', 'cockatiel', 'effect'],
  run,
}

async function run({ rounds }: RowScale): Promise<Outcome> {
  await assertBoardGuards()
  await assertGuards('by hand', byHand)
  await assertGuards('opossum', byOpossum, false)
  await assertGuards('cockatiel', byCockatiel)
  await assertGuards('effect', byEffect)

  const { signal } = new AbortController()
  const deadline = 10_000
  const targets = [new PlainAnswering(), new PlainAnswering()]
  await using board = await remoteBoard(['answering', 'answering'])
  const handle = board.use(Remote, { deadline, signal })
  const peers = [
    { name: 'a careful loop by hand', made: byHand({ targets, deadline, signal }) },
    { name: 'opossum, without a signal', made: byOpossum({ targets, deadline, signal }) },
    { name: 'cockatiel: retry, breaker, timeout', made: byCockatiel({ targets, deadline, signal }) },
    { name: 'effect, breaker by hand', made: byEffect({ targets, deadline, signal }) },
  ]
  const compared = await measure(
    [
      freshAsyncLoop('await object.ask()', 'use.ask(i & 7)', [], new PlainAnswering()),
      freshAsyncLoop('Plugboard: await handle.ask()', 'use.ask(i & 7)', [], handle),
      ...peers.map(({ name, made }) => freshAsyncLoop(name, 'use.call(i & 7)', [], made)),
    ],
    { rounds },
  )
  for (const { made } of peers) made.close()
  return {
    compared,
    notes: [
      'Before the run each side had to end a call that hangs by its deadline, one whose signal aborts, and to stop asking what keeps failing.',
    ],
  }
}
