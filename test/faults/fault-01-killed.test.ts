import { afterAll, beforeAll, expect } from 'vitest'
import { createBoard, generateKey, type Board } from '../../src/index.ts'
import { describeEachDatabase, type TestDatabase } from '../support/databases.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { testKeys } from '../support/open-board.ts'
import { seededRandom } from '../support/random.ts'
import { runWorker, type Worker } from '../support/run-worker.ts'
import { bundleWorker } from '../support/worker.ts'

/** Each round one process is killed with SIGKILL, at a statement of its work that the seed chooses. */
const rounds = Number(process.env['FAULT_ROUNDS'] ?? 4)
const random = seededRandom('FAULT_SEED')
let worker: Awaited<ReturnType<typeof bundleWorker>>

beforeAll(async () => {
  worker = await bundleWorker('killed-worker')
})
afterAll(() => worker[Symbol.dispose]())

/** Works until it is killed at that statement; where it was through before, it ends by itself. */
async function killed(database: TestDatabase, work: string, killAt: number, env: Readonly<Record<string, string>> = {}): Promise<Worker> {
  const seed = String(random.below(2 ** 31))
  const run = runWorker(worker.path, { WORK: work, KILL_AT: String(killAt), BOARD_FILE: database.place, SEED: seed, ...env })
  expect([0, 'SIGKILL'], `${work} at ${killAt}: ${run.errors()}`).toContain(await run.ended)
  expect(run.errors()).toBe('')
  return run
}

/** The first round kills in the middle for certain, so that there is something to go on from. */
const at = (round: number, middle: number, most: number): number => (round === 0 ? middle : 1 + random.below(most))

const open = (database: TestDatabase, keys = testKeys): Board => createBoard({ plugins: [Bank, Cash], store: database.factory, keys })
/** What sync writes, as far as both ends of it differ. */
const contents = (board: Board) =>
  board.internals.store.read(async (reader) => {
    const [types, plugins, instances, history] = [
      await reader.types(),
      await reader.plugins(),
      await reader.instances(),
      await reader.history(),
    ]
    return [types.length, plugins.length, instances.length, history.length]
  })

