import mysqlPromises from 'mysql2/promise'
import { expect } from 'vitest'
import { skipWithReason } from '../../../test/skip.ts'
import type { TestDatabase } from '../../../test/support/databases.ts'
import { mariadbDatabase, mariadbUrl, onMysql } from '../../../test/support/mysql-test-database.ts'
import { newInstance, plant, plantInstance } from '../../testing/store-contract/sample-rows.ts'
import { migrations, schemaVersion } from '../migrations/index.ts'
import type { Store } from '../store.ts'
import { tableNames } from '../tables.ts'
import type { MysqlOptions } from './mysql.ts'
import { mysql } from './mysql.ts'

const test = skipWithReason(mariadbDatabase.wanting)

test('a pool that is handed in stays open, and its connections come back as they went', async () => {
  await using bench = await onPool({ connectionLimit: 1 })
  const { store, pool } = bench
  const habits = `select @@tx_isolation as isolation, @@tx_read_only as read_only, @@autocommit as autocommit, @@sql_mode as mode, @@in_transaction as inside,
    @@innodb_lock_wait_timeout as patience`
  const [before] = await pool.query(habits)
  await plant(store)
  await store.read((reader) => reader.instances())
  await store.close()
  const [after] = await pool.query(habits)
  expect(after).toEqual(before)
})

test('[31] a migration that was cut off between two tables goes on where it stopped', async () => {
  await using database = await mariadbDatabase.open()
  let made = 0
  const cut = new Error('cut off here')
  const first = database.factory.open({
    now: Date.now,
    onStatement: (sql) => {
      if (sql.startsWith('create table') && ++made === 4) throw cut
    },
  })
  await expect(first.migrate()).rejects.toThrow(/cut off/)
  await first.close()
  const store = database.factory.open({ now: Date.now })
  await expect(store.checkSchema()).rejects.toMatchObject({ code: 'schema_missing' })
  const { migrations: missing, statements } = await store.planMigration()
  expect(missing).toEqual(migrations.map(({ name }) => name))
  expect(statements.filter((sql) => sql.startsWith('create table'))).toHaveLength(Object.keys(tableNames('')).length - 4)
  await store.migrate()
  expect(await store.findDrift()).toEqual([])
  await plant(store)
  await store.close()
})

test('a column that a cut-off migration has added already is not added again', async () => {
  await using bench = await onPool()
  await bench.database.sql('update plugboard_meta set schema_version = 1')
  expect(await bench.store.migrate()).toMatchObject({ from: 1, to: schemaVersion })
  expect(await bench.store.findDrift()).toEqual([])
})

test('a connection with another character set is refused with what to do, and no text is lost', async () => {
  await using bench = await onPool({ charset: 'latin1' })
  await expect(bench.store.head()).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/charset: 'utf8mb4'/) })
})

test('what is larger than max_allowed_packet is told, and the store works on', async () => {
  await using bench = await onPool()
  const { store } = bench
  const ground = await plant(store)
  const huge = plantInstance(store, ground, { config: 'x'.repeat(20_000_000) })
  await expect(huge).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/max_allowed_packet/) })
  await plantInstance(store, ground, { config: 'x'.repeat(5_000_000) })
  expect(await store.head()).toMatchObject({ revision: 2 })
})

test('fault 4: a connection that is killed, idle or in the middle of a write, costs that call and nothing else', async () => {
  await using bench = await onPool({ connectionLimit: 2 })
  const { store, database } = bench
  await plant(store)
  await endConnections(database)
  // The socket's end is read in a later turn; a pool of mysql2 may give a dead connection once.
  await store.head().catch(() => {})
  expect(await store.head()).toMatchObject({ revision: 1 })
  const cut = store.write(async (writer) => {
    await writer.insertTypes([{ key: 'half', label: '', description: '' }])
    await endConnections(database)
    await writer.types()
  })
  await expect(cut).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/can't be reached/) })
  await store.head().catch(() => {})
  expect((await store.read((reader) => reader.types())).map(({ key }) => key)).toEqual(['payment'])
  await plant(store, 'after')
  expect(await store.head()).toMatchObject({ revision: 2 })
})

test('fault 4: a pool that is exhausted says so after the timeout, and works again once a connection is free', async () => {
  await using bench = await onPool({ connectionLimit: 1 }, { timeout: 300 })
  const { store, pool } = bench
  await plant(store)
  const held = await pool.getConnection()
  await expect(store.head()).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/no connection free for 300 ms/) })
  held.release()
  expect(await store.head()).toMatchObject({ revision: 1 })
})

