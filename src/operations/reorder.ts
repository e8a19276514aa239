import { InvalidInputError, StaleWriteError } from '../errors/index.ts'
import type { RegisteredType, TypeReference } from '../registry/index.ts'
import { compareInstances } from '../selection/index.ts'
import type { InstanceRow } from '../store/index.ts'
import { instanceAt } from './instance-detail.ts'
import { prioritiesFor } from './priorities.ts'
import { checkActor, historyOf, type Actor, type OperationScope } from './scope.ts'
import { serve } from './written.ts'

export interface ReorderOptions {
  readonly actor: Actor
  /** Only if the order of the type is still at this revision, which `orderOf` gives. */
  readonly orderRevision?: number
}

/** The order of a type's instances, and what a conditional reorder names. */
export interface TypeOrder {
  readonly orderRevision: number
  readonly ids: readonly string[]
}

export async function orderOf(scope: OperationScope, type: TypeReference): Promise<TypeOrder> {
  await scope.runtime.loadRows()
  const registered = scope.registry.type(type)
  const ids = scope.runtime.index.ordered(registered).map((each) => each.row.id)
  return { ids, orderRevision: orderRevisionOf(scope.runtime.index.rowsOf(registered)) }
}

/**
 * Gives all instances of a type a new order in one write. Status still comes first: among instances of one status the given order holds. The priorities of
 * those that a file manages stay as they are, and the others are put around them.
 *
 * @param ids Every instance of the type, once.
 * @throws StaleWriteError where `orderRevision` is given and no longer current; InvalidInputError where `ids` is no permutation;
 *   ManagedByFileError where an instance that a file manages would have to move. Nothing is written then.
 */
export async function reorder(
  scope: OperationScope,
  type: TypeReference,
  ids: readonly string[],
  options: ReorderOptions,
): Promise<TypeOrder> {
  const given: unknown = ids
  if (!Array.isArray(given)) throw new InvalidInputError([{ pointer: '/ids', message: 'must be the list of all ids of the type' }])
  const stored = given.map((id) => String(id).toLowerCase())
  return rewrite(scope, type, options, () => stored)
}

/** Where to move an instance to. */
export type MoveTarget = { readonly before: string } | { readonly after: string } | { readonly to: 'first' | 'last' }

/**
 * Moves one instance within its type's order, whatever others did meanwhile.
 *
 * @throws ManagedByFileError, InstanceNotFoundError, InvalidInputError, ActorRequiredError
 */
export async function move(scope: OperationScope, id: string, target: MoveTarget, options: ReorderOptions): Promise<TypeOrder> {
  checkActor(options)
  await scope.runtime.loadRows()
  await scope.runtime.look()
  const { row, typeKey } = instanceAt(scope, id)
  const beside = 'before' in target ? instanceAt(scope, target.before) : 'after' in target ? instanceAt(scope, target.after) : undefined
  // Not their rows: a type that is stored under an alias as well has two.
  if (beside !== undefined && beside.typeKey !== typeKey) {
    throw new InvalidInputError([
      { pointer: 'before' in target ? '/before' : '/after', message: `'${beside.row.name}' is of another type` },
    ])
  }
  return rewrite(scope, typeKey, options, (current) => {
    const rest = current.filter((each) => each !== row.id)
    if ('to' in target) return target.to === 'first' ? [row.id, ...rest] : [...rest, row.id]
    if (beside === undefined || beside.row.id === row.id) return current
    const at = rest.indexOf(beside.row.id) + ('after' in target ? 1 : 0)
    return rest.toSpliced(at, 0, row.id)
  })
}

async function rewrite(
  scope: OperationScope,
  type: TypeReference,
  options: ReorderOptions,
  wanted: (current: readonly string[]) => readonly string[],
): Promise<TypeOrder> {
  const actor = checkActor(options)
  await scope.runtime.loadRows()
  await scope.runtime.look()
  const registered = scope.registry.type(type)
  const typeIds = typeIdsOf(scope, registered)
  const done = await scope.store.write(async (writer): Promise<TypeOrder> => {
    const types = (await writer.types()).filter((row) => typeIds.includes(row.id))
    const actual = orderRevisionOf(types)
    const rows: InstanceRow[] = []
    for (const typeId of typeIds) rows.push(...(await writer.instances({ typeId })))
    const current = rows.toSorted(compareInstances).map((row) => row.id)
    if (options.orderRevision !== undefined && options.orderRevision !== actual) {
      const order: TypeOrder = { orderRevision: actual, ids: current }
      throw new StaleWriteError(`The order of '${registered.key}'`, options.orderRevision, actual, order)
    }
    const ids = wanted(current)
    checkPermutation(registered.key, rows, ids)
    const priorities = prioritiesFor(registered.key, current, rows, ids)
    await writer.reprioritise(priorities)
    await writer.updateTypes(types.map(({ id }) => ({ id, reordered: true })))
    await writer.appendHistory([
      historyOf(actor, 'reorder', { typeId: typeIds[0] ?? null, changed: ['order'], before: { order: current }, after: { order: ids } }),
    ])
    const priorityOf = new Map(priorities.map((each) => [each.id, each.priority]))
    const reordered = Array.from(rows, (row) => ({ ...row, priority: priorityOf.get(row.id) ?? row.priority }))
    return { ids: reordered.toSorted(compareInstances).map((row) => row.id), orderRevision: actual + types.length }
  })
  await serve(scope, [registered.key])
  return done
}

function typeIdsOf(scope: OperationScope, type: RegisteredType): string[] {
  return scope.runtime.index.rowsOf(type).map((row) => row.id)
}

/** What a conditional change of a type's order names. */
export function orderRevisionOf(rows: readonly { readonly orderRevision: number }[]): number {
  return rows.reduce((sum, row) => sum + row.orderRevision, 0)
}

/** @throws InvalidInputError naming what is missing, unknown or double. */
function checkPermutation(type: string, rows: readonly InstanceRow[], ids: readonly string[]): void {
  const wanted = new Set(ids)
  const stored = new Set(rows.map((row) => row.id))
  const missing = rows.filter((row) => !wanted.has(row.id)).map((row) => `'${row.name}' is missing`)
  const unknown = [...wanted].filter((id) => !stored.has(id)).map((id) => `${id} is no instance of '${type}'`)
  const double = wanted.size === ids.length ? [] : ['an id stands twice']
  const message = [...missing, ...unknown, ...double].join(', ')
  if (message !== '') throw new InvalidInputError([{ pointer: '/ids', message: `the order must name every instance once: ${message}` }])
}
