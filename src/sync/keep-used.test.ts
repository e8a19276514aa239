import { expect, test } from 'vitest'
import { registryOf } from '../../test/support/sync-rows.ts'
import type { ProcessRow } from '../store/index.ts'
import { keepUsed, planSync, type Kept, type SyncPlan } from './index.ts'

type Registered = ProcessRow['registered']

const process = (registered: Registered, pid = 7): ProcessRow => ({
  id: `process ${pid}`,
  host: 'h',
  pid,
  release: '1.2.3',
  keyIds: ['k1'],
  revision: 1,
  startedAt: 1,
  seenAt: 2,
  registered,
  configVersions: null,
})
const empty = (): SyncPlan =>
  planSync(registryOf({}), { types: [], plugins: [], counts: [] }, { mode: 'create', prune: false, rename: false })
const plan = (over: Partial<SyncPlan>): SyncPlan => ({ ...empty(), ...over })
const keys = (kept: readonly Kept[]): readonly string[] => kept.map(({ asked, key }) => `${asked} ${key}`)

const here = registryOf({ payments: { aliases: ['pay'], plugins: [{ key: 'coins', aliases: ['cash'] }] } })
const removals: SyncPlan['removals'] = [
  { id: '1', type: 'ship', plugin: 'air', instances: 1 },
  { id: '2', type: 'ship', instances: 0 },
  { id: '3', type: 'payments', plugin: 'card', instances: 0 },
]
const prune = (...registered: readonly Registered[]): unknown => {
  const { plan: careful, kept } = keepUsed(
    plan({ removals }),
    here,
    registered.map((each) => process(each)),
  )
  expect(careful.removals.length + kept.length).toBe(removals.length)
  return keys(kept)
}

test('a row is kept from being pruned while a living process has its code, and is told with the processes that have it', () => {
  const processes = [process({ ship: ['air'] }, 7), process({ mail: ['smtp'] }, 8), process({ ship: ['air', 'sea'] }, 9)]
  const { plan: careful, kept } = keepUsed(plan({ removals }), here, processes)
  const usedBy = [7, 9].map((pid) => ({ host: 'h', pid, release: '1.2.3', seenAt: 2 }))
  expect(kept).toStrictEqual([
    { asked: 'prune', key: 'ship/air', usedBy },
    { asked: 'prune', key: 'ship', usedBy },
  ])
  expect(careful.removals.map((each) => each.id)).toStrictEqual(['3'])
})

test('of a type that a process has, its other plugins may go; the type itself stays', () => {
  expect(prune({ ship: ['sea'] })).toStrictEqual(['prune ship'])
  expect(prune({ ship: [] })).toStrictEqual(['prune ship'])
})

test('a process that tells its types alone may have any plugin of them; one that tells nothing keeps nothing', () => {
  expect(prune({ ship: null })).toStrictEqual(['prune ship/air', 'prune ship'])
  expect(prune(null)).toStrictEqual([])
  expect(prune()).toStrictEqual([])
  expect(prune({})).toStrictEqual([])
})

test('a name that every object has is no type that a process registers', () => {
  const { kept } = keepUsed(plan({ removals: [{ id: '1', type: 'constructor', instances: 0 }] }), here, [process({})])
  expect(kept).toStrictEqual([])
})

test("a plugin is looked for under each name of its type that this code knows, the other process's too", () => {
  expect(prune({ pay: ['card'] })).toStrictEqual(['prune payments/card'])
  expect(prune({ payments: ['card'] })).toStrictEqual(['prune payments/card'])
  expect(prune({ other: ['card'] })).toStrictEqual([])
})

const renames: SyncPlan['renames'] = [
  { id: '1', type: 'payments', from: 'pay', to: 'payments' },
  { id: '2', type: 'payments', plugin: 'coins', from: 'cash', to: 'coins' },
]
const rename = (...registered: readonly Registered[]): unknown => {
  const { plan: careful, kept } = keepUsed(
    plan({ renames }),
    here,
    registered.map((each) => process(each)),
  )
  expect(careful.renames.length + kept.length).toBe(renames.length)
  return keys(kept)
}

test('a key waits for the processes that know a row by its old name alone', () => {
  expect(rename({ pay: ['cash'] })).toStrictEqual(['rename pay', 'rename payments/cash'])
  expect(rename({ pay: ['cash', 'coins'] })).toStrictEqual(['rename pay'])
  expect(rename({ pay: ['cash'], payments: ['cash'] })).toStrictEqual(['rename payments/cash'])
  expect(rename({ pay: ['cash', 'coins'], payments: ['cash', 'coins'] })).toStrictEqual([])
  expect(rename({ payments: ['coins'] })).toStrictEqual([])
  expect(rename({ other: ['cash'] })).toStrictEqual([])
})

test('what a process does not say of its plugins, or of anything, holds no key back', () => {
  expect(rename({ pay: null })).toStrictEqual(['rename pay'])
  expect(rename(null)).toStrictEqual([])
  expect(rename({})).toStrictEqual([])
})

test('a plan in which nothing is taken away is left as it is', () => {
  const created = plan({ createTypes: [{ key: 'payments', registered: here.type('payments') }] })
  expect(keepUsed(created, here, [process({ payments: ['coins'] })])).toStrictEqual({ plan: created, kept: [] })
})
