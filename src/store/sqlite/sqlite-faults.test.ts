import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { newHistory, newInstance, plant, plantInstance } from '../../testing/store-contract/sample-rows.ts'
import type { Store } from '../store.ts'
import { loadSqlite } from './load-sqlite.ts'
import type { SqliteOptions } from './sqlite.ts'
import { sqlite } from './sqlite.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { temporaryFolder } from './temporary-folder.ts'

const open = await loadSqlite()
type ClosableStore = Store & AsyncDisposable

function opened(place: string | SqliteDatabase, options?: SqliteOptions): ClosableStore {
  const store = sqlite(place, options).open({ now: Date.now })
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() })
}

/** A migrated file, and a plain connection to it: somebody else's. */
async function shared(options?: SqliteOptions): Promise<{ file: string; store: ClosableStore; other: SqliteDatabase } & AsyncDisposable> {
  const folder = await temporaryFolder()
  const file = folder.file('plugboard.db')
  const store = opened(file, options)
  await store.migrate()
  const other = open(file)
  const dispose = async (): Promise<void> => {
    other.close()
    await store.close()
    await folder[Symbol.asyncDispose]()
  }
  return { file, store, other, [Symbol.asyncDispose]: dispose }
}

test('while another process holds the lock, a write gives up with a clear error, reads go on, and afterwards all works', async () => {
  await using db = await shared({ lockTimeout: 50 })
  await plant(db.store)
  db.other.exec('begin immediate')
  const writes = Array.from({ length: 3 }, () => db.store.write(async () => {}))
  for (const write of writes) {
    await expect(write).rejects.toMatchObject({
      code: 'store',
      message: expect.stringMatching(/locked by another process.*nothing was written/s),
    })
  }
  expect(await db.store.read((reader) => reader.types())).toHaveLength(1)
  expect((await db.store.head()).revision).toBe(1)
  db.other.exec('rollback')
  await plant(db.store, 'mail')
  expect((await db.store.head()).revision).toBe(2)
})

test('a write waits for the lock without holding up the event loop', async () => {
  await using db = await shared()
  db.other.exec('begin immediate')
  const write = db.store.write(async (writer) => writer.revision)
  // Turns of the event loop: they would not come if the wait blocked it, and the lock would never be released.
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setTimeout(resolve))
  db.other.exec('commit')
  expect(await write).toBe(1)
})

test('a long queue of writes leaves the event loop its turns', async () => {
  await using db = await shared()
  let turns = 0
  let next = setImmediate(function turn() {
    turns++
    next = setImmediate(turn)
  })
  await Promise.all(Array.from({ length: 50 }, () => db.store.write(async () => {})))
  clearImmediate(next)
  expect(turns).toBeGreaterThan(40)
})

test('a full disk is a clear error, reads go on, and with room again writes do too', async () => {
  await using folder = await temporaryFolder()
  const database = open(folder.file('plugboard.db'))
  await using store = opened(database)
  await store.migrate()
  const ground = await plant(store)
  const [size] = database.prepare('pragma page_count').all() as { page_count: number }[]
  database.exec(`pragma max_page_count = ${String((size?.page_count ?? 0) + 3)}`)
  const big = newInstance(store, ground, { config: 'x'.repeat(100_000), keyId: 'k1' })
  const write = store.write((writer) => writer.insertInstances([big]))
  await expect(write).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/is full.*nothing was written/s) })
  expect(await store.read((reader) => reader.instances())).toEqual([])
  expect((await store.head()).revision).toBe(1)
  await plantInstance(store, ground, { name: 'small' })
  database.exec('pragma max_page_count = 100000')
  await store.write((writer) => writer.insertInstances([big]))
  expect((await store.head()).revision).toBe(3)
  await store.close()
  database.close()
})

test('a read-only database is a clear error for writes, and serves reads', async () => {
  await using db = await shared()
  await plant(db.store)
  const database = open(db.file)
  database.exec('pragma query_only = on')
  await using store = opened(database)
  expect(await store.migrate()).toMatchObject({ applied: [] })
  await expect(store.write(async () => {})).rejects.toMatchObject({
    code: 'store',
    message: expect.stringMatching(/read-only.*write access/s),
  })
  expect(await store.read((reader) => reader.types())).toHaveLength(1)
  database.close()
})

test('a read-only file is a clear error for writes, and serves reads, whatever its journal', async () => {
  for (const journal of ['wal', 'delete']) {
    await using folder = await temporaryFolder()
    const file = folder.file('plugboard.db')
    const database = open(file)
    database.exec(`pragma journal_mode = ${journal}`)
    await using owner = opened(database)
    await owner.migrate()
    await plant(owner)
    await owner.close()
    database.close()
    await chmod(file, 0o444)
    await chmod(dirname(file), 0o777)
    await asOrdinaryUser(async () => {
      await using store = opened(file)
      await store.checkSchema()
      expect(await store.migrate()).toMatchObject({ applied: [] })
      expect(await store.read((reader) => reader.types())).toHaveLength(1)
      await expect(plant(store, 'mail')).rejects.toMatchObject({
        code: 'store',
        message: expect.stringMatching(/read-only.*write access/s),
      })
      expect((await store.head()).revision).toBe(1)
    })
  }
})

/** Permissions stop everybody but root. */
async function asOrdinaryUser(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work()
  process.seteuid?.(65_534)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}

