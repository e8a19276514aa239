import type { IndexedInstance } from '../runtime/index.ts'
import { compareInstances } from '../selection/index.ts'

/** What lists are sorted by. `order`: as selection goes through them. */
export type ListSort = 'order' | 'name' | 'plugin' | 'created' | 'updated'

const sorts: readonly ListSort[] = ['order', 'name', 'plugin', 'created', 'updated']

export function sortOf(value: unknown): ListSort | undefined {
  return sorts.find((each) => each === value)
}

const sortedLists = new WeakMap<readonly IndexedInstance[], Map<ListSort, readonly IndexedInstance[]>>()

/** A list in another order; the one made before, as long as the list is the same. Ties are broken by id. */
export function sortedBy(list: readonly IndexedInstance[], sort: ListSort): readonly IndexedInstance[] {
  if (sort === 'order') return list
  const known = sortedLists.get(list) ?? new Map<ListSort, readonly IndexedInstance[]>()
  sortedLists.set(list, known)
  const found = known.get(sort)
  if (found !== undefined) return found
  const sorted = list
    .map((instance) => ({ instance, value: valueAt(instance, sort) }))
    .toSorted((a, b) => compare(a.value, b.value) || compare(a.instance.row.id, b.instance.row.id))
    .map(({ instance }) => instance)
  known.set(sort, sorted)
  return sorted
}

/** The value an instance is sorted by. The same on every machine: no locale decides. */
export function valueAt(instance: IndexedInstance, sort: ListSort): string | number {
  const { row } = instance
  if (sort === 'name') return row.name.toLowerCase()
  if (sort === 'plugin') return instance.pluginKey
  if (sort === 'created') return row.createdRevision
  if (sort === 'updated') return row.updatedAt
  return `${instance.typeKey}\n${row.status}\n${row.priority}\n${row.createdRevision}`
}

/** Where the first one stands that comes after a place; with `before`, the first that does not come before it. */
export function firstAfter(
  list: readonly IndexedInstance[],
  sort: ListSort,
  place: { readonly value: string | number; readonly id: string },
  before: boolean = false,
): number {
  const isPast =
    sort === 'order'
      ? pastInOrder(list, place)
      : (each: IndexedInstance): number => compare(valueAt(each, sort), place.value) || compare(each.row.id, place.id)
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const each = list[middle]
    const side = each === undefined ? 1 : isPast(each)
    if (side > 0 || (before && side === 0)) high = middle
    else low = middle + 1
  }
  return low
}

/** Compares with a place in selection order: types as they stand in the list, then as selection compares. */
function pastInOrder(
  list: readonly IndexedInstance[],
  place: { readonly value: string | number; readonly id: string },
): (each: IndexedInstance) => number {
  const [type = '', status = '', priority = '', created = ''] = String(place.value).split('\n')
  const ranks = new Map<string, number>()
  for (const key of typesIn(list)) ranks.set(key, ranks.size)
  const rank = ranks.get(type) ?? ranks.size
  const row = {
    id: place.id,
    status: status as IndexedInstance['row']['status'],
    priority: Number(priority),
    createdRevision: Number(created),
  }
  return (each) => (ranks.get(each.typeKey) ?? 0) - rank || compareInstances(each.row, row)
}

const typeLists = new WeakMap<readonly IndexedInstance[], readonly string[]>()

function typesIn(list: readonly IndexedInstance[]): readonly string[] {
  const known = typeLists.get(list) ?? [...new Set(list.map((each) => each.typeKey))]
  typeLists.set(list, known)
  return known
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
