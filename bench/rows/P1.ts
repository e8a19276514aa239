import { randomUUID } from 'node:crypto'
import { postgres } from 'plugboard/postgres'
import { comparedOf, type Compared } from '../harness/measure.ts'
import type { Bound, Outcome, Row, RowScale } from '../harness/row.ts'
import { percentile } from '../harness/stats.ts'
import { commitClock } from '../subjects/commit-clock.ts'
import { startFollower, type Follower } from '../subjects/followers.ts'
import { benchSchema, postgresUrl } from '../subjects/postgres.ts'
import { queryCounter } from '../subjects/query-counter.ts'
import { openSaver } from '../subjects/saver.ts'

export const row: Row = {
  id: 'P1',
  what: 'from the commit of a saved change until another process serves the new object, PostgreSQL',
  against: 'a NOTIFY in a transaction that writes one row, and LISTEN, between the same two processes',
  goal: 2,
  guardedBy: 'counts',
  peers: ['PostgreSQL', 'pg'],
  run,
}

/** Milliseconds between two safety polls where none is to fall into what is counted. */
const never = 3_600_000

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const one = await measureWith(1, rounds * (quick ? 4 : 10))
  const ten = quick ? [] : [{ size: 10, ...(await measureWith(10, rounds)) }]
  const [base = [], own = []] = one.values
  const bounds: Bound[] = [
    { what: 'statements of a process for a change, at least', value: one.fewestStatements, atMost: 2 },
    { what: 'p99 against p99', value: round(percentile(own, 0.99) / percentile(base, 0.99)), atMost: 2, kind: 'timed' },
    // One query in a minute shows in a minute alone.
    ...(quick
      ? []
      : [{ what: 'queries a second of an idle process, beside the safety poll', value: await idleQueries(60_000), atMost: 0.04 }]),
  ]
  return {
    compared: one.compared,
    growth: [
      {
        of: 'processes that follow; the last of them counts',
        steps: [{ size: 1, compared: one.compared }, ...ten.map(({ size, compared }) => ({ size, compared }))],
      },
    ],
    bounds,
    notes: [
      'All are timed by the clock that the processes of a machine share, from the moment the commit is sent.',
      'A NOTIFY without a write is shown beside: its commit waits for no disk, so nothing that is saved can be as fast.',
    ],
  }
}

interface Measured {
  readonly compared: Compared[]
  /** Nanoseconds, by side. */
  readonly values: readonly (readonly number[])[]
  readonly fewestStatements: number
}

async function measureWith(processes: number, rounds: number): Promise<Measured> {
  await using bench = await benchSchema()
  const clock = commitClock(postgresUrl)
  const { pool } = clock
  const channel = `bench-${randomUUID()}`
  const [written, own, bare]: number[][] = [[], [], []]
  let fewestStatements: number
  {
    await bench.client.query('create table written (n integer)')
    await bench.client.query('insert into written values (0)')
    await using saver = await openSaver(postgres(pool, { schema: bench.schema }))
    const { keys } = saver
    await using followers = await startFollowers(processes, { kind: 'postgres', url: postgresUrl, schema: bench.schema, channel, keys })
    for (let turn = 0; turn < rounds + 3; turn++) {
      const bareTook = await wordOf(followers, () => bench.client.query(`select pg_notify('${channel}', '1')`))
      await bench.client.query('begin')
      await bench.client.query('update written set n = n + 1')
      await bench.client.query(`select pg_notify('${channel}', '1')`)
      const writtenTook = await wordOf(followers, () => bench.client.query('commit'))
      const served = followers.last('served')
      await saver.save()
      const ownTook = Number((await served) - clock.at)
      // The first ones warm both up.
      if (turn < 3) continue
      written?.push(writtenTook)
      own?.push(ownTook)
      bare?.push(bareTook)
    }
    fewestStatements = followers.fewestStatements
  }
  await pool.end()
  const values = [written ?? [], own ?? [], bare ?? []]
  const [base = [], mine = [], word = []] = values
  return {
    compared: comparedOf([
      { name: 'commit of one row and a NOTIFY until it is heard', values: base },
      { name: 'Plugboard: commit until get gives the new object', values: mine },
      { name: 'a NOTIFY that writes nothing until it is heard', values: word },
    ]),
    values,
    fewestStatements,
  }
}

type Followers = Awaited<ReturnType<typeof startFollowers>>

/** Nanoseconds from when something is sent until all have heard of it. */
async function wordOf(followers: Followers, send: () => Promise<unknown>): Promise<number> {
  const heard = followers.last('heard')
  const sent = process.hrtime.bigint()
  await send()
  return Number((await heard) - sent)
}

async function startFollowers(
  count: number,
  options: Parameters<typeof startFollower>[0],
): Promise<AsyncDisposable & { readonly fewestStatements: number; last(kind: 'served' | 'heard'): Promise<bigint> }> {
  const followers: Follower[] = []
  for (let index = 0; index < count; index++) followers.push(await startFollower(options))
  return {
    get fewestStatements() {
      return Math.min(...followers.map((each) => each.fewestStatements))
    },
    last: async (kind) => (await Promise.all(followers.map((each) => each.next(kind)))).reduce((late, at) => (at > late ? at : late), 0n),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(followers.map((each) => each[Symbol.asyncDispose]()))
    },
  }
}

/** All that a process asks in such a time, by whichever connection, while nothing changes. @param time Milliseconds. */
async function idleQueries(time: number): Promise<number> {
  await using bench = await benchSchema()
  await using way = await queryCounter(postgresUrl)
  const store = postgres(postgresUrl, { schema: bench.schema })
  let keys: string
  {
    await using saver = await openSaver(store)
    keys = saver.keys
  }
  await using follower = await startFollower({
    kind: 'postgres',
    url: way.url,
    schema: bench.schema,
    channel: 'bench-idle',
    keys,
    refreshEvery: never,
  })
  // What belongs to its start is over.
  await follower.idle(2_000)
  const before = way.count
  await follower.idle(time)
  return round((way.count - before) / (time / 1_000))
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
