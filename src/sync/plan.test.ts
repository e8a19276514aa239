import { expect, test } from 'vitest'
import { anyConfig as config, count, pluginRow, registryOf, typeRow } from '../../test/support/sync-rows.ts'
import type { Registry } from '../registry/index.ts'
import type { InstanceCount, PluginRow, TypeRow } from '../store/index.ts'
import { codeOwned, isEmptyPlan, planSync, type PlanOptions, type StoredRows, type SyncPlan } from './plan.ts'

const plan = (registry: Registry, rows: Partial<StoredRows> = {}, options: Partial<PlanOptions> = {}): SyncPlan =>
  planSync(registry, { types: [], plugins: [], counts: [], ...rows }, { mode: 'create', prune: false, rename: false, ...options })

/** What a plan holds; lists that are empty are left out. */
const told = (from: SyncPlan): Partial<SyncPlan> =>
  Object.fromEntries(Object.entries(from).filter(([, list]) => (list as readonly unknown[]).length > 0))

const shop = registryOf({ pay: { plugins: [{ key: 'cash', label: 'Cash', priority: 7 }] } })
const pay = shop.type('pay')
const stored: StoredRows = {
  types: [typeRow('pay')],
  plugins: [pluginRow('pay', 'cash', { label: 'Cash', defaultPriority: 7 })],
  counts: [count('pay', 'cash', 1)],
}

test('an empty database gets everything, and what is stored as it is registered needs nothing', () => {
  const first = plan(shop)
  expect(told(first)).toStrictEqual({
    createTypes: [{ key: 'pay', registered: pay }],
    createPlugins: [{ type: 'pay', typeId: undefined, key: 'cash', registered: shop.plugin(pay, 'cash') }],
    createInstances: [{ type: 'pay', plugin: 'cash', typeId: undefined, pluginId: undefined, name: 'Cash', status: 'active', priority: 7 }],
  })
  expect(isEmptyPlan(first)).toBe(false)
  // There is nothing yet that could be renamed.
  expect(told(plan(shop, {}, { rename: true }))).toStrictEqual(told(first))
  for (const mode of ['create', 'update'] as const) {
    expect(told(plan(shop, stored, { mode }))).toStrictEqual({})
    expect(isEmptyPlan(plan(shop, stored, { mode, prune: true, rename: true }))).toBe(true)
  }
})

test('a new plugin of a stored type names the rows that are there', () => {
  const registry = registryOf({
    pay: { plugins: [{ key: 'cash', label: 'Cash', priority: 7 }, { key: 'card', config }, { key: 'cheque' }] },
  })
  const { createTypes, createPlugins, createInstances } = plan(registry, stored)
  expect(createTypes).toStrictEqual([])
  expect(createPlugins.map(({ typeId, key }) => [typeId, key])).toStrictEqual([
    ['id of pay', 'card'],
    ['id of pay', 'cheque'],
  ])
  // One that needs a config waits for an operator.
  expect(createInstances).toMatchObject([{ plugin: 'cheque', typeId: 'id of pay', pluginId: undefined, status: 'disabled' }])
})

test('a plugin without config gets its one instance only where it never had any', () => {
  const rows = (over: Partial<PluginRow>, counts: readonly InstanceCount[]): StoredRows => ({
    types: [typeRow('pay')],
    plugins: [pluginRow('pay', 'cash', over)],
    counts,
  })
  const wanted = (over: Partial<PluginRow>, ...counts: InstanceCount[]): unknown => {
    const { createInstances, markDefaulted } = plan(shop, rows(over, counts))
    return { made: createInstances.map(({ typeId, pluginId, status }) => [typeId, pluginId, status]), marked: markDefaulted }
  }
  expect(wanted({ defaulted: false })).toStrictEqual({
    made: [['id of pay', 'id of pay/cash', 'active']],
    marked: ['id of pay/cash'],
  })
  expect(wanted({ defaulted: false }, count('pay', 'cash', 0, 0))).toMatchObject({ made: [['id of pay', 'id of pay/cash', 'active']] })
  // It was configurable once, and operators made instances: those count, removed ones too.
  expect(wanted({ defaulted: false }, count('pay', 'cash', 1))).toStrictEqual({ made: [], marked: ['id of pay/cash'] })
  expect(wanted({ defaulted: false }, count('pay', 'cash', 0, 1))).toStrictEqual({ made: [], marked: ['id of pay/cash'] })
  expect(wanted({ defaulted: true })).toStrictEqual({ made: [], marked: [] })
})

test('a configurable plugin gets no instance, and is not marked as having had one', () => {
  const registry = registryOf({ pay: { plugins: [{ key: 'card', config }] } })
  const rows = { types: [typeRow('pay')], plugins: [pluginRow('pay', 'card', { defaulted: false })] }
  expect(told(plan(registry, rows))).toStrictEqual({})
})

