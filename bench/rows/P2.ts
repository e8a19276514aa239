import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import type { StoreFactory } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'
import { comparedOf } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { percentile } from '../harness/stats.ts'
import { startFollower } from '../subjects/followers.ts'
import { openSaver } from '../subjects/saver.ts'

export const row: Row = {
  id: 'P2',
  what: 'from a saved change until another process serves the new object, SQLite',
  against: 'another process that looks once a second',
  // What 5 ms are against half a second.
  goal: 100,
  higherIsBetter: true,
  guardedBy: 'counts',
  peers: ['SQLite', '@photostructure/sqlite'],
  run,
}

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-bench-'))
  const file = join(folder, 'board.db')
  const polled: number[] = []
  const own: number[] = []
  let idle = Number.NaN
  let statements: number
  try {
    let saved = 0n
    await using saver = await openSaver(
      toldStore(sqlite(file), (sql) => {
        // The last thing that a save writes; the commit follows at once.
        if (/^(?:insert|update|delete|with)\b/i.test(sql) && !sql.includes('plugboard_processes')) saved = process.hrtime.bigint()
      }),
    )
    await using poller = await startFollower({ kind: 'poll', file })
    await using follower = await startFollower({ kind: 'sqlite', file, keys: saver.keys })
    for (let turn = 0; turn < (quick ? 6 : rounds + 2); turn++) {
      // Anywhere between two of the other's looks.
      await after(Math.random() * 1_000)
      const [served, seen] = [follower.next('served'), poller.next('served')]
      await saver.save()
      const took = [Number((await served) - saved), Number((await seen) - saved)] as const
      if (turn < 2) continue
      own.push(took[0])
      polled.push(took[1])
    }
    statements = follower.fewestStatements
    if (!quick) {
      await after(1_000)
      idle = await follower.idle(20_000)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  return {
    compared: comparedOf([
      { name: 'a look once a second', values: polled },
      { name: 'Plugboard: saved until get gives the new object', values: own },
    ]),
    bounds: [
      { what: 'statements of a process for a change, at least', value: statements, atMost: 2 },
      { what: 'milliseconds until it is served, p50', value: round(percentile(own, 0.5) / 1e6), atMost: 5, kind: 'timed' },
      ...(quick ? [] : [{ what: 'per cent of a core while nothing changes', value: round(idle * 100), atMost: 1, kind: 'timed' } as const]),
    ],
  }
}

/** The same store, each statement of which is told when it was done. */
function toldStore(store: StoreFactory, tell: (sql: string) => void): StoreFactory {
  return { ...store, open: (options) => store.open({ ...options, onStatement: tell }) }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