test('a write that waits for a lock longer than the timeout fails, and nothing is written', async () => {
  await using bench = await onPool({}, { timeout: 500 })
  const { store, pool } = bench
  await plant(store)
  const holder = await pool.getConnection()
  await holder.query('start transaction')
  await holder.query('update plugboard_meta set revision = revision + 1')
  await expect(plant(store, 'late')).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/gave no answer for 500 ms/) })
  await holder.query('rollback')
  holder.release()
  await plant(store, 'late')
  expect(await store.head()).toMatchObject({ revision: 2 })
})

test('a write that the database ends in favour of another one (a deadlock) is run again', async () => {
  await using bench = await onPool()
  const { store, pool } = bench
  const { typeId, pluginId } = await plant(store)
  const other = await pool.getConnection()
  await other.query('start transaction')
  // InnoDB ends the transaction that has written less: the other one has written more.
  await other.query("update plugboard_plugins set label = concat(label, 'x')")
  await other.query("update plugboard_types set label = concat(label, 'x')")
  await other.query(
    `insert into plugboard_history (id, revision, at, actor_id, actor_name, action, changed) select uuid(), 1, 1, '', '', '', '' from information_schema.columns limit 50`,
  )
  let others: Promise<unknown> = Promise.resolve()
  let runs = 0
  await store.write(async (writer) => {
    runs++
    if (runs === 1) others = other.query('update plugboard_meta set revision = revision').then(() => other.query('commit'))
    await writer.updateTypes([{ id: typeId, label: 'mine' }])
    await writer.updatePlugins([{ id: pluginId, label: 'mine' }])
  })
  await others
  other.release()
  expect(runs).toBe(2)
  expect((await store.read((reader) => reader.types()))[0]).toMatchObject({ label: 'mine', stamp: 2 })
})

test('a standby, a full table and a missing right are told apart', async () => {
  await using bench = await onPool()
  await plant(bench.store)
  const said = async (errno: number): Promise<string> => {
    await bench.database.sql('drop trigger if exists refuse')
    await bench.database.sql(
      `create trigger refuse before update on plugboard_meta for each row signal sqlstate 'HY000' set mysql_errno = ${errno}, message_text = 'as asked'`,
    )
    const failure = await plant(bench.store, 'x').catch((error: unknown) => error)
    return (failure as Error).message
  }
  expect(await said(1290)).toMatch(/is read-only/)
  expect(await said(1114)).toMatch(/is full/)
  expect(await said(1142)).toMatch(/does not allow this/)
  expect(await said(1194)).toMatch(/is damaged/)
  expect(await said(1205)).toMatch(/is locked by another process/)
  expect(await said(1213)).toMatch(/in favour of another one, several times/)
  expect(await said(1644)).toMatch(/answered with an error: as asked/)
})

test('fault 11: names that differ only in case, accents or spaces at their end are different', async () => {
  await using bench = await onPool()
  const { store } = bench
  const ground = await plant(store)
  const names = ['main', 'Main', 'maín', 'main ', 'main  ', ' main', 'ß', 'ss', 'ک', 'ك']
  await store.write((writer) => writer.insertInstances(names.map((name) => newInstance(store, ground, { name }))))
  expect((await store.read((reader) => reader.instances())).map(({ name }) => name)).toEqual(names)
})

interface PoolBench extends AsyncDisposable {
  readonly store: Store
  readonly pool: mysqlPromises.Pool
  readonly database: TestDatabase
}

async function onPool(config: mysqlPromises.PoolOptions = {}, options: MysqlOptions = {}): Promise<PoolBench> {
  const database = await mariadbDatabase.open()
  const setUp = database.factory.open({ now: Date.now })
  await setUp.migrate()
  await setUp.close()
  const pool = mysqlPromises.createPool({ uri: database.place, connectionLimit: 4, ...config })
  const store = mysql(pool, options).open({ now: () => 1_700_000_000_000 })
  return {
    store,
    pool,
    database,
    [Symbol.asyncDispose]: async () => {
      await store.close()
      await pool.end()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Ends every connection to a database. */
async function endConnections(database: TestDatabase): Promise<void> {
  const name = new URL(database.place).pathname.slice(1)
  await onMysql(mariadbUrl(), async (connection) => {
    const [rows] = await connection.query<mysqlPromises.RowDataPacket[]>('select id from information_schema.processlist where db = ?', [
      name,
    ])
    for (const { id } of rows as { id: number }[]) await connection.query(`kill ${id}`)
  })
}
