import pg from 'pg'
import { expect } from 'vitest'
import { skipWithReason } from '../../../test/skip.ts'
import type { TestDatabase } from '../../../test/support/databases.ts'
import { onPostgres, postgresDatabase, postgresUrl } from '../../../test/support/postgres-test-database.ts'
import { newInstance, plant, plantInstance } from '../../testing/store-contract/sample-rows.ts'
import type { Store } from '../store.ts'
import type { PostgresOptions } from './postgres.ts'
import { postgres } from './postgres.ts'

const test = skipWithReason(postgresDatabase.wanting)

test('a pool that is handed in stays open, and its connections come back as they went', async () => {
  await using bench = await onPool({ max: 1 })
  const { store, pool } = bench
  await plant(store)
  await store.read((reader) => reader.instances())
  await store.close()
  const state = async (): Promise<unknown> =>
    (
      await pool.query(
        `select current_setting('lock_timeout') as lock, current_setting('search_path') as path, current_setting('transaction_isolation') as isolation,
          current_setting('transaction_read_only') as read_only, (select count(*)::int from pg_prepared_statements) as prepared,
          (select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as advisory`,
      )
    ).rows[0]
  const fresh = new pg.Pool({ connectionString: postgresUrl(), max: 1 })
  const untouched: unknown = (
    await fresh.query(
      `select current_setting('lock_timeout') as lock, current_setting('search_path') as path, current_setting('transaction_isolation') as isolation,
          current_setting('transaction_read_only') as read_only, 0 as prepared, 0 as advisory`,
    )
  ).rows[0]
  await fresh.end()
  expect(await state()).toEqual(untouched)
  expect(pool.totalCount).toBe(1)
})

test("a pool's own habits change nothing: bigints as BigInt, serializable and read-only by default", async () => {
  const asBigInt = (oid: number, format?: 'text' | 'binary'): unknown => (oid === 20 ? BigInt : pg.types.getTypeParser(oid, format))
  await using bench = await onPool({
    types: { getTypeParser: asBigInt as typeof pg.types.getTypeParser },
    options:
      '-c default_transaction_isolation=serializable -c default_transaction_read_only=on -c timezone=Asia/Tehran -c standard_conforming_strings=off',
  })
  const { store } = bench
  const ground = await plant(store)
  await plantInstance(store, ground, { name: "back\\slash and 'quotes'" })
  const [row] = await store.read((reader) => reader.instances())
  expect(row).toMatchObject({ name: "back\\slash and 'quotes'", revision: 1, createdRevision: 2, createdAt: 1_700_000_000_000 })
  expect(await store.head()).toMatchObject({ revision: 2 })
})

test('[31] a work that swallows an error of the database is not believed to be written', async () => {
  await using bench = await onPool()
  const { store } = bench
  const ground = await plant(store)
  await plantInstance(store, ground)
  const swallowed = store.write(async (writer) => {
    await writer.insertInstances([newInstance(store, ground)]).catch(() => {})
  })
  await expect(swallowed).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/rolled the transaction back/) })
  expect(await store.head()).toMatchObject({ revision: 2 })
})

test('fault 4: a connection that is killed, idle or in the middle of a write, costs that call and nothing else', async () => {
  await using bench = await onPool({ max: 2 })
  const { store, pool } = bench
  pool.on('error', () => {})
  await plant(store)
  await onPostgres(postgresUrl(), (client) => endBackends(client, bench.application))
  await until(() => pool.totalCount === 0)
  expect(await store.head()).toMatchObject({ revision: 1 })
  const cut = store.write(async (writer) => {
    await writer.insertTypes([{ key: 'half', label: '', description: '' }])
    await onPostgres(postgresUrl(), (client) => endBackends(client, bench.application))
    // The socket's end is read in a later turn: nothing is being asked of the connection when it breaks.
    await new Promise((resolve) => setTimeout(resolve, 50))
    await writer.types()
  })
  await expect(cut).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/can't be reached/) })
  expect((await store.read((reader) => reader.types())).map(({ key }) => key)).toEqual(['payment'])
  await plant(store, 'after')
  expect(await store.head()).toMatchObject({ revision: 2 })
})

