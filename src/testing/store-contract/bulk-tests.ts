import { newHistory, newInstance, newPlugin, plant } from './sample-rows.ts'
import type { StoreBench, StoreSuite } from './store-suite.ts'

const many = 10_000

export function bulkTests(suite: StoreSuite): void {
  const { expect } = suite

  suite.test('[26] ten thousand rows take as many statements as ten', async (bench) => {
    const ten = await statementsFor(bench, 10, 'ten')
    const all = await statementsFor(bench, many, 'many')
    expect(all).toEqual(ten)
    const counts = await bench.store.read((reader) => reader.instanceCounts())
    expect(counts.reduce((sum, { live }) => sum + live, 0)).toBe(many + 10)
  })

  suite.test('ten thousand priorities land where they belong', async ({ store }) => {
    const ground = await plant(store)
    const rows = Array.from({ length: many }, (_, index) => newInstance(store, ground, { name: `n${index}` }))
    await store.write((writer) => writer.insertInstances(rows))
    await store.write((writer) => writer.reprioritise(rows.map(({ id }, index) => ({ id, priority: many - index }))))
    const stored = await store.read((reader) => reader.instances())
    expect(stored.length).toBe(many)
    expect(stored.every(({ name, priority }) => priority === many - Number(name.slice(1)))).toBe(true)
    const configs = await store.read((reader) => reader.configs(rows.map(({ id }) => id)))
    expect(configs.length).toBe(many)
  })

  suite.test('configs of a megabyte come back byte for byte, many in one write, sent in parts', async ({ store, statements }) => {
    const ground = await plant(store)
    const big = (seed: number): string => `${seed} of an odd length, `.repeat(60_000).slice(0, 1_000_000)
    const rows = Array.from({ length: 12 }, (_, seed) => newInstance(store, ground, { name: `n${seed}`, config: big(seed), keyId: 'k1' }))
    await store.write(async (writer) => {
      const before = statements.length
      await writer.insertInstances(rows)
      expect(statements.length - before).toBeGreaterThan(1)
    })
    const configs = await store.read((reader) => reader.configs(rows.map(({ id }) => id)))
    const byId = new Map(configs.map(({ id, config }) => [id, config]))
    expect(rows.every(({ id, config }) => byId.get(id) === config)).toBe(true)
    await store.write((writer) => writer.updateInstances(rows.map(({ id }, seed) => ({ id, config: big(seed + 1) }))))
    const [last] = await store.read((reader) => reader.configs([rows[11]?.id ?? '']))
    expect(last?.config === big(12)).toBe(true)
  })

  suite.test('nothing to write sends nothing', async ({ store, statements }) => {
    await store.write(async (writer) => {
      const before = statements.length
      await writer.insertTypes([])
      await writer.insertPlugins([])
      await writer.insertInstances([])
      await writer.updateTypes([])
      await writer.updatePlugins([])
      await writer.updateInstances([])
      await writer.reprioritise([])
      await writer.appendHistory([])
      expect(statements.length).toBe(before)
    })
  })
}

/** How many statements each bulk call sends for so many rows. */
async function statementsFor({ store, statements }: StoreBench, count: number, key: string): Promise<Record<string, number>> {
  const used: Record<string, number> = {}
  const counted = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const before = statements.length
    const result = await work()
    used[name] = statements.length - before
    return result
  }
  const numbers = Array.from({ length: count }, (_, index) => index)
  await store.write(async (writer) => {
    const types = await counted('types', () =>
      writer.insertTypes(numbers.map((index) => ({ key: `${key}-${index}`, label: 'label', description: '' }))),
    )
    const plugins = await counted('plugins', () => writer.insertPlugins(types.map((typeId) => newPlugin(typeId, 'only'))))
    const rows = plugins.map((pluginId, index) => newInstance(store, { typeId: types[index] ?? '', pluginId }, { tags: ['t'] }))
    await counted('instances', () => writer.insertInstances(rows))
    await counted('update types', () => writer.updateTypes(types.map((id) => ({ id, label: 'new' }))))
    await counted('update plugins', () => writer.updatePlugins(plugins.map((id) => ({ id, label: 'new', schema: null }))))
    await counted('update instances', () =>
      writer.updateInstances(rows.map(({ id }, index) => ({ id, priority: index, status: 'reserved' }))),
    )
    await counted('reprioritise', () => writer.reprioritise(rows.map(({ id }, index) => ({ id, priority: -index }))))
    await counted('history', () => writer.appendHistory(rows.map(({ id }) => newHistory({ instanceId: id }))))
    await counted('read', () => writer.instances({ ids: rows.map(({ id }) => id) }))
  })
  await counted('health', () =>
    store.recordHealth(numbers.map((index) => ({ instanceId: `${key}-${index}`, at: index, ok: true, latencyMs: 0.5, message: '' }))),
  )
  return used
}
