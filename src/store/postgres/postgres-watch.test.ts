import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { until } from '../../../test/support/open-board.ts'
import { OwnPgbouncer, pgbouncerWanting } from '../../../test/support/own-pgbouncer.ts'
import { onPostgres, postgresDatabase, postgresUrl } from '../../../test/support/postgres-test-database.ts'
import { TcpProxy } from '../../../test/support/tcp-proxy.ts'
import { skipWithReason } from '../../../test/skip.ts'
import type { ChangeHint, Store } from '../index.ts'
import { channelOf, PostgresWatch, type ListeningClient } from './postgres-watch.ts'
import { postgres, type PostgresOptions } from './postgres.ts'

const postgresTest = skipWithReason(postgresDatabase.wanting)
const bouncerTest = skipWithReason(postgresDatabase.wanting ?? pgbouncerWanting)

/** A store that listens, and another one that writes, in a schema of their own. */
async function listening(place: Parameters<typeof postgres>[0], options: PostgresOptions = {}) {
  const database = await postgresDatabase.open()
  const schema = database.place.split('#')[1] ?? ''
  const writer = database.factory.open({ now: Date.now })
  await writer.migrate()
  const store: Store = postgres(place, { schema, ...options }).open({ now: Date.now })
  const heard: ChangeHint[] = []
  const watch = store.watch?.((hint) => heard.push(hint))
  const write = (failure?: Error): Promise<number> =>
    writer.write(async ({ revision }) => {
      if (failure !== undefined) throw failure
      return revision
    })
  return {
    schema,
    heard,
    watch,
    write,
    isHeard: (revision: number) => until(() => heard.some((hint) => hint.revision === revision)),
    async [Symbol.asyncDispose]() {
      await watch?.close()
      await store.close()
      await writer.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

const isListening = (room: Awaited<ReturnType<typeof listening>>) => until(() => room.watch?.problem === undefined, 30_000)

/** Ends the connections that listen on a schema's channel, and says how many there were. */
async function terminateListeners(schema: string): Promise<number> {
  const channel = channelOf(schema, 'plugboard_')
  const { rowCount } = await onPostgres(postgresUrl(), (client) =>
    client.query('select pg_terminate_backend(pid) from pg_stat_activity where query = $1', [`listen "${channel}"`]),
  )
  return rowCount ?? 0
}

postgresTest('[42] a write is heard of when it is committed, with its revision; one that is rolled back never is', async () => {
  await using room = await listening(postgresUrl())
  await isListening(room)
  await room.isHeard(await room.write())
  const before = room.heard.length
  await expect(room.write(new Error('rolled back'))).rejects.toThrow('rolled back')
  const revision = await room.write()
  await room.isHeard(revision)
  expect(room.heard.slice(before).every((hint) => hint.revision === revision)).toBe(true)
})

postgresTest('[42] fault 4: a LISTEN connection that is dropped is opened again, and one look makes up for what was missed', async () => {
  await using room = await listening(postgresUrl())
  await isListening(room)
  const looks = (): number => room.heard.filter(({ revision }) => revision === undefined).length
  expect(looks()).toBe(1)
  expect(await terminateListeners(room.schema)).toBe(1)
  await until(() => looks() === 2, 30_000)
  await room.isHeard(await room.write())
})

postgresTest('[42] fault 4: a LISTEN connection is opened again after the server was out of reach for a while', async () => {
  const { port, username, pathname } = new URL(postgresUrl())
  await using proxy = await TcpProxy.before(Number(port || 5432))
  await using room = await listening(`postgres://${username}@127.0.0.1:${proxy.port}${pathname}`)
  await isListening(room)
  proxy.refuse()
  await until(() => room.watch?.problem !== undefined)
  await room.write()
  proxy.pass()
  await isListening(room)
  expect(room.heard.at(-1)).toEqual({})
  await room.isHeard(await room.write())
})

postgresTest('a pool that is handed in is not borrowed from: listening has a connection of its own, made like the pool’s', async () => {
  const pool = new pg.Pool({ connectionString: postgresUrl(), max: 1 })
  const room = await listening(pool)
  await isListening(room)
  expect(pool.totalCount).toBe(0)
  await room.isHeard(await room.write())
  await room[Symbol.asyncDispose]()
  await pool.end()
})

postgresTest('what only can connect, and no URL to listen at, is told as a source that hears nothing', async () => {
  const pool = new pg.Pool({ connectionString: postgresUrl(), max: 1 })
  const room = await listening({ connect: () => pool.connect() })
  await until(() => String(room.watch?.problem).includes('listen'))
  await room[Symbol.asyncDispose]()
  await pool.end()
})

postgresTest('with listen: false nothing is listened to', async () => {
  await using room = await listening(postgresUrl(), { listen: false })
  expect(room.watch).toBe(undefined)
})

bouncerTest('[42] behind pgbouncer in transaction mode words are sent through it, and heard by a direct URL', async () => {
  await using bouncer = await OwnPgbouncer.before(postgresUrl())
  await using room = await listening(bouncer.url, { listen: postgresUrl() })
  await isListening(room)
  const throughBouncer = postgres(bouncer.url, { schema: room.schema }).open({ now: Date.now })
  const revision = await throughBouncer.write(async (writer) => writer.revision)
  await room.isHeard(revision)
  expect(await throughBouncer.head()).toMatchObject({ revision })
  await throughBouncer.close()
})

postgresTest('anybody may say anything on the channel: it is a hint that names nothing', async () => {
  await using room = await listening(postgresUrl())
  await isListening(room)
  const said = ['', 'x', '-1', '1e9', '9'.repeat(40), '{"revision":1}', "'; drop table x"]
  for (const payload of said) {
    const before = room.heard.length
    await onPostgres(postgresUrl(), (client) => client.query('select pg_notify($1, $2)', [channelOf(room.schema, 'plugboard_'), payload]))
    await until(() => room.heard.length > before)
    expect(room.heard.at(-1)).toEqual({})
  }
})

test('a channel’s name fits, whatever the schema and prefix', () => {
  expect(channelOf('shop', 'plugboard_')).toBe('plugboard:shop:plugboard_')
  const long = channelOf('s'.repeat(63), 'p'.repeat(30))
  expect(long.length).toBeLessThanOrEqual(63)
  expect(long).not.toBe(channelOf('t'.repeat(63), 'p'.repeat(30)))
})

test('[42] fault 4: a connection that is gone without a word is found at the first change that was not heard of; while nothing changes nothing is asked', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const asked: string[] = []
  let isSilent = false
  const client = (): ListeningClient => ({
    connect: async () => {},
    on: () => {},
    end: async () => {},
    query: (text) => {
      asked.push(text)
      return isSilent && text === 'select 1' ? new Promise(() => {}) : Promise.resolve()
    },
  })
  const hints: ChangeHint[] = []
  const watch = new PostgresWatch({ source: 'a test', client: async () => client(), channel: 'c', changed: (hint) => hints.push(hint) })
  await vi.advanceTimersByTimeAsync(240_000)
  expect([asked, hints.length]).toEqual([['listen "c"'], 1])
  // Word was on its way: the server answers, and two suspicions at once ask once.
  watch.suspect()
  watch.suspect()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([asked.splice(0), watch.problem]).toEqual([['listen "c"', 'select 1'], undefined])
  isSilent = true
  watch.suspect()
  await vi.advanceTimersByTimeAsync(9_000)
  expect(watch.problem).toBeUndefined()
  await vi.advanceTimersByTimeAsync(2_000)
  // Opened again, with a look for what was missed.
  expect([asked.splice(0), watch.problem, hints.length]).toEqual([['select 1', 'listen "c"'], undefined, 2])
  // Without any suspicion it is asked now and then.
  await vi.advanceTimersByTimeAsync(300_000)
  expect(asked).toEqual(['select 1'])
  await watch.close()
})
