import type { PluginRow, SnapshotPlugin } from '../../store/index.ts'
import { newPlugin, plant } from './sample-rows.ts'
import type { StoreSuite } from './store-suite.ts'
import { rejection } from './store-suite.ts'

/** Types and plugins. */
export function catalogueTests(suite: StoreSuite): void {
  const { expect } = suite

  suite.test('types and plugins come back as they were given, with the ids in the order of the rows', async ({ store, clock }) => {
    const { typeIds, pluginIds } = await store.write(async (writer) => {
      const types = await writer.insertTypes([
        { key: 'payment', label: 'Payments', description: 'Charges.' },
        { key: 'mail', label: 'Mail', description: '' },
      ])
      const plugins = await writer.insertPlugins([
        newPlugin(types[1] ?? '', 'smtp', { defaultPriority: -5, defaulted: true, configurable: false, schema: null }),
        newPlugin(types[0] ?? '', 'stripe'),
      ])
      return { typeIds: types, pluginIds: plugins }
    })
    const times = { stamp: 1, createdAt: clock.now, updatedAt: clock.now, removedAt: null }
    const [types, plugins] = await store.read(async (reader) => [await reader.types(), await reader.plugins()])
    expect(types).toEqual([
      { id: typeIds[0], key: 'payment', label: 'Payments', description: 'Charges.', strategy: null, orderRevision: 0, ...times },
      { id: typeIds[1], key: 'mail', label: 'Mail', description: '', strategy: null, orderRevision: 0, ...times },
    ])
    expect(plugins).toEqual([
      {
        id: pluginIds[0],
        ...newPlugin(typeIds[1] ?? '', 'smtp', { defaultPriority: -5, defaulted: true, configurable: false, schema: null }),
        ...times,
      },
      { id: pluginIds[1], ...newPlugin(typeIds[0] ?? '', 'stripe'), ...times },
    ])
  })

  suite.test('a change touches what it names, stamps the row and leaves the rest', async ({ store, clock }) => {
    const { typeId, pluginId } = await plant(store)
    const before = await store.read(async (reader) => ({ type: (await reader.types())[0], plugin: (await reader.plugins())[0] }))
    const createdAt = clock.now
    clock.now += 1000
    await store.write(async (writer) => {
      await writer.updateTypes([{ id: typeId, strategy: 'weighted' }])
      await writer.updatePlugins([
        { id: pluginId, configurable: false, schema: null, defaulted: true, defaultPriority: 7, label: 'Stripe' },
      ])
    })
    const after = await store.read(async (reader) => ({ type: (await reader.types())[0], plugin: (await reader.plugins())[0] }))
    const touched = { stamp: 2, createdAt, updatedAt: clock.now }
    expect(after.type).toEqual({ ...before.type, ...touched, strategy: 'weighted' })
    expect(after.plugin).toEqual({
      ...before.plugin,
      ...touched,
      configurable: false,
      schema: null,
      defaulted: true,
      defaultPriority: 7,
      label: 'Stripe',
    })
  })

  suite.test('a reorder raises the order revision of its type alone', async ({ store }) => {
    const { typeId } = await plant(store)
    await plant(store, 'mail')
    await store.write((writer) => writer.updateTypes([{ id: typeId, reordered: true }]))
    await store.write((writer) => writer.updateTypes([{ id: typeId, reordered: true, label: 'Pay' }]))
    const types = await store.read((reader) => reader.types())
    expect(types.map(({ key, label, orderRevision }) => ({ key, label, orderRevision }))).toEqual([
      { key: 'payment', label: 'Pay', orderRevision: 2 },
      { key: 'mail', label: 'Payments', orderRevision: 0 },
    ])
  })

  suite.test('[6] a key is unique among live rows, and free again once its row is removed', async ({ store, clock }) => {
    const { typeId, pluginId } = await plant(store)
    const again = (key: string): Promise<unknown> => store.write((writer) => writer.insertTypes([{ key, label: '', description: '' }]))
    expect((await rejection(again('payment'))).code).toBe('unique_violation')
    const pluginAgain = (): Promise<unknown> => store.write((writer) => writer.insertPlugins([newPlugin(typeId, 'stripe')]))
    expect((await rejection(pluginAgain())).code).toBe('unique_violation')
    await store.write((writer) => writer.updatePlugins([{ id: pluginId, removedAt: clock.now }]))
    await pluginAgain()
    const restore = store.write((writer) => writer.updatePlugins([{ id: pluginId, removedAt: null }]))
    expect((await rejection(restore)).code).toBe('unique_violation')
    // Another type may have a plugin of the same key.
    await plant(store, 'mail')
  })

  suite.test('a snapshot and a catalogue say of each row what the rows say, in whatever order', async ({ store, clock }) => {
    const { typeId, pluginId } = await plant(store)
    const gone = await plant(store, 'mail')
    await store.write((writer) => writer.updatePlugins([{ id: gone.pluginId, removedAt: clock.now }]))
    const read = await store.read(async (reader) => ({
      types: await reader.types(),
      all: await reader.plugins(-1),
      counts: await reader.instanceCounts(),
      whole: await reader.snapshot(),
      later: await reader.snapshot(2),
      bare: await reader.catalogue({ whole: false }),
      compared: await reader.catalogue({ whole: true }),
    }))
    const row = (id: string) => read.all.find((each) => each.id === id)
    const without = ({ schema: _, ...rest }: PluginRow): SnapshotPlugin => rest
    expect(read.whole).toEqual({ types: read.types, plugins: read.all.filter(({ id }) => id === pluginId).map(without), instances: [] })
    expect(read.later).toMatchObject({ types: [], plugins: [{ id: gone.pluginId, removedAt: clock.now }], instances: [] })
    expect(read.bare).toMatchObject({ types: [{ id: typeId }, { id: gone.typeId }], counts: read.counts })
    for (const { id, ...rest } of read.bare.plugins) expect(row(id)).toMatchObject(rest)
    for (const { id, ...rest } of read.compared.plugins) expect(row(id)).toMatchObject(rest)
    expect([read.bare.plugins.length, read.compared.plugins.length]).toEqual([2, 2])
    expect(read.compared.plugins.find(({ id }) => id === pluginId)?.schema).toBe(row(pluginId)?.schema)
    expect(Object.keys(read.bare.plugins[0] ?? {}).toSorted()).toEqual(['defaulted', 'id', 'key', 'removedAt', 'stamp', 'typeId'])
  })

  suite.test('`since` gives what was touched later, removed rows included; without it the live ones', async ({ store, clock }) => {
    const { typeId, pluginId } = await plant(store)
    await plant(store, 'mail')
    await store.write((writer) => writer.updatePlugins([{ id: pluginId, removedAt: clock.now }]))
    const seen = await store.read(async (reader) => ({
      live: (await reader.plugins()).length,
      later: (await reader.plugins(2)).map(({ id, removedAt }) => ({ id, removedAt })),
      types: (await reader.types(1)).map(({ key }) => key),
      none: await reader.types(3),
    }))
    expect(seen).toEqual({ live: 1, later: [{ id: pluginId, removedAt: clock.now }], types: ['mail'], none: [] })
    await store.write((writer) => writer.updateTypes([{ id: typeId, removedAt: clock.now }]))
    expect((await store.read((reader) => reader.types())).map(({ key }) => key)).toEqual(['mail'])
  })

  suite.test('a change of a row that is not there is refused', async ({ store }) => {
    const { typeId } = await plant(store)
    const gone = store.write((writer) =>
      writer.updateTypes([
        { id: typeId, label: 'x' },
        { id: store.newId(), label: 'y' },
      ]),
    )
    expect((await rejection(gone)).code).toBe('store')
    expect((await store.read((reader) => reader.types()))[0]?.label).toBe('Payments')
  })
}
