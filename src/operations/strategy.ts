import type { StrategyName } from '../contract/index.ts'
import { InvalidInputError, quote, StaleWriteError } from '../errors/index.ts'
import type { TypeReference } from '../registry/index.ts'
import type { Choosing } from '../selection/index.ts'
import type { TypeRow } from '../store/index.ts'
import { orderRevisionOf } from './reorder.ts'
import { checkActor, historyOf, type Actor, type OperationScope } from './scope.ts'
import { serve } from './written.ts'

/** How a type selects, and what operators may change about it. */
export interface TypeStrategy {
  /** What is in force: a strategy, or `function` for the type's own. */
  readonly strategy: Choosing
  /** What operators chose; `null` where the code decides. */
  readonly stored: string | null
  /** What operators may choose. */
  readonly allowed: readonly StrategyName[]
  /** Why what is stored is not in force; `null` where it is. */
  readonly note: string | null
  /** What a conditional change names; reordering raises it too. */
  readonly orderRevision: number
}

export interface StrategyOptions {
  readonly actor: Actor
  /** Only if the type is still at this revision of its order. */
  readonly orderRevision?: number
}

export async function strategyOf(scope: OperationScope, type: TypeReference): Promise<TypeStrategy> {
  await scope.runtime.load()
  const registered = scope.registry.type(type)
  const { choosing, stored, note } = scope.runtime.slot(registered.key).inForce
  const orderRevision = orderRevisionOf(scope.runtime.index.rowsOf(registered))
  return { strategy: choosing, stored, allowed: [...registered.strategies.keys()], note, orderRevision }
}

/**
 * Chooses how a type selects, among the strategies that its code allows; `null` gives the choice back to the code. Every process follows.
 *
 * @throws InvalidInputError where the code does not allow it; StaleWriteError where `orderRevision` is given and no longer current; ActorRequiredError,
 *   UnknownTypeError. Nothing is written then.
 */
export async function setStrategy(
  scope: OperationScope,
  type: TypeReference,
  strategy: StrategyName | null,
  options: StrategyOptions,
): Promise<TypeStrategy> {
  const actor = checkActor(options)
  const registered = scope.registry.type(type)
  if (strategy !== null && !registered.strategies.has(strategy)) {
    const names = [...registered.strategies.keys()]
    const allowed = names.length === 0 ? 'It allows none' : `It allows ${names.join(', ')}`
    throw new InvalidInputError([
      { pointer: '/strategy', message: `${quote(strategy)} is not among the strategies of '${registered.key}'. ${allowed}` },
    ])
  }
  await scope.runtime.load()
  await scope.runtime.look()
  const known = scope.runtime.index.rowsOf(registered)
  const isCurrent = options.orderRevision === undefined || options.orderRevision === orderRevisionOf(known)
  // Saved as it is: not worth a revision, which every process would look at.
  if (known.length > 0 && isCurrent && known.every((row) => row.strategy === strategy)) return strategyOf(scope, registered.key)
  const ids = new Set(known.map((row) => row.id))
  if (ids.size === 0)
    throw new InvalidInputError([{ pointer: '/type', message: `'${registered.key}' is not stored yet: run plugboard sync` }])
  await scope.store.write(async (writer) => {
    const rows: TypeRow[] = (await writer.types()).filter((row) => ids.has(row.id))
    const actual = orderRevisionOf(rows)
    if (options.orderRevision !== undefined && options.orderRevision !== actual) {
      const current = { stored: rows.find((row) => row.strategy !== null)?.strategy ?? null, orderRevision: actual }
      throw new StaleWriteError(`The strategy of '${registered.key}'`, options.orderRevision, actual, current)
    }
    const changing = rows.filter((row) => row.strategy !== strategy)
    await writer.updateTypes(changing.map(({ id }) => ({ id, strategy, reordered: true })))
    await writer.appendHistory(
      changing.map((row) =>
        historyOf(actor, 'strategy', {
          typeId: row.id,
          changed: ['strategy'],
          before: { strategy: row.strategy },
          after: { strategy },
        }),
      ),
    )
  })
  await serve(scope, [registered.key])
  return strategyOf(scope, registered.key)
}
