import { InvalidInputError, UnknownTypeError } from '../errors/index.ts'
import type { IndexedInstance } from '../runtime/index.ts'
import type { HealthRow } from '../store/index.ts'
import { noCursor, readCursor, writeCursor } from './list-cursor.ts'
import { facetsOf, withFailures, type Facets } from './list-facets.ts'
import { filterKey, matching, type ListFilter } from './list-filter.ts'
import { firstAfter, sortedBy, sortOf, valueAt, type ListSort } from './list-sort.ts'
import type { OperationScope } from './scope.ts'
import { summaryOf, type InstanceSummary } from './instance-summary.ts'

/** Which part of the instances, and in which order. */
export interface ListQuery extends ListFilter {
  /** Key of a type. Default: those of `types`. */
  readonly type?: string
  /** Keys of types that may be shown; default all, those that this code does not have included. */
  readonly types?: readonly string[]
  /** Default `order`: as selection goes through them, type by type. */
  readonly sort?: ListSort
  /** Turns the order round. Default false. */
  readonly descending?: boolean
  /** 1 to 500, default 50. */
  readonly limit?: number
  /** `next` of the page before, in the same sort, direction and filter. */
  readonly after?: string
}

/** A page of instances. */
export interface InstancePage {
  readonly items: readonly InstanceSummary[]
  /** What the next page goes on after; `null` at the end. */
  readonly next: string | null
  /** So many match the filter. */
  readonly matching: number
  /** Of all that may be shown, whatever the filter. */
  readonly counts: Facets
}

/** A place in a list: the value it is sorted by, and the id that breaks ties. */
interface Cursor {
  readonly sort: ListSort
  readonly value: string | number
  readonly id: string
}

/**
 * Lists instances a page at a time, from the board's own copy of their metadata: what is listed is what this process serves. The keyset is the value that
 * is sorted by, with the id, so a page costs the same wherever it stands, and a row that comes or goes moves no other one across pages.
 *
 * @throws UnknownTypeError; InvalidInputError for a cursor that is none. Nothing is decrypted.
 */
export async function listInstances(scope: OperationScope, query: ListQuery = {}): Promise<InstancePage> {
  await scope.runtime.loadRows()
  await scope.runtime.look()
  const sort = query.sort ?? 'order'
  const all = instancesOf(scope, query)
  const sorted = sortedBy(all, sort)
  // What is wrong may change while no row does.
  const found =
    query.state === undefined ? remember(sorted, filterKey(query), () => matching(scope, sorted, query)) : matching(scope, sorted, query)
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? 50), 1), 500)
  const descending = query.descending === true
  const cursor = query.after === undefined ? undefined : cursorOf(query.after, sort)
  const page = pageOf(found, { limit, descending, cursor, sort })
  const last = page.items.at(-1)
  const health = await healthOf(scope, page.items)
  return {
    items: page.items.map((each) => summaryOf(scope, each, health.get(each.row.id))),
    next: page.more && last !== undefined ? writeCursor([sort, valueAt(last, sort), last.row.id]) : null,
    matching: found.length,
    counts: withFailures(
      scope,
      remember(all, 'facets', () => facetsOf(scope, all)),
      query,
    ),
  }
}

/** The instances of one type in selection order, or of all that may be shown, type by type. The same list as long as nothing changes. */
function instancesOf(scope: OperationScope, { type, types }: ListQuery): readonly IndexedInstance[] {
  const { index } = scope.runtime
  if (type !== undefined) {
    const registered = scope.registry.typeNamed(type)
    if (registered !== undefined) return index.ordered(registered)
    const strangers = index.strangers().filter((each) => each.typeKey === type)
    if (strangers.length === 0 && ![...index.typeRows()].some((row) => row.key === type))
      throw new UnknownTypeError(type, [...scope.registry.types.keys()])
    return strangers
  }
  const parts = [...scope.registry.types.values()]
    .filter((each) => types === undefined || types.includes(each.key))
    .map((each) => index.ordered(each))
  const strangers = index.strangers()
  const shown = types === undefined ? strangers : strangers.filter((each) => types.includes(each.typeKey))
  return joined(index, [...parts, ...(shown.length === 0 ? [] : [shown])])
}

interface Joined {
  readonly parts: readonly (readonly IndexedInstance[])[]
  readonly whole: readonly IndexedInstance[]
}

const lastJoined = new WeakMap<object, Joined>()

/** One list of several; the one made last time, where it would be the same. */
function joined(index: object, parts: Joined['parts']): readonly IndexedInstance[] {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const known = lastJoined.get(index)
  if (known !== undefined && known.parts.length === parts.length && known.parts.every((part, at) => part === parts[at])) return known.whole
  const whole = parts.flat()
  lastJoined.set(index, { parts, whole })
  return whole
}

/** What was made of a list that never changes: a new one takes its place when anything does. */
const made = new WeakMap<readonly IndexedInstance[], Map<string, unknown>>()
const mostMade = 8

function remember<T>(list: readonly IndexedInstance[], key: string, make: () => T): T {
  const known = made.get(list) ?? new Map<string, unknown>()
  made.set(list, known)
  // Each key is used with one kind of value only.
  if (known.has(key)) return known.get(key) as T
  const value = make()
  const [oldest] = known.keys()
  if (known.size >= mostMade && oldest !== undefined) known.delete(oldest)
  known.set(key, value)
  return value
}

interface PageOptions {
  readonly limit: number
  readonly descending: boolean
  readonly cursor: Cursor | undefined
  readonly sort: ListSort
}

function pageOf(
  found: readonly IndexedInstance[],
  { limit, descending, cursor, sort }: PageOptions,
): { readonly items: readonly IndexedInstance[]; readonly more: boolean } {
  if (!descending) {
    const from = cursor === undefined ? 0 : firstAfter(found, sort, cursor)
    return { items: found.slice(from, from + limit), more: from + limit < found.length }
  }
  const end = cursor === undefined ? found.length : firstAfter(found, sort, cursor, true)
  return { items: found.slice(Math.max(end - limit, 0), end).toReversed(), more: end > limit }
}

/** @throws InvalidInputError */
function cursorOf(text: string, sort: ListSort): Cursor {
  const [written, value, id] = readCursor(text)
  const named = sortOf(written)
  const fits = (typeof value === 'string' || typeof value === 'number') && typeof id === 'string'
  if (named === undefined || !fits) throw noCursor(text)
  if (named === sort) return { sort, value, id }
  throw new InvalidInputError([
    { pointer: '/after', message: `is a place in a list sorted by '${named}', and this one is sorted by '${sort}'` },
  ])
}

async function healthOf(scope: OperationScope, items: readonly IndexedInstance[]): Promise<ReadonlyMap<string, HealthRow>> {
  if (items.length === 0) return new Map()
  const rows = await scope.store.read((reader) => reader.health(items.map((each) => each.row.id)))
  return new Map(rows.map((row) => [row.instanceId, row]))
}
