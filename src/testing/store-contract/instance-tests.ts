import { newInstance, newPlugin, plant, plantInstance } from './sample-rows.ts'
import type { StoreSuite } from './store-suite.ts'
import { rejection } from './store-suite.ts'

export function instanceTests(suite: StoreSuite): void {
  const { expect } = suite

  suite.test('an instance comes back as it was given, its config apart', async ({ store, clock }) => {
    const ground = await plant(store)
    const given = newInstance(store, ground, {
      name: 'Tehran',
      status: 'reserved',
      priority: -1_000_000,
      weight: 0.25,
      tags: ['ir', 'a "quoted" tag'],
      config: 'sealed.token',
      keyId: 'k2',
      configVersion: 3,
      managedBy: 'instances.yaml',
    })
    await store.write((writer) => writer.insertInstances([given]))
    const { config, ...shown } = given
    expect(await store.read((reader) => reader.instances())).toEqual([
      {
        ...shown,
        hasConfig: true,
        revision: 1,
        configRevision: 1,
        createdRevision: 2,
        stamp: 2,
        createdAt: clock.now,
        updatedAt: clock.now,
        removedAt: null,
      },
    ])
    expect(await store.read((reader) => reader.configs([given.id]))).toEqual([
      { id: given.id, config, configVersion: 3, configRevision: 1 },
    ])
  })

  suite.test(
    'three counters: an edit raises the revision, a rebuild the config revision too, a quiet change neither',
    async ({ store, clock }) => {
      const id = await plantInstance(store, await plant(store))
      const counters = async (): Promise<unknown> => {
        const [row] = await store.read((reader) => reader.instances())
        return [row?.revision, row?.configRevision, row?.stamp, row?.updatedAt === clock.now]
      }
      const change = async (fields: object): Promise<void> => {
        clock.now += 1000
        await store.write((writer) => writer.updateInstances([{ id, ...fields }]))
      }
      expect(await counters()).toEqual([1, 1, 2, true])
      await change({ name: 'renamed' })
      expect(await counters()).toEqual([2, 1, 3, true])
      await change({ config: 'sealed', keyId: 'k1', rebuild: true })
      expect(await counters()).toEqual([3, 2, 4, true])
      await change({ config: 'resealed', keyId: 'k2', quiet: true })
      expect(await counters()).toEqual([3, 2, 5, true])
      await change({ rebuild: true, quiet: true })
      expect(await counters()).toEqual([3, 3, 6, true])
      clock.now += 1000
      await store.write((writer) => writer.reprioritise([{ id, priority: 9 }]))
      expect(await counters()).toEqual([3, 3, 7, true])
      expect((await store.read((reader) => reader.instances()))[0]).toMatchObject({ name: 'renamed', priority: 9, keyId: 'k2' })
    },
  )

  suite.test('changes of different fields go together; a field can be emptied; two changes of one row are one', async ({ store }) => {
    const ground = await plant(store)
    const ids = await Promise.all(
      ['a', 'b', 'c'].map((name) => plantInstance(store, ground, { name, config: 'sealed', keyId: 'k1', managedBy: 'file' })),
    )
    const [a = '', b = '', c = ''] = ids
    await store.write((writer) =>
      writer.updateInstances([
        { id: a, status: 'disabled', tags: ['x'], weight: 5 },
        { id: b, config: null, keyId: null, managedBy: null },
        { id: c, name: 'first try', quiet: true },
        { id: c, name: 'c2', priority: 4 },
      ]),
    )
    const rows = await store.read((reader) => reader.instances())
    expect(rows.find(({ id }) => id === a)).toMatchObject({
      name: 'a',
      status: 'disabled',
      tags: ['x'],
      weight: 5,
      hasConfig: true,
      revision: 2,
    })
    expect(rows.find(({ id }) => id === b)).toMatchObject({ name: 'b', hasConfig: false, keyId: null, managedBy: null, revision: 2 })
    expect(rows.find(({ id }) => id === c)).toMatchObject({ name: 'c2', priority: 4, hasConfig: true, revision: 2 })
  })

  suite.test('a name is unique among the live instances of one plugin, letter for letter', async ({ store, clock }) => {
    const ground = await plant(store)
    const id = await plantInstance(store, ground, { name: 'main' })
    expect((await rejection(plantInstance(store, ground, { name: 'main' }))).code).toBe('unique_violation')
    for (const name of ['Main', 'main ', ' main', 'maín']) await plantInstance(store, ground, { name })
    const [other = ''] = await store.write((writer) => writer.insertPlugins([newPlugin(ground.typeId, 'paypal')]))
    await plantInstance(store, { ...ground, pluginId: other }, { name: 'main' })
    await store.write((writer) => writer.updateInstances([{ id, removedAt: clock.now, status: 'disabled' }]))
    const second = await plantInstance(store, ground, { name: 'main' })
    const restored = store.write((writer) => writer.updateInstances([{ id, removedAt: null }]))
    expect((await rejection(restored)).code).toBe('unique_violation')
    const renamed = store.write((writer) => writer.updateInstances([{ id: second, name: 'Main' }]))
    expect((await rejection(renamed)).code).toBe('unique_violation')
    await store.write((writer) => writer.updateInstances([{ id, removedAt: null, name: 'main (restored)' }]))
  })

  suite.test('[27] a removed instance keeps its config and comes back with it', async ({ store, clock }) => {
    const id = await plantInstance(store, await plant(store), { config: 'sealed', keyId: 'k1', tags: ['x'] })
    await store.write((writer) => writer.updateInstances([{ id, removedAt: clock.now }]))
    const seen = await store.read(async (reader) => ({
      live: await reader.instances(),
      byId: await reader.instances({ ids: [id] }),
      all: (await reader.instances({ removed: true })).map((row) => row.removedAt),
      config: (await reader.configs([id]))[0]?.config,
      counts: (await reader.instanceCounts()).map(({ live, removed }) => ({ live, removed })),
    }))
    expect(seen).toEqual({ live: [], byId: [], all: [clock.now], config: 'sealed', counts: [{ live: 0, removed: 1 }] })
    await store.write((writer) => writer.updateInstances([{ id, removedAt: null, status: 'disabled' }]))
    expect((await store.read((reader) => reader.instances()))[0]).toMatchObject({
      hasConfig: true,
      tags: ['x'],
      status: 'disabled',
      revision: 3,
    })
  })

  suite.test('filters: by ids, by type, by revision with the removed ones', async ({ store, clock }) => {
    const payment = await plant(store)
    const mail = await plant(store, 'mail')
    const a = await plantInstance(store, payment, { name: 'a' })
    const b = await plantInstance(store, payment, { name: 'b' })
    const c = await plantInstance(store, mail, { name: 'c' })
    await store.write((writer) => writer.updateInstances([{ id: a, removedAt: clock.now }]))
    const seen = await store.read(async (reader) => ({
      type: (await reader.instances({ typeId: payment.typeId })).map(({ id }) => id),
      ids: (await reader.instances({ ids: [c, b, store.newId(), 'no id at all'] })).map(({ id }) => id),
      none: await reader.instances({ ids: [] }),
      since: (await reader.instances({ since: 4 })).map(({ id }) => id),
      sinceOfType: (await reader.instances({ since: 4, typeId: payment.typeId })).map(({ id }) => id),
      removed: (await reader.instances({ typeId: payment.typeId, removed: true })).map(({ id }) => id),
      configs: await reader.configs([]),
    }))
    expect(seen).toEqual({ type: [b], ids: [b, c], none: [], since: [c, a], sinceOfType: [a], removed: [a, b], configs: [] })
  })

  suite.test('counts are by plugin, live and removed', async ({ store, clock }) => {
    const ground = await plant(store)
    const first = await plantInstance(store, ground, { name: 'a' })
    await plantInstance(store, ground, { name: 'b' })
    await plantInstance(store, ground, { name: 'c' })
    await store.write((writer) => writer.updateInstances([{ id: first, removedAt: clock.now }]))
    expect(await store.read((reader) => reader.instanceCounts())).toEqual([{ ...ground, live: 2, removed: 1 }])
  })

  suite.test('a change of an instance that is not there is refused', async ({ store }) => {
    const change = store.write((writer) => writer.updateInstances([{ id: store.newId(), name: 'x' }]))
    expect((await rejection(change)).code).toBe('store')
  })
}
