import { expect, test } from 'vitest'
import { anyConfig as config, count, instanceRow, pluginRow, registryOf, typeRow } from '../../test/support/sync-rows.ts'
import { PruneRefusedError, StoreError } from '../errors/index.ts'
import type { InstanceRow, NewHistory, ProcessRow, Store } from '../store/index.ts'
import type { Registry } from '../registry/index.ts'
import { applySync, type SyncOptions, type SyncReport } from './index.ts'
import type { StoredRows } from './plan.ts'

type Call = readonly [method: string, rows: readonly unknown[]]
type Rows = StoredRows & { readonly instances?: readonly InstanceRow[]; readonly processes?: readonly ProcessRow[] }

interface Recorded {
  readonly store: Store
  readonly calls: Call[]
  /** What was asked, one statement each. */
  readonly reads: string[]
  locks: number
}

/** A store over rows given, that writes nothing and keeps what it is told to write; what is locked may differ from what was read before. */
function recording(read: Rows, locked: Rows = read, over: object = {}): Recorded {
  const calls: Call[] = []
  const reads: string[] = []
  const asked = <T>(what: string, rows: T): Promise<T> => {
    reads.push(what)
    return Promise.resolve(rows)
  }
  const reader = (rows: Rows): object => ({
    // What the code owns only where it is asked for.
    catalogue: ({ whole }: { readonly whole: boolean }): Promise<StoredRows> =>
      asked(whole ? 'catalogue, whole' : 'catalogue', {
        types: rows.types,
        plugins: whole ? rows.plugins : rows.plugins.map(({ label: _l, description: _d, schema: _s, defaultPriority: _p, ...row }) => row),
        counts: rows.counts,
      }),
    instances: () => asked('instances', rows.instances ?? []),
    processes: () => asked('processes', rows.processes ?? []),
  })
  const taking = (method: string, ids?: string) => async (rows: readonly unknown[]) => {
    if (rows.length > 0) calls.push([method, rows])
    return ids === undefined ? undefined : rows.map((_, index) => `${ids} ${index + 1}`)
  }
  let made = 0
  const writer = {
    ...reader(locked),
    now: 77,
    insertTypes: taking('insertTypes', 'new type'),
    insertPlugins: taking('insertPlugins', 'new plugin'),
    insertInstances: taking('insertInstances'),
    updateTypes: taking('updateTypes'),
    updatePlugins: taking('updatePlugins'),
    updateInstances: taking('updateInstances'),
    appendHistory: taking('appendHistory'),
    ...over,
  }
  const recorded = { calls, reads, locks: 0 }
  const store = {
    newId: () => `new instance ${++made}`,
    read: async (work: (reader: object) => unknown) => work(reader(read)),
    write: async (work: (writer: object) => unknown) => {
      recorded.locks += 1
      return work(writer)
    },
  }
  // Sync asks for no more of a store than stands above.
  return Object.assign(recorded, { store: store as unknown as Store })
}

const now = 1_000_000
const sync = (store: Store, registry: Registry, options?: SyncOptions): Promise<SyncReport> =>
  applySync({ store, registry, now: () => now }, options)

const nothing: Rows = { types: [], plugins: [], counts: [] }
const shop = registryOf({
  pay: {
    plugins: [
      { key: 'cash', label: 'Cash', priority: 7 },
      { key: 'card', config },
    ],
  },
})
const stored: Rows = {
  types: [typeRow('pay')],
  plugins: [pluginRow('pay', 'cash'), pluginRow('pay', 'card')],
  counts: [count('pay', 'cash', 1)],
}
const blank = {
  typeId: null,
  pluginId: null,
  instanceId: null,
  changed: [],
  before: null,
  after: null,
  sealedBefore: null,
  sealedAfter: null,
  configVersionBefore: null,
  configVersionAfter: null,
  note: null,
}
const bySync = { ...blank, actorId: 'sync', actorName: 'sync' }

