import { chmodSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { createBoard } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { loadSqlite } from '../../src/store/sqlite/load-sqlite.ts'
import { skipAsNotApplicable } from '../skip.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { TempFolder, testKeys, until } from '../support/open-board.ts'
import { runWorker } from '../support/run-worker.ts'
import { bundleWorker } from '../support/worker.ts'

const bank = (name: string) =>
  ({ type: Gateway, plugin: 'bank', name, config: { apiKey: 'key-0', note: name }, status: 'active', priority: 1 }) as const

test('fault 14: with a full disk a write fails clearly and changes nothing, the snapshot serves on, and with room again all works', async () => {
  using folder = new TempFolder()
  const database = (await loadSqlite())(folder.file)
  const board = createBoard({ plugins: [Bank, Cash], store: sqlite(database), keys: testKeys, migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  const { id } = await board.admin.create(bank('Main'), { actor })
  const [{ page_count: pages } = { page_count: 0 }] = database.prepare('pragma page_count').all() as { page_count: number }[]
  database.exec(`pragma max_page_count = ${pages + 2}`)
  const { revision } = await board.internals.store.head()
  const full = { code: 'store', message: expect.stringMatching(/is full.*Make room.*nothing was written/s) }
  await expect(board.admin.update(id, { config: { note: 'x'.repeat(200_000) } }, { actor })).rejects.toMatchObject(full)
  expect([await board.get(Gateway).charge('o'), await board.use(Gateway).charge('o')]).toEqual(['Main: o', 'Main: o'])
  expect([(await board.internals.store.head()).revision, (await board.admin.get(id)).config]).toEqual([revision, { note: 'Main' }])
  expect((await board.status()).freshness.state).toBe('fresh')
  database.exec('pragma max_page_count = 1000000')
  await board.admin.update(id, { config: { note: 'x'.repeat(200_000) } }, { actor })
  expect((board.get(Gateway) as Bank).note).toHaveLength(200_000)
  await board.close()
  database.close()
})

test('fault 14: on a database that can only be read the board starts and serves, writes fail clearly, and can be written to again later', async () => {
  using folder = new TempFolder()
  const first = createBoard({ plugins: [Bank, Cash], store: sqlite(folder.file), keys: testKeys, migrate: 'on-start', sync: 'on-start' })
  await first.ready()
  const { id } = await first.admin.create(bank('Main'), { actor })
  await first.close()
  const database = (await loadSqlite())(folder.file)
  database.exec('pragma query_only = on')
  const board = createBoard({ plugins: [Bank, Cash], store: sqlite(database), keys: testKeys, migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  expect(await board.use(Gateway).charge('o')).toBe('Main: o')
  const refused = { code: 'store', message: expect.stringMatching(/read-only.*write access.*nothing was written/s) }
  await expect(board.admin.update(id, { priority: 3 }, { actor })).rejects.toMatchObject(refused)
  await expect(board.admin.setStatus(id, 'disabled', { actor })).rejects.toMatchObject(refused)
  await expect(board.admin.create(bank('New'), { actor })).rejects.toMatchObject(refused)
  expect(await board.get(Gateway).charge('o')).toBe('Main: o')
  expect(board.instances(Gateway).map(({ name }) => name)).toEqual(['Main', 'Cash'])
  database.exec('pragma query_only = off')
  await board.admin.setStatus(id, 'disabled', { actor })
  expect(await board.get(Gateway).charge('o')).toBe('cash: o')
  await board.close()
  database.close()
})

const posix = skipAsNotApplicable(process.platform === 'win32' && 'limits and permissions of POSIX')
/** `prlimit` is Linux's: with it a process gets room again. Elsewhere it ends where it was stopped. */
const room = process.platform === 'linux' ? { ROOM: 'yes' } : {}

posix(
  'fault 14: a process whose file may not grow any more is refused its writes clearly, loses nothing, serves on, and writes again with room',
  async () => {
    using folder = new TempFolder()
    using worker = await bundleWorker('full-disk-worker')
    const first = createBoard({ plugins: [Bank, Cash], store: sqlite(folder.file), keys: testKeys, migrate: 'on-start', sync: 'on-start' })
    await first.ready()
    const { id } = await first.admin.create(bank('Main'), { actor })
    await first.close()

    // 1,024 blocks of 512 or 1,024 bytes: some dozens of edits fit into them.
    const env = { BOARD_FILE: folder.file, INSTANCE: id, ...room }
    const run = runWorker(worker.path, env, { shell: 'ulimit -S -f 1024' })
    expect([await run.ended, run.errors()]).toEqual([0, ''])
    const accepted = run.said.flatMap((line) => (typeof line['accepted'] === 'number' ? [line['accepted']] : []))
    const last = accepted.at(-1) ?? 0
    expect(accepted.length).toBeGreaterThan(3)
    const refused = run.said.flatMap((line) => (line['refused'] === undefined ? [] : [line['refused']]))
    expect(refused).toHaveLength(5)
    for (const each of refused)
      expect(each).toMatchObject({ code: 'store', message: expect.stringMatching(/can't grow.*ulimit -f.*nothing was written/s) })
    expect(run.said.find((line) => line['called'] !== undefined)).toEqual({ serving: last, called: 'Main: o', state: true, last })
    const written = room.ROOM === undefined ? last : last + 1
    if (room.ROOM !== undefined) expect(run.said).toContainEqual({ withRoom: written, serving: written })
    expect(run.said.at(-1)).toEqual({ ended: true })

    // What was accepted is there, each edit with its entry; what was refused left nothing.
    await using after = createBoard({ plugins: [Bank, Cash], store: sqlite(folder.file), keys: testKeys })
    await after.ready()
    expect(Number.parseInt((after.get(Gateway) as Bank).note, 10)).toBe(written)
    const entries = await after.admin.history({ instance: id, limit: 500 })
    expect(entries.map(({ action }) => action)).toEqual([...Array.from({ length: written }, () => 'update'), 'create'])
    expect((await after.admin.verifyKeys()).ok).toBe(true)
  },
)

posix(
  "fault 14: a process that may only read the database's file starts, serves, follows what others write, and each of its own writes is refused clearly",
  async () => {
    using folder = new TempFolder()
    using worker = await bundleWorker('read-only-worker')
    chmodSync(dirname(folder.file), 0o755)
    const owner = createBoard({ plugins: [Bank, Cash], store: sqlite(folder.file), keys: testKeys, migrate: 'on-start', sync: 'on-start' })
    await owner.ready()
    const { id } = await owner.admin.create(bank('Main'), { actor })
    for (const end of ['', '-wal', '-shm']) chmodSync(folder.file + end, process.getuid?.() === 0 ? 0o644 : 0o444)

    const run = runWorker(worker.path, { BOARD_FILE: folder.file, INSTANCE: id })
    const answers = (): readonly object[] => run.said.filter((line) => line['writes'] !== undefined)
    const ask = async (): Promise<object> => {
      const before = answers().length
      run.child.stdin?.write('write\n')
      await until(() => answers().length > before || run.child.exitCode !== null)
      return answers().at(-1) ?? { errors: run.errors(), said: run.said }
    }
    await until(() => run.said.length > 0 || run.child.exitCode !== null)
    expect([run.said[0], run.errors()]).toEqual([{ ready: true }, ''])
    const { revision } = await owner.internals.store.head()
    const refused = { code: 'store', message: expect.stringMatching(/read-only.*write access.*nothing was written/s) }
    const none = { serving: 'Main', called: 'Main: o', writes: Array.from({ length: 4 }, () => refused), after: 'Main' }
    expect(await ask()).toMatchObject(none)
    expect((await owner.internals.store.head()).revision).toBe(revision)

    await owner.admin.update(id, { config: { note: 'edited' } }, { actor })
    await until(() => run.said.some((line) => line['changed'] === true))
    expect(await ask()).toMatchObject({ ...none, serving: 'edited', after: 'edited' })
    await owner.close()
    // With nobody left to write, its snapshot serves on.
    expect(await ask()).toMatchObject({ serving: 'edited', called: 'Main: o', after: 'edited' })
    run.child.stdin?.end('end\n')
    expect([await run.ended, run.errors()]).toEqual([0, ''])
  },
)