test('what is no database is said to be none, and a missing folder to be missing; once there, the same store works', async () => {
  await using folder = await temporaryFolder()
  await writeFile(folder.file('junk.db'), 'this is no database at all. '.repeat(100))
  await using junk = opened(folder.file('junk.db'))
  await expect(junk.migrate()).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/no database at all/) })

  const file = join(folder.file('missing'), 'plugboard.db')
  await using store = opened(file)
  await expect(store.head()).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/can't be reached/) })
  await mkdir(dirname(file))
  await store.migrate()
  expect((await store.head()).revision).toBe(0)
})

test('a failing commit is rolled back, and the connection stays usable', async () => {
  const database = open(':memory:')
  let failing = false
  await using store = opened({
    prepare: (sql) => database.prepare(sql),
    close: () => database.close(),
    exec: (sql) => {
      if (failing && sql === 'commit') throw Object.assign(new Error('disk I/O error'), { errcode: 1034 })
      database.exec(sql)
    },
  })
  await store.migrate()
  failing = true
  await expect(plant(store)).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/disk I\/O error/) })
  failing = false
  expect((await store.head()).revision).toBe(0)
  await plant(store)
  expect((await store.head()).revision).toBe(1)
})

test('a commit waits for readers where the journal makes it', async () => {
  await using folder = await temporaryFolder()
  const file = folder.file('plugboard.db')
  const [mine, other] = [open(file), open(file)]
  await using store = opened(mine)
  await store.migrate()
  other.exec('begin')
  other.prepare('select * from plugboard_meta').all()
  const write = plant(store)
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve))
  other.exec('commit')
  await write
  expect((await store.head()).revision).toBe(1)
  await store.close()
  mine.close()
  other.close()
})

test('a newer schema that this release can still read works; one that it can not is refused with what to do', async () => {
  await using db = await shared()
  db.other.exec('update plugboard_meta set schema_version = 9')
  expect(await db.store.migrate()).toEqual({ from: 9, to: 9, applied: [] })
  await db.store.checkSchema()
  await plant(db.store)
  db.other.exec('update plugboard_meta set oldest_reader = 9')
  const calls = [() => db.store.checkSchema(), () => db.store.migrate(), () => db.store.write(async () => {})]
  for (const call of calls)
    await expect(call()).rejects.toMatchObject({ code: 'schema_too_new', message: expect.stringMatching(/Update plugboard/) })
  expect((await db.store.head()).revision).toBe(1)
})

test('an older schema is said to need a migration', async () => {
  await using db = await shared()
  db.other.exec('update plugboard_meta set schema_version = 0')
  const calls = [() => db.store.checkSchema(), () => db.store.write(async () => {})]
  for (const call of calls)
    await expect(call()).rejects.toMatchObject({ code: 'schema_missing', message: expect.stringMatching(/plugboard migrate/) })
})

test('a database handed in stays open, and two stores on it take turns', async () => {
  const database = open(':memory:')
  const [one, two] = [opened(database), opened(database)]
  await Promise.all([one.migrate(), two.migrate()])
  const revisions = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two).write(async (writer) => writer.revision)),
  )
  expect(revisions).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  const mark = await two.changeMark?.()
  expect(await two.changeMark?.()).toBe(mark)
  await one.write(async () => {})
  expect(await two.changeMark?.()).not.toBe(mark)
  await one.close()
  expect((await two.head()).revision).toBe(21)
  await two.close()
  expect(database.prepare('select count(*) as n from plugboard_meta').all()).toEqual([{ n: 1 }])
  database.close()
})

test("a write waits for the end of the owner's transaction on a database handed in", async () => {
  const database = open(':memory:')
  await using store = opened(database)
  await store.migrate()
  database.exec('begin; create table theirs (a)')
  const write = plant(store)
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve))
  database.exec('rollback')
  await write
  expect((await store.head()).revision).toBe(1)
  await store.close()
  database.close()
})

test('two prefixes in one file are two boards', async () => {
  await using folder = await temporaryFolder()
  const file = folder.file('plugboard.db')
  await using one = opened(file)
  await using two = opened(file, { prefix: 'other_' })
  await one.migrate()
  await expect(two.checkSchema()).rejects.toMatchObject({ code: 'schema_missing' })
  await two.migrate()
  await plant(one)
  expect([(await one.head()).revision, (await two.head()).revision]).toEqual([1, 0])
  expect((await one.head()).epoch).not.toBe((await two.head()).epoch)
})

test('a file is in WAL mode, and once the store is closed the file alone is the whole database', async () => {
  await using folder = await temporaryFolder()
  const file = folder.file('plugboard.db')
  await using store = opened(file)
  await store.migrate()
  await plant(store)
  await store.close()
  await copyFile(file, folder.file('copy.db'))
  const copy = open(folder.file('copy.db'))
  expect(copy.prepare('pragma journal_mode').all()).toEqual([{ journal_mode: 'wal' }])
  expect(copy.prepare('select revision from plugboard_meta').all()).toEqual([{ revision: 1 }])
  copy.close()
})

test('statements are shown without values, and beginning a transaction is none', async () => {
  const statements: string[] = []
  const store = sqlite(':memory:').open({ now: Date.now, onStatement: (sql) => statements.push(sql) })
  await store.migrate()
  const ground = await plant(store)
  statements.length = 0
  await store.write(async (writer) => {
    await writer.insertInstances([newInstance(store, ground, { config: 'canary-config', name: 'canary-name' })])
    await writer.appendHistory([newHistory({ actorName: 'canary-actor' })])
  })
  expect(statements).toHaveLength(3)
  expect(statements.join()).not.toMatch(/canary/)
  await store.head()
  expect(statements).toHaveLength(4)
  await store.close()
})
