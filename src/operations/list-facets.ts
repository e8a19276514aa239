import type { InstanceStatus } from '../contract/index.ts'
import type { IndexedInstance } from '../runtime/index.ts'
import { storedState } from './row-state.ts'
import type { OperationScope } from './scope.ts'

/** How many instances there are of each kind. */
export interface Facets {
  readonly total: number
  readonly status: Readonly<Record<InstanceStatus, number>>
  /** By key of the plugin. */
  readonly plugins: Readonly<Record<string, number>>
  /** What can't be used as it stands. */
  readonly problems: number
}

/** Counts a list; `problems` are those that the rows alone tell. */
export function facetsOf(scope: OperationScope, list: readonly IndexedInstance[]): Facets {
  const status = { active: 0, reserved: 0, disabled: 0 }
  const plugins = new Map<string, number>()
  let problems = 0
  for (const each of list) {
    status[each.row.status]++
    plugins.set(each.pluginKey, (plugins.get(each.pluginKey) ?? 0) + 1)
    if (!storedState(scope, each).ok) problems++
  }
  return { total: list.length, status, plugins: Object.fromEntries(plugins), problems }
}

/** The same with what building said: that changes while no row does. */
export function withFailures(
  scope: OperationScope,
  facets: Facets,
  of: { readonly type?: string; readonly types?: readonly string[] },
): Facets {
  const type = of.type === undefined ? undefined : (scope.registry.typeNamed(of.type)?.key ?? of.type)
  const failing = scope.runtime.pool.failing().filter((each) => {
    const isListed = type === undefined ? (of.types?.includes(each.typeKey) ?? true) : each.typeKey === type
    return isListed && storedState(scope, each).ok
  })
  return failing.length === 0 ? facets : { ...facets, problems: facets.problems + failing.length }
}