test('fault 4: a pool that is exhausted says so after the timeout, and works again once a connection is free', async () => {
  await using bench = await onPool({ max: 1 }, { timeout: 300 })
  const { store, pool } = bench
  await plant(store)
  const held = await pool.connect()
  await expect(store.head()).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/no connection free for 300 ms/) })
  held.release()
  expect(await store.head()).toMatchObject({ revision: 1 })
})

test('a write that waits for a lock longer than lockTimeout fails as busy, and nothing is written', async () => {
  await using bench = await onPool({}, { lockTimeout: 100 })
  const { store, pool, schema } = bench
  await plant(store)
  const holder = await pool.connect()
  await holder.query(`begin; update ${schema}.plugboard_meta set revision = revision`)
  await expect(plant(store, 'late')).rejects.toMatchObject({
    code: 'store',
    message: expect.stringMatching(/is locked by another process/),
  })
  expect(await store.head()).toMatchObject({ revision: 1 })
  await holder.query('rollback')
  holder.release()
  await plant(store, 'late')
})

test('a write that the database ends in favour of another one (a deadlock) is run again', async () => {
  await using bench = await onPool()
  const { store, pool, schema } = bench
  const { typeId } = await plant(store)
  const other = await pool.connect()
  // The other one is not to be chosen: it looks for deadlocks late.
  await other.query(`set deadlock_timeout = '60s'; begin; update ${schema}.plugboard_types set label = label`)
  let others: Promise<unknown> = Promise.resolve()
  let runs = 0
  await store.write(async (writer) => {
    runs++
    if (runs === 1) others = other.query(`update ${schema}.plugboard_meta set revision = revision`).then(() => other.query('commit'))
    await writer.updateTypes([{ id: typeId, label: 'mine' }])
  })
  await others
  other.release(true)
  expect(runs).toBe(2)
  expect((await store.read((reader) => reader.types()))[0]).toMatchObject({ label: 'mine', stamp: 2 })
})

test('fault 14: a standby, a full disk and a missing right are told apart', async () => {
  await using bench = await onPool()
  await plant(bench.store)
  await bench.database.sql(`create or replace function ${bench.schema}.refuse() returns trigger language plpgsql as
    $$ begin raise exception 'as asked' using errcode = current_setting('plugboard.state'); end $$`)
  await bench.database.sql(`create trigger refuse before update on plugboard_meta execute function ${bench.schema}.refuse()`)
  const said = async (state: string): Promise<string> => {
    const store = postgres({ connectionString: postgresUrl(), options: `-c plugboard.state=${state}` } as object, {
      schema: bench.schema,
    }).open({
      now: Date.now,
    })
    const failure = await plant(store, 'x').catch((error: unknown) => error)
    await store.close()
    return (failure as Error).message
  }
  expect(await said('25006')).toMatch(/is read-only/)
  expect(await said('53100')).toMatch(/is full/)
  expect(await said('42501')).toMatch(/does not allow this/)
  expect(await said('XX001')).toMatch(/is damaged/)
  expect(await said('57P01')).toMatch(/can't be reached/)
  expect(await said('40001')).toMatch(/in favour of another one, several times/)
  expect(await said('P0001')).toMatch(/answered with an error: as asked/)
})

interface PoolBench extends AsyncDisposable {
  readonly store: Store
  readonly pool: pg.Pool
  readonly schema: string
  readonly application: string
  readonly database: TestDatabase
}

async function onPool(config: pg.PoolConfig = {}, options: PostgresOptions = {}): Promise<PoolBench> {
  const database = await postgresDatabase.open()
  const [, schema = ''] = database.place.split('#')
  const setUp = database.factory.open({ now: Date.now })
  await setUp.migrate()
  await setUp.close()
  const pool = new pg.Pool({ connectionString: postgresUrl(), max: 4, application_name: schema, ...config })
  const store = postgres(pool, { ...options, schema }).open({ now: () => 1_700_000_000_000 })
  return {
    store,
    pool,
    schema,
    application: schema,
    database,
    [Symbol.asyncDispose]: async () => {
      await store.close()
      await pool.end()
      await database[Symbol.asyncDispose]()
    },
  }
}

async function endBackends(client: pg.Client, application: string): Promise<void> {
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [application])
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate)
}