describeEachDatabase((kind, test) => {
  test('[57] fault 1: killed with -9 in the middle of migrate, a database counts as migrated or as empty, and the next migrate makes what is missing', async () => {
    let halves = 0
    for (let round = 0; round < rounds; round++) {
      await using database = await kind.open()
      const run = await killed(database, 'migrate', at(round, 10, 30))
      const store = database.factory.open({ now: Date.now })
      const found = await store.checkSchema().then(
        () => 'all',
        (error: unknown) => (/has no Plugboard tables/.test(String(error)) ? 'none' : String(error)),
      )
      expect(['all', 'none']).toContain(found)
      if (run.said.length > 0) expect(found).toBe('all')
      if (found === 'none') halves++
      const report = await store.migrate()
      expect(report.applied.length > 0).toBe(found === 'none')
      await store.checkSchema()
      expect((await store.head()).revision).toBe(0)
      await store.close()
    }
    expect(halves, 'positive control: some were killed on the way').toBeGreaterThan(0)
  }, 180_000)

  test('[31] fault 1: killed with -9 in the middle of sync, everything is written or nothing, and the next sync does all of it', async () => {
    let halves = 0
    for (let round = 0; round < rounds; round++) {
      await using database = await kind.open()
      await using board = open(database)
      await board.migrate()
      await killed(database, 'sync', at(round, 8, 14))
      const found = await contents(board)
      expect([
        [0, 0, 0, 0],
        [1, 2, 1, 2],
      ]).toContainEqual(found)
      if (found[0] === 0) halves++
      expect((await board.sync()).changed).toBe(found[0] === 0)
      expect(await contents(board)).toEqual([1, 2, 1, 2])
      expect((await board.sync()).changed).toBe(false)
      await board.ready()
      expect(await board.get(Gateway).charge('o')).toBe('cash: o')
    }
    expect(halves, 'positive control: some were killed on the way').toBeGreaterThan(0)
  }, 180_000)

  test('[31] fault 1: killed with -9 in the middle of edits, an instance is as one of them left it, history and all, and no later than it was told', async () => {
    await using database = await kind.open()
    await using board = open(database)
    await board.migrate()
    await board.sync()
    const { id } = await board.admin.create(
      { type: Gateway, plugin: 'bank', name: 'n0', config: { apiKey: 'key-0', note: '0' } },
      { actor },
    )
    let last = 0
    for (let round = 0; round < rounds; round++) {
      const run = await killed(database, 'edit', 1 + random.below(80), { INSTANCE: id })
      const told = Number(run.said.findLast((line) => 'done' in line)?.['done'] ?? last)
      const tried = Number(run.said.findLast((line) => 'trying' in line)?.['trying'] ?? told)
      await board.refresh()
      const row = await board.admin.get(id)
      const note = Number((row.config as { note: string }).note)
      // Before or after the one under way; what was told as saved is there.
      expect([told, tried]).toContain(note)
      if (note > 0) {
        expect([row.name, row.tags, row.state]).toEqual([`n${note}`, [`t${note}`], { ok: true }])
        const entries = await board.admin.history({ instance: id, diff: true, limit: 500 })
        expect(entries[0]).toMatchObject({ action: 'update', after: { name: `n${note}`, tags: [`t${note}`] } })
        expect(entries[0]?.config).toMatchObject({ readable: true, fields: [{ path: 'note', after: String(note) }] })
        // One entry for each edit: none is half there, none is missing.
        expect(entries).toHaveLength(note + 1)
      }
      last = note
    }
    expect(last, 'positive control: edits were made').toBeGreaterThan(0)
    expect(await board.admin.verifyKeys()).toMatchObject({ ok: true, checked: { live: 1 } })
  }, 180_000)

  test('[46] fault 1: killed with -9 in the middle of reorders, the order is that of one of them, whole, and the history tells it', async () => {
    await using database = await kind.open()
    await using board = open(database)
    await board.migrate()
    await board.sync()
    for (let n = 0; n < 9; n++)
      await board.admin.create({ type: Gateway, plugin: 'bank', name: `n${n}`, config: { apiKey: 'key-0' }, status: 'active' }, { actor })
    let last = (await board.admin.order(Gateway)).ids
    const names = last.toSorted()
    for (let round = 0; round < rounds; round++) {
      const run = await killed(database, 'reorder', 1 + random.below(60))
      const told = (run.said.findLast((line) => 'done' in line)?.['done'] ?? last) as readonly string[]
      const tried = (run.said.findLast((line) => 'trying' in line)?.['trying'] ?? told) as readonly string[]
      await board.refresh()
      const { ids, orderRevision } = await board.admin.order(Gateway)
      expect([told, tried]).toContainEqual(ids)
      expect(ids.toSorted()).toEqual(names)
      const entry = (await board.admin.history({ type: Gateway })).find(({ action }) => action === 'reorder')
      if (entry !== undefined) expect(entry.after).toEqual({ order: ids })
      // It can be changed on, on the condition that it stands as it is told.
      last = (await board.admin.reorder(Gateway, random.shuffled(ids), { actor, orderRevision })).ids
    }
  }, 180_000)

  test('[20] fault 1: killed with -9 in the middle of a rotation, everything opens with both keys, and the next one goes on to the end', async () => {
    const [k1, k2] = [generateKey('k1'), generateKey('k2')]
    let halves = 0
    for (let round = 0; round < rounds; round++) {
      await using database = await kind.open()
      const before = open(database, k1)
      await before.migrate()
      await before.sync()
      for (let n = 0; n < 4; n++) {
        const { id } = await before.admin.create(
          { type: Gateway, plugin: 'bank', name: `n${n}`, config: { apiKey: `key-${n}`, note: 'a' } },
          { actor, force: true },
        )
        await before.admin.update(id, { config: { note: `note ${n}` } }, { actor, force: true })
        if (n === 3) await before.admin.remove(id, { actor })
      }
      await before.close()
      const keys = `${k2},${k1}`
      await killed(database, 'rotate', at(round, 20, 45), { PLUGBOARD_KEYS: keys })
      const checked = { live: 3, removed: 1, history: 12 }
      await using both = open(database, keys)
      expect(await both.admin.verifyKeys()).toMatchObject({ ok: true, checked })
      const left = await both.admin.rotateKeys({ dryRun: true }, { actor })
      const due = left.resealed.live + left.resealed.removed + left.resealed.history
      if (due > 0 && due < 16) halves++
      const rotated = await both.admin.rotateKeys({ batch: 3 }, { actor })
      expect([rotated.resealed, rotated.failed]).toEqual([left.resealed, 0])
      await using next = open(database, k2)
      expect(await next.admin.verifyKeys()).toMatchObject({ ok: true, checked })
      const configs = await Promise.all((await next.admin.order(Gateway)).ids.map(async (id) => (await next.admin.get(id)).config))
      expect(configs.filter((config) => config !== null)).toEqual([0, 1, 2].map((n) => ({ note: `note ${n}` })))
    }
    expect(halves, 'positive control: some were killed between two batches').toBeGreaterThan(0)
  }, 240_000)
})