test('[25] an empty database gets types, plugins, default instances and their history, each naming the rows made before it', async () => {
  const { store, calls } = recording(nothing)
  await sync(store, shop)
  const texts = { label: 'Cash', description: '', configurable: false, schema: null, defaultPriority: 7 }
  const card = { label: 'card', description: '', configurable: true, schema: '{"type":"object"}', defaultPriority: 0 }
  expect(calls).toStrictEqual([
    ['insertTypes', [{ key: 'pay', label: 'Label of pay', description: 'About pay' }]],
    [
      'insertPlugins',
      [
        { typeId: 'new type 1', key: 'cash', ...texts, defaulted: true },
        { typeId: 'new type 1', key: 'card', ...card, defaulted: false },
      ],
    ],
    [
      'insertInstances',
      [
        {
          id: 'new instance 1',
          typeId: 'new type 1',
          pluginId: 'new plugin 1',
          name: 'Cash',
          status: 'active',
          priority: 7,
          weight: 1,
          tags: [],
          config: null,
          keyId: null,
          configVersion: 0,
          managedBy: null,
        },
      ],
    ],
    [
      'appendHistory',
      [
        { ...bySync, action: 'sync', changed: ['pay', 'pay/cash', 'pay/card'] },
        {
          ...bySync,
          action: 'create',
          typeId: 'new type 1',
          pluginId: 'new plugin 1',
          instanceId: 'new instance 1',
          changed: ['name', 'status', 'priority'],
          after: { name: 'Cash', status: 'active', priority: 7, weight: 1, tags: [] },
        },
      ],
    ],
  ])
})

test('a default instance of a stored plugin goes to its rows, and the order of its type has changed', async () => {
  const { store, calls } = recording({
    ...stored,
    plugins: [pluginRow('pay', 'cash', { defaulted: false }), pluginRow('pay', 'card')],
    counts: [],
  })
  const report = await sync(store, shop, { actor: { id: 'u1', name: 'Ada' } })
  expect(calls.map(([method]) => method)).toStrictEqual(['updatePlugins', 'insertInstances', 'updateTypes', 'appendHistory'])
  expect(calls[0]?.[1]).toStrictEqual([{ id: 'id of pay/cash', defaulted: true }])
  expect(calls[1]?.[1]).toMatchObject([{ typeId: 'id of pay', pluginId: 'id of pay/cash' }])
  expect(calls[2]?.[1]).toStrictEqual([{ id: 'id of pay', reordered: true }])
  expect(calls[3]?.[1]).toMatchObject([
    { actorId: 'u1', actorName: 'Ada', action: 'sync', changed: [] },
    { actorId: 'u1', actorName: 'Ada', action: 'create' },
  ])
  expect(report).toMatchObject({ changed: true, instances: { created: [{ type: 'pay', plugin: 'cash', name: 'Cash', status: 'active' }] } })
})

/** What every look reads. */
const looked = ['catalogue']

test('[26] where nothing has to change nothing is locked, and a dry run locks nothing either', async () => {
  const same = recording(stored)
  expect(await sync(same.store, shop)).toMatchObject({ dryRun: false, changed: false })
  const dry = recording(nothing)
  expect(await sync(dry.store, shop, { dryRun: true })).toMatchObject({ dryRun: true, changed: true, types: { created: ['pay'] } })
  expect([same.locks, dry.locks, same.calls, dry.calls]).toStrictEqual([0, 0, [], []])
  expect([same.reads, dry.reads]).toStrictEqual([looked, looked])
})

test('[30] under the lock it is planned again: where another process was faster, nothing is written or told', async () => {
  const recorded = recording(nothing, stored)
  expect(await sync(recorded.store, shop)).toMatchObject({ dryRun: false, changed: false, types: { created: [] } })
  expect([recorded.locks, recorded.calls]).toStrictEqual([1, []])
})

const renamed = registryOf({ payments: { aliases: ['pay'], plugins: [{ key: 'coins', aliases: ['cash'], label: 'New', priority: 7 }] } })

test('update and rename write the fields that differ, once each, and tell them', async () => {
  const rows: Rows = { types: [typeRow('pay')], plugins: [pluginRow('pay', 'cash', { label: 'Old' })], counts: [count('pay', 'cash', 1)] }
  expect(await sync(recording(rows).store, renamed)).toMatchObject({ changed: false, renamed: [] })
  const { store, calls } = recording(rows)
  const report = await sync(store, renamed, { mode: 'update', rename: true })
  expect(calls).toStrictEqual([
    ['updateTypes', [{ id: 'id of pay', key: 'payments' }]],
    ['updatePlugins', [{ id: 'id of pay/cash', key: 'coins' }]],
    ['updateTypes', [{ id: 'id of pay', label: 'Label of payments', description: 'About payments' }]],
    ['updatePlugins', [{ id: 'id of pay/cash', label: 'New', defaultPriority: 7 }]],
    ['appendHistory', [{ ...bySync, action: 'sync', changed: ['payments', 'payments/coins'] }]],
  ])
  expect(report).toMatchObject({
    types: { created: [], updated: ['payments'] },
    plugins: { created: [], updated: ['payments/coins'] },
    renamed: [
      { from: 'pay', to: 'payments' },
      { from: 'cash', to: 'coins' },
    ],
  })
  expect(report.changes.map((each) => each.changes.map((change) => change.field))).toStrictEqual([
    ['label', 'description'],
    ['label', 'defaultPriority'],
  ])
})

