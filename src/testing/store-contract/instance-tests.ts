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

  suite.test('the first of each type come in selection order, however many there are', async ({ store }) => {
    const grounds = [await plant(store), await plant(store, 'storage')]
    const [first, second] = grounds
    if (first === undefined || second === undefined) throw new Error('There are two types.')
    const rows = [
      newInstance(store, first, { name: 'reserved, early', status: 'reserved', priority: 0 }),
      newInstance(store, first, { name: 'third', priority: 5 }),
      newInstance(store, first, { name: 'first', priority: -1 }),
      newInstance(store, first, { name: 'off', status: 'disabled', priority: -9 }),
      newInstance(store, first, { name: 'reserved, late', status: 'reserved', priority: 1 }),
      newInstance(store, second, { name: 'elsewhere', priority: 7 }),
    ]
    await store.write((writer) => writer.insertInstances(rows))
    await store.write((writer) => writer.insertInstances([newInstance(store, first, { name: 'second, younger', priority: -1 })]))
    const gone = newInstance(store, first, { name: 'gone', priority: -9 })
    await store.write((writer) => writer.insertInstances([gone]))
    await store.write((writer) => writer.updateInstances([{ id: gone.id, removedAt: 1 }]))
    const heads = async (most: number): Promise<unknown> => {
      const found = await store.read((reader) =>
        reader.heads(
          grounds.map((ground) => ground.typeId),
          most,
        ),
      )
      return grounds.map((ground) => found.filter((row) => row.typeId === ground.typeId).map((row) => row.name))
    }
    expect(await heads(2)).toEqual([['first', 'second, younger', 'reserved, early', 'reserved, late'], ['elsewhere']])
    expect(await heads(1)).toEqual([['first', 'reserved, early'], ['elsewhere']])
    expect(await store.read((reader) => reader.heads([], 9))).toEqual([])
    // As any other read gives them.
    const whole = (await store.read((reader) => reader.instances())).find((row) => row.name === 'first')
    const [head] = await store.read((reader) => reader.heads([first.typeId], 1))
    expect(head).toEqual(whole)
  })

  suite.test(
    'what was written since a revision comes in one read, removed instances included, and says when it is not all',
    async ({ store }) => {
      const ground = await plant(store)
      const one = newInstance(store, ground, { name: 'one', config: 'sealed.one', tags: ['a', 'ب'] })
      const long = newInstance(store, ground, { name: 'long', config: 'x'.repeat(20_000) })
      const none = newInstance(store, ground, { name: 'none', config: null })
      await store.write((writer) => writer.insertInstances([one, long, none]))
      const { revision } = await store.head()
      const head = await store.head()
      expect(await store.changes(revision)).toEqual({ head, more: false, instances: [], configs: [] })
      // As any other read gives them; a long config does not come along, and one that is not there is told.
      const rows = await store.read((reader) => reader.instances())
      const changes = await store.changes(revision - 1)
      expect(changes).toMatchObject({ head, more: false })
      if (changes.more) throw new Error('There is more.')
      expect(new Map(changes.instances.map((row) => [row.id, row]))).toEqual(new Map(rows.map((row) => [row.id, row])))
      const configs = await store.read((reader) => reader.configs([one.id, none.id]))
      expect(new Map(changes.configs.map((row) => [row.id, row]))).toEqual(new Map(configs.map((row) => [row.id, row])))
      await store.write((writer) => writer.updateInstances([{ id: one.id, removedAt: 5 }]))
      expect(await store.changes(revision)).toMatchObject({ more: false, instances: [{ id: one.id, removedAt: 5 }] })
      // A type or plugin that was touched, or many instances, are a snapshot's.
      const before = (await store.head()).revision
      await store.write((writer) => writer.updateTypes([{ id: ground.typeId, label: 'another' }]))
      const touched = (await store.head()).revision
      expect(await store.changes(before)).toEqual({ head: await store.head(), more: true })
      expect(await store.changes(touched)).toMatchObject({ more: false, instances: [] })
      await store.write((writer) =>
        writer.insertInstances(Array.from({ length: 101 }, (_, n) => newInstance(store, ground, { name: `n${n}` }))),
      )
      expect(await store.changes(touched)).toEqual({ head: await store.head(), more: true })
      // From ahead, as after a backup was restored: nothing, and the head says so.
      expect(await store.changes(touched + 9)).toEqual({ head: await store.head(), more: false, instances: [], configs: [] })
    },
  )

  suite.test('whether there are more instances than so many is told without the removed ones', async ({ store }) => {
    const ground = await plant(store)
    const ids = ['a', 'b', 'c'].map((name) => newInstance(store, ground, { name }))
    await store.write((writer) => writer.insertInstances(ids))
    const more = (count: number): Promise<boolean> => store.read((reader) => reader.hasMoreInstancesThan(count))
    expect([await more(2), await more(3)]).toEqual([true, false])
    await store.write((writer) => writer.updateInstances([{ id: ids[0]?.id ?? '', removedAt: 1 }]))
    expect([await more(1), await more(2)]).toEqual([true, false])
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