test('a default instance stands by where the type had an instance before, were it removed or of a plugin whose code is gone', () => {
  const status = (key: string, ...counts: InstanceCount[]): unknown =>
    plan(shop, { types: [typeRow('pay')], plugins: [pluginRow('pay', key)], counts }).createInstances[0]?.status
  expect(status('gone', count('pay', 'gone', 1))).toBe('disabled')
  expect(status('gone', count('pay', 'gone', 0, 1))).toBe('disabled')
  expect(status('gone', count('pay', 'gone', 0, 0))).toBe('active')
  expect(status('gone')).toBe('active')
})

test('update tells each field that the code says differently; create leaves what is stored', () => {
  const registry = registryOf({ pay: { plugins: [{ key: 'cash', label: 'Cash', priority: 9, config }] } })
  const rows: StoredRows = {
    ...stored,
    types: [typeRow('pay', { label: 'Old', description: 'Old too' })],
  }
  expect(plan(registry, rows).changes).toStrictEqual([])
  const updated = plan(registry, rows, { mode: 'update' })
  expect(told(updated)).toStrictEqual({
    changes: [
      {
        id: 'id of pay',
        type: 'pay',
        changes: [
          { field: 'label', from: 'Old', to: 'Label of pay' },
          { field: 'description', from: 'Old too', to: 'About pay' },
        ],
      },
      {
        id: 'id of pay/cash',
        type: 'pay',
        plugin: 'cash',
        changes: [
          { field: 'configurable', from: false, to: true },
          { field: 'schema', from: null, to: '{"type":"object"}' },
          { field: 'defaultPriority', from: 7, to: 9 },
        ],
      },
    ],
  })
  expect(isEmptyPlan(updated)).toBe(false)
})

test('what the code owns of a plugin are its texts, its priority, and whether and how it is configured', () => {
  expect(codeOwned(shop.plugin(pay, 'cash'))).toStrictEqual({
    label: 'Cash',
    description: '',
    configurable: false,
    schema: null,
    defaultPriority: 7,
  })
})

test('what the code does not have is told with its live instances, and prune takes it out', () => {
  const rows: StoredRows = {
    types: [typeRow('pay'), typeRow('ship'), typeRow('bare')],
    plugins: [
      ...stored.plugins,
      pluginRow('pay', 'gone'),
      pluginRow('ship', 'air'),
      pluginRow('ship', 'sea'),
      pluginRow('ship', 'rail', { stamp: 9 }),
    ],
    counts: [...stored.counts, count('pay', 'gone', 2, 5), count('ship', 'air', 3), count('ship', 'sea', 4, 1)],
  }
  const missing = [
    { type: 'ship', instances: 7 },
    { type: 'bare', instances: 0 },
    { type: 'pay', plugin: 'gone', instances: 2 },
  ]
  const left = plan(shop, rows)
  expect(told(left)).toStrictEqual({ missing })
  expect(isEmptyPlan(left)).toBe(true)
  const pruned = plan(shop, rows, { prune: true })
  expect(told(pruned)).toStrictEqual({
    missing,
    removals: [
      { id: 'id of ship/air', type: 'ship', plugin: 'air', instances: 3 },
      { id: 'id of ship/sea', type: 'ship', plugin: 'sea', instances: 4 },
      { id: 'id of ship/rail', type: 'ship', plugin: 'rail', instances: 0 },
      { id: 'id of ship', type: 'ship', instances: 0 },
      { id: 'id of bare', type: 'bare', instances: 0 },
      { id: 'id of pay/gone', type: 'pay', plugin: 'gone', instances: 2 },
    ],
  })
  expect(isEmptyPlan(pruned)).toBe(false)
})

test('in whatever order a database gives plugins, the plan is the same: of two pruned rows of one plugin the later one comes back', () => {
  const rows: StoredRows = {
    types: [typeRow('pay'), typeRow('ship')],
    plugins: [
      pluginRow('ship', 'sea', { stamp: 2 }),
      pluginRow('ship', 'air', { stamp: 3 }),
      pluginRow('pay', 'cash', { id: 'earlier', stamp: 4, removedAt: 5 }),
      pluginRow('pay', 'cash', { id: 'later', stamp: 6, removedAt: 7 }),
    ],
    counts: [],
  }
  const [one, other] = [rows.plugins, rows.plugins.toReversed()].map((plugins) => plan(shop, { ...rows, plugins }, { prune: true }))
  expect(one?.revived).toStrictEqual([{ id: 'later', type: 'pay', plugin: 'cash' }])
  expect(one?.removals.map(({ plugin }) => plugin)).toStrictEqual(['sea', 'air', undefined])
  expect(other).toStrictEqual(one)
})