test('where only a plugin differs, only it is told and written, and no instance is read', async () => {
  const differs = { ...stored, types: [typeRow('pay', { label: 'Label of pay', description: 'About pay' })] }
  const { store, reads } = recording(differs)
  expect(await sync(store, shop, { mode: 'update' })).toMatchObject({
    types: { updated: [] },
    plugins: { updated: ['pay/cash', 'pay/card'] },
  })
  expect(reads).toStrictEqual(['catalogue, whole', 'catalogue, whole'])
})

test('what was pruned and is back is told and live again', async () => {
  const rows: Rows = {
    types: [typeRow('pay', { removedAt: 5 })],
    plugins: [pluginRow('pay', 'cash', { removedAt: 5 }), pluginRow('pay', 'card')],
    counts: [count('pay', 'cash', 0, 1)],
  }
  const { store, calls } = recording(rows)
  expect((await sync(store, shop)).revived).toStrictEqual(['pay', 'pay/cash'])
  expect(calls).toStrictEqual([
    ['updateTypes', [{ id: 'id of pay', removedAt: null }]],
    ['updatePlugins', [{ id: 'id of pay/cash', removedAt: null }]],
    ['appendHistory', [{ ...bySync, action: 'sync', changed: ['pay', 'pay/cash'] }]],
  ])
})

const goneInstances = [
  ['pay', 'cash', 'i1'],
  ['pay', 'coupon', 'i2'],
  ['ship', 'air', 'i3'],
  ['ship', 'air', 'i4'],
] as const
const gone: Rows = {
  types: [typeRow('pay'), typeRow('ship')],
  plugins: [...stored.plugins, pluginRow('pay', 'coupon'), pluginRow('ship', 'air')],
  counts: [...stored.counts, count('pay', 'coupon', 1), count('ship', 'air', 2)],
  instances: goneInstances.map(([typeKey, key, id]) => instanceRow(typeKey, key, id)),
}
const sealing = (...ids: string[]): Rows => ({
  ...gone,
  instances: goneInstances.map(([typeKey, key, id]) => instanceRow(typeKey, key, id, { hasConfig: ids.includes(id) })),
})

test('[27] prune takes out plugins, types and their instances, and keeps of each instance what restoring needs', async () => {
  const { store, calls } = recording(gone)
  const report = await sync(store, shop, { prune: true })
  const before = { status: 'reserved' as const, priority: 3, weight: 2, tags: ['x'] }
  const removed = (id: string, typeKey: string, key: string): NewHistory => ({
    ...bySync,
    action: 'remove',
    typeId: `id of ${typeKey}`,
    pluginId: `id of ${typeKey}/${key}`,
    instanceId: id,
    before: { name: `Name of ${id}`, ...before },
  })
  expect(calls).toStrictEqual([
    [
      'updateInstances',
      [
        { id: 'i2', removedAt: 77 },
        { id: 'i3', removedAt: 77 },
        { id: 'i4', removedAt: 77 },
      ],
    ],
    [
      'updatePlugins',
      [
        { id: 'id of ship/air', removedAt: 77 },
        { id: 'id of pay/coupon', removedAt: 77 },
      ],
    ],
    ['updateTypes', [{ id: 'id of ship', removedAt: 77 }]],
    ['appendHistory', [removed('i2', 'pay', 'coupon'), removed('i3', 'ship', 'air'), removed('i4', 'ship', 'air')]],
    ['appendHistory', [{ ...bySync, action: 'sync', changed: ['ship/air', 'ship', 'pay/coupon'] }]],
  ])
  expect(report).toMatchObject({
    changed: true,
    pruned: [
      { key: 'ship/air', instances: 2 },
      { key: 'ship', instances: 0 },
      { key: 'pay/coupon', instances: 1 },
    ],
    missing: [
      { type: 'ship', instances: 2 },
      { type: 'pay', plugin: 'coupon', instances: 1 },
    ],
  })
})

