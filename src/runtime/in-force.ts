import type { Strategy, StrategyName } from '../contract/index.ts'
import { isStrategy, strategyName, type RegisteredType } from '../registry/index.ts'
import type { OwnSelector } from '../selection/index.ts'

/** How a type chooses now, and what operators have to do with it. */
export type InForce = {
  /** What operators chose, `null` for the code's own. */
  readonly stored: string | null
  /** Why what is stored is not in force. */
  readonly note: string | null
} & (
  | { readonly choosing: StrategyName; readonly strategy: Strategy<unknown>; readonly selector: undefined }
  | { readonly choosing: 'function'; readonly strategy: undefined; readonly selector: OwnSelector }
)

/**
 * Works out how a type chooses: as operators stored it, where the code allows that, otherwise as the code says.
 *
 * @param stored Of the type's rows: one, or two while it is stored under an alias as well. The first that says something counts.
 */
export function strategyInForce(type: RegisteredType, stored: readonly (string | null)[]): InForce {
  const chosen = stored.find((each) => each !== null) ?? null
  const allowed = chosen === null ? undefined : type.strategies.get(chosen as StrategyName)
  if (allowed !== undefined) return { ...named(allowed), stored: chosen, note: null }
  const own = isStrategy(type.select) ? named(type.select) : chosenBy(type.select)
  if (chosen === null) return { ...own, stored: null, note: null }
  const names = [...type.strategies.keys()].join(', ')
  const how = own.choosing === 'function' ? 'its own function' : own.choosing
  const note = `The strategy '${chosen}' is stored, but this code allows ${names === '' ? 'none' : names}; it selects by ${how}.`
  return { ...own, stored: chosen, note }
}

function named(strategy: Strategy<unknown>) {
  return { choosing: strategyName(strategy), strategy, selector: undefined } as const
}

function chosenBy(selector: OwnSelector) {
  return { choosing: 'function', strategy: undefined, selector } as const
}