test('what was pruned is neither missing nor pruned again', () => {
  const rows: StoredRows = {
    types: [typeRow('pay'), typeRow('ship', { removedAt: 5 }), typeRow('rail')],
    plugins: [
      ...stored.plugins,
      pluginRow('pay', 'gone', { removedAt: 5 }),
      pluginRow('ship', 'air', { removedAt: 5 }),
      pluginRow('rail', 'slow', { removedAt: 5 }),
    ],
    counts: [...stored.counts, count('rail', 'slow', 4)],
  }
  const pruned = plan(shop, rows, { prune: true })
  expect(told(pruned)).toStrictEqual({
    missing: [{ type: 'rail', instances: 0 }],
    removals: [{ id: 'id of rail', type: 'rail', instances: 0 }],
  })
})

test('pruned rows whose code is back are the same rows again', () => {
  const rows: StoredRows = {
    types: [typeRow('pay', { removedAt: 5 })],
    plugins: [pluginRow('pay', 'cash', { removedAt: 5 })],
    counts: [count('pay', 'cash', 0, 1)],
  }
  const revived = plan(shop, rows)
  expect(told(revived)).toStrictEqual({
    revived: [
      { id: 'id of pay', type: 'pay' },
      { id: 'id of pay/cash', type: 'pay', plugin: 'cash' },
    ],
  })
  expect(isEmptyPlan(revived)).toBe(false)
})

const renamed = registryOf({ payments: { aliases: ['pay'], plugins: [{ key: 'coins', aliases: ['cash'], label: 'Cash', priority: 7 }] } })

test('rows under an alias are found, and rename stores them under the key', () => {
  expect(told(plan(renamed, stored))).toStrictEqual({})
  const asked = plan(renamed, stored, { rename: true })
  expect(told(asked)).toStrictEqual({
    renames: [
      { id: 'id of pay', type: 'payments', from: 'pay', to: 'payments' },
      { id: 'id of pay/cash', type: 'payments', plugin: 'coins', from: 'cash', to: 'coins' },
    ],
  })
  expect(isEmptyPlan(asked)).toBe(false)
})

test('where both the key and an alias are stored, the row of the key is the one that is meant', () => {
  const rows: StoredRows = {
    types: [typeRow('pay', { label: 'Old' }), typeRow('payments', { label: 'New' })],
    plugins: [
      pluginRow('pay', 'cash', { label: 'Old', defaulted: false }),
      pluginRow('payments', 'coins', { label: 'New', defaulted: false }),
    ],
    counts: [count('pay', 'cash', 1), count('payments', 'coins', 1)],
  }
  const found = plan(renamed, rows, { mode: 'update', rename: true })
  expect(found.changes.map((each) => each.id)).toStrictEqual(['id of payments', 'id of payments/coins'])
  expect(found.markDefaulted).toStrictEqual(['id of payments/coins'])
  expect(found.renames).toStrictEqual([])
})

test('of pruned rows the one of the key comes back, else the last one under an alias; never beside a live one', () => {
  const ids = (...types: TypeRow[]): unknown => plan(renamed, { types }).revived.map((each) => each.id)
  const gone = { removedAt: 5 }
  expect(ids(typeRow('payments', gone), typeRow('pay', gone))).toStrictEqual(['id of payments'])
  expect(ids(...['first', 'second', 'last'].map((id) => typeRow('pay', { ...gone, id })))).toStrictEqual(['last'])
  expect(ids(typeRow('payments', { ...gone, id: 'first' }), typeRow('payments', { ...gone, id: 'last' }))).toStrictEqual(['last'])
  expect(ids(typeRow('payments', gone), typeRow('pay'))).toStrictEqual([])
  const keys = plan(renamed, {
    types: [typeRow('pay')],
    plugins: [pluginRow('pay', 'coins', gone), pluginRow('pay', 'cash', gone)],
  })
  expect(keys.revived.map((each) => each.id)).toStrictEqual(['id of pay/coins'])
})

test('plugins belong to the type whose row they name', () => {
  const registry = registryOf({ pay: { plugins: [{ key: 'one' }] }, ship: { plugins: [{ key: 'one' }] } })
  const rows: StoredRows = {
    types: [typeRow('pay'), typeRow('ship')],
    plugins: [pluginRow('pay', 'one'), pluginRow('ship', 'two')],
    counts: [],
  }
  expect(told(plan(registry, rows))).toMatchObject({
    createPlugins: [{ type: 'ship', typeId: 'id of ship', key: 'one' }],
    missing: [{ type: 'ship', plugin: 'two', instances: 0 }],
  })
})
