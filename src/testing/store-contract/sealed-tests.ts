import type { HistoryPurge, Store } from '../../store/index.ts'
import { newHistory, newInstance, plant, plantInstance, type Ground } from './sample-rows.ts'
import type { StoreSuite } from './store-suite.ts'

export function sealedTests(suite: StoreSuite): void {
  const { expect } = suite

  suite.test('[20] every row with a sealed config is read once, page by page, removed ones included', async ({ store, clock }) => {
    const ground = await plant(store)
    const ids: string[] = []
    for (let n = 0; n < 7; n++) ids.push(await plantInstance(store, ground, { name: `n${n}`, config: `token-${n}`, keyId: 'k1' }))
    await plantInstance(store, ground, { name: 'without config' })
    const [first = ''] = ids
    await store.write((writer) => writer.updateInstances([{ id: first, removedAt: clock.now }]))
    await store.write((writer) =>
      writer.appendHistory([
        newHistory({ instanceId: first, pluginId: ground.pluginId, sealedBefore: 'b0' }),
        newHistory({ instanceId: first, pluginId: ground.pluginId, sealedAfter: 'a1' }),
        newHistory(),
        newHistory({ instanceId: first, pluginId: ground.pluginId, sealedBefore: 'b3', sealedAfter: 'a3' }),
      ]),
    )
    expect(await store.read((reader) => reader.sealedCounts())).toEqual({ instances: 7, history: 3 })
    expect(await paged((after) => store.read((reader) => reader.sealedInstances({ limit: 3, ...after })))).toEqual({
      sizes: [3, 3, 1],
      rows: ids.map((id, n) => ({ id, pluginId: ground.pluginId, name: `n${n}`, removed: n === 0, config: `token-${n}` })),
    })
    const history = await paged((after) => store.read((reader) => reader.sealedHistory({ limit: 2, ...after })))
    expect(history.sizes).toEqual([2, 1])
    expect(history.rows.map(({ id: _, ...row }) => row)).toEqual(
      [
        { sealedBefore: 'b0', sealedAfter: null },
        { sealedBefore: null, sealedAfter: 'a1' },
        { sealedBefore: 'b3', sealedAfter: 'a3' },
      ].map((sealed) => Object.assign({ instanceId: first, pluginId: ground.pluginId }, sealed)),
    )
  })

  suite.test('[20] tokens of megabytes come a few at a time', async ({ store }) => {
    const ground = await plant(store)
    const rows = Array.from({ length: 6 }, (_, n) =>
      newInstance(store, ground, { name: `n${n}`, config: `${n}`.repeat(1_500_000), keyId: 'k1' }),
    )
    await store.write((writer) => writer.insertInstances(rows))
    const { sizes } = await paged((after) => store.read((reader) => reader.sealedInstances({ limit: 100, ...after })))
    expect(sizes).toEqual([2, 2, 2])
  })

  suite.test('[20] a token is replaced where it still is the one that was read, and no counter moves', async ({ store, clock }) => {
    const ground = await plant(store)
    const a = await plantInstance(store, ground, { name: 'a', config: 'old-a', keyId: 'k1' })
    const b = await plantInstance(store, ground, { name: 'b', config: 'edited', keyId: 'k1' })
    await store.write((writer) =>
      writer.appendHistory([newHistory({ instanceId: a, pluginId: ground.pluginId, sealedBefore: 'same', sealedAfter: 'same' })]),
    )
    const before = await store.read((reader) => reader.instances())
    const [entry] = await store.read((reader) => reader.sealedHistory({ limit: 1 }))
    clock.now += 5_000
    const counts = await store.write(async (writer) => [
      await writer.reseal('instance', [
        { id: a, was: 'old-a', token: 'new-a', keyId: 'k2' },
        { id: b, was: 'old-b', token: 'new-b', keyId: 'k2' },
        { id: store.newId(), was: 'x', token: 'y', keyId: 'k2' },
      ]),
      await writer.reseal('history-after', [{ id: entry?.id ?? '', was: 'same', token: 'new', keyId: 'k2' }]),
      await writer.reseal('history-before', [{ id: entry?.id ?? '', was: 'other', token: 'new', keyId: 'k2' }]),
      await writer.reseal('instance', []),
    ])
    expect(counts).toEqual([1, 1, 0, 0])
    const after = await store.read((reader) => reader.instances())
    const revision = (await store.head()).revision
    expect(after).toEqual(before.map((row) => (row.id === a ? Object.assign({}, row, { keyId: 'k2', stamp: revision }) : row)))
    const configs = await store.read((reader) => reader.configs([a, b]))
    expect([a, b].map((id) => configs.find((row) => row.id === id)?.config)).toEqual(['new-a', 'edited'])
    expect((await store.read((reader) => reader.sealedHistory({ limit: 1 })))[0]).toMatchObject({
      sealedBefore: 'same',
      sealedAfter: 'new',
    })
  })

  suite.test('[20] ten thousand tokens are replaced in as many statements as one', async ({ store, statements }) => {
    const ground = await plant(store)
    const rows = Array.from({ length: 10_000 }, (_, n) => newInstance(store, ground, { name: `n${n}`, config: `old-${n}`, keyId: 'k1' }))
    await store.write((writer) => writer.insertInstances(rows))
    for (const count of [1, 9_999]) {
      await store.write(async (writer) => {
        const sent = statements.length
        const changes = rows.splice(0, count).map(({ id, config }) => ({ id, was: config ?? '', token: 'new', keyId: 'k2' }))
        expect(await writer.reseal('instance', changes)).toBe(count)
        expect(statements.length - sent).toBe(1)
      })
    }
  })

  suite.test(
    'a purge keeps what is young, the last of each instance, and the config that held at the oldest entry that stays',
    async (bench) => {
      const { store, clock } = bench
      const ground = await plant(store)
      const kept = async (actions: string, purge: Partial<HistoryPurge>): Promise<string> => {
        const instanceId = store.newId()
        const start = clock.now
        // One letter for each entry, a minute apart: a capital one holds a config.
        for (const action of actions) {
          clock.now += 60_000
          const sealedAfter = action === action.toUpperCase() ? 'token' : null
          await store.write((writer) => writer.appendHistory([newHistory({ action, instanceId, ...ground, sealedAfter })]))
        }
        const whole = { before: start, keepLast: 0, tombstonesBefore: null, ...purge }
        const planned = await store.read((reader) => reader.purgeable(whole))
        expect(await store.write((writer) => writer.purgeHistory(whole))).toEqual(planned)
        const left = await store.read((reader) => reader.history({ instanceId, limit: 100 }))
        const text = left
          .map(({ action }) => action)
          .toReversed()
          .join('')
        return text
      }
      const minutes = (count: number): { before: number } => ({ before: clock.now + count * 60_000 + 1 })
      expect(await kept('AbCd', {})).toBe('AbCd')
      // Everything is old: the newest config stays.
      expect(await kept('AbCd', minutes(4))).toBe('C')
      expect(await kept('abcd', minutes(4))).toBe('')
      // d is young, and C says which config held at it.
      expect(await kept('AbCd', minutes(3))).toBe('Cd')
      expect(await kept('AbcdE', minutes(3))).toBe('AdE')
      expect(await kept('AbCde', { ...minutes(5), keepLast: 1 })).toBe('Ce')
      expect(await kept('AbCde', { ...minutes(5), keepLast: 3 })).toBe('Cde')
      expect(await kept('AbCde', { ...minutes(5), keepLast: 4 })).toBe('AbCde')
      expect(await kept('AbCde', { ...minutes(5), keepLast: 9 })).toBe('AbCde')
    },
  )

  suite.test('a purge takes entries of no instance by age, and a clock set back makes no gap', async ({ store, clock }) => {
    const instanceId = store.newId()
    const at = async (minute: number, action: string, fields: object): Promise<void> => {
      clock.now = minute * 60_000
      await store.write((writer) => writer.appendHistory([newHistory({ action, ...fields })]))
    }
    await at(1, 'sync', {})
    await at(9, 'create', { instanceId, sealedAfter: 'token' })
    await at(2, 'late', { instanceId })
    await at(9, 'reorder', {})
    expect(await store.write((writer) => writer.purgeHistory({ before: 5 * 60_000, keepLast: 0, tombstonesBefore: null }))).toEqual({
      entries: 1,
      tombstones: 0,
    })
    expect((await store.read((reader) => reader.history())).map(({ action }) => action)).toEqual(['reorder', 'late', 'create'])
  })

  suite.test('a purge of tombstones takes old ones with their history and health, and nothing of the living', async ({ store, clock }) => {
    const ground = await plant(store)
    const live = await planted(store, ground, 'live')
    const old = await planted(store, ground, 'old')
    const young = await planted(store, ground, 'young')
    await store.recordHealth([live, old, young].map((instanceId) => ({ instanceId, at: clock.now, ok: true, latencyMs: 1, message: '' })))
    await store.write((writer) => writer.updateInstances([{ id: old, removedAt: clock.now }]))
    clock.now += 1_000
    await store.write((writer) => writer.updateInstances([{ id: young, removedAt: clock.now }]))
    const purge = { before: clock.now, keepLast: 5, tombstonesBefore: clock.now }
    expect(await store.read((reader) => reader.purgeable({ ...purge, tombstonesBefore: null }))).toEqual({ entries: 0, tombstones: 0 })
    expect(await store.read((reader) => reader.purgeable(purge))).toEqual({ entries: 1, tombstones: 1 })
    expect(await store.write((writer) => writer.purgeHistory(purge))).toEqual({ entries: 1, tombstones: 1 })
    const left = await store.read(async (reader) => ({
      rows: (await reader.instances({ removed: true })).map(({ id }) => id),
      history: (await reader.history()).map(({ instanceId }) => instanceId).toReversed(),
      health: (await reader.health()).map(({ instanceId }) => instanceId),
    }))
    expect(left).toEqual({ rows: [live, young], history: [live, young], health: [live, young] })
  })
}

async function planted(store: Store, ground: Ground, name: string): Promise<string> {
  const id = await plantInstance(store, ground, { name, config: 'token', keyId: 'k1' })
  await store.write((writer) => writer.appendHistory([newHistory({ action: 'create', instanceId: id, ...ground, sealedAfter: 'token' })]))
  return id
}

/** Reads page after page to the empty one. */
async function paged<T extends { readonly id: string }>(
  read: (after: { readonly after?: string }) => Promise<readonly T[]>,
): Promise<{ readonly sizes: readonly number[]; readonly rows: readonly T[] }> {
  const sizes: number[] = []
  const rows: T[] = []
  for (let after: { readonly after?: string } = {}; ;) {
    const page = await read(after)
    const last = page.at(-1)
    if (last === undefined) return { sizes, rows }
    sizes.push(page.length)
    rows.push(...page)
    after = { after: last.id }
  }
}