test('[27] prune refuses configured instances of what it would take out, by name; a dry run tells them', async () => {
  const held = [
    { plugin: 'ship/air', instances: ['Name of i4'] },
    { plugin: 'pay/coupon', instances: ['Name of i2'] },
  ]
  const recorded = recording(sealing('i1', 'i2', 'i4'))
  const error = await sync(recorded.store, shop, { prune: true }).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(PruneRefusedError)
  expect(error).toMatchObject({ held })
  expect(await sync(recorded.store, shop, { prune: true, dryRun: true })).toMatchObject({ held, changed: true })
  expect([recorded.locks, recorded.calls]).toStrictEqual([0, []])
  // Of what stays, a configured instance is no reason.
  expect(await sync(recording(sealing('i1')).store, shop, { prune: true })).toMatchObject({ held: [], pruned: [{}, {}, {}] })
})

test('[27] where what would go has no instance, none is read before the lock', async () => {
  const empty = { ...gone, counts: [count('pay', 'cash', 1)] }
  const { store, reads } = recording(empty)
  expect(await sync(store, shop, { prune: true, dryRun: true })).toMatchObject({ pruned: [{}, {}, {}], held: [] })
  expect(reads).toStrictEqual([...looked, 'processes'])
})

test('[27] force prunes configured instances too; without it one that was configured since the first look is still refused', async () => {
  const forced = recording(sealing('i2', 'i3'))
  expect((await sync(forced.store, shop, { prune: true, force: true })).pruned).toHaveLength(3)
  expect(forced.calls[0]?.[1]).toHaveLength(3)
  const raced = recording(gone, sealing('i2'))
  await expect(sync(raced.store, shop, { prune: true })).rejects.toMatchObject({ held: [{ plugin: 'pay/coupon' }] })
  expect([raced.locks, raced.calls]).toStrictEqual([1, []])
  expect((await sync(recording(gone, sealing('i2')).store, shop, { prune: true, force: true })).changed).toBe(true)
})

test('[27] without prune what is missing is left alone, and its instances are not even read', async () => {
  const unread = {
    ...gone,
    get instances(): never {
      return expect.unreachable()
    },
  }
  const { store, calls } = recording(unread)
  expect(await sync(store, shop)).toMatchObject({
    changed: false,
    pruned: [],
    missing: [{ type: 'ship', instances: 2 }, { plugin: 'coupon' }],
  })
  expect(calls).toStrictEqual([])
})

test('[27] what a living process has is kept and told; force takes it all the same', async () => {
  const office = {
    id: 'x',
    host: 'h',
    pid: 7,
    release: '1',
    keyIds: [],
    revision: 1,
    startedAt: 1,
    seenAt: now,
    registered: { ship: ['air'] },
    configVersions: null,
  }
  const used = { ...gone, processes: [office] }
  const careful = recording(used)
  const { kept, pruned } = await sync(careful.store, shop, { prune: true })
  expect(kept.map(({ key }) => key)).toStrictEqual(['ship/air', 'ship'])
  expect(pruned).toStrictEqual([{ key: 'pay/coupon', instances: 1 }])
  expect(await sync(recording(used).store, shop, { prune: true, force: true })).toMatchObject({ kept: [], pruned: [{}, {}, {}] })
  const dead = { ...gone, processes: [{ ...office, seenAt: now - 3_600_000 }] }
  expect(await sync(recording(dead).store, shop, { prune: true })).toMatchObject({ kept: [], pruned: [{}, {}, {}] })
  const raced = recording(gone, used)
  expect((await sync(raced.store, shop, { prune: true })).pruned).toHaveLength(1)
})

test('[27] as many keys to rename as rows to prune: living processes are asked about both', async () => {
  const rows = { types: [typeRow('pay'), typeRow('ship')], plugins: [], counts: [] }
  const registered = { pay: [], ship: [] }
  const office = { id: 'x', host: 'h', pid: 7, release: '1', keyIds: [], revision: 1, startedAt: 1, seenAt: now, configVersions: null }
  const { store } = recording({ ...rows, processes: [{ ...office, registered }] })
  const {
    kept,
    pruned,
    renamed: moved,
  } = await sync(store, registryOf({ payments: { aliases: ['pay'], plugins: [] } }), {
    prune: true,
    rename: true,
  })
  expect([kept.map(({ asked, key }) => `${asked} ${key}`), pruned, moved]).toStrictEqual([['prune ship', 'rename pay'], [], []])
})

test('a store that gives no id for what it inserted is stopped before anything refers to it', async () => {
  const { store } = recording(nothing, nothing, { insertTypes: async () => [] })
  const error = await sync(store, shop).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(StoreError)
})
