import type { InstanceUnloadableError, UnloadableReason } from '../errors/index.ts'
import { failureText, type IndexedInstance } from '../runtime/index.ts'
import type { OperationScope } from './scope.ts'

/** Why an instance is not usable, or that nothing is known to be wrong with it. */
export type InstanceState = { readonly ok: true } | { readonly ok: false; readonly reason: UnloadableReason; readonly text: string }

/** What can be told of an instance without opening its config: what its row says, and what building it last said. A list asks it of thousands. */
export function rowState(scope: OperationScope, instance: IndexedInstance): InstanceState {
  return stateOf(scope.runtime.pool.unloadable(instance))
}

/** What the row alone says: whether its code is here, and whether its config is of a key and a version that this process has. */
export function storedState(scope: OperationScope, instance: IndexedInstance): InstanceState {
  return stateOf(scope.runtime.builder.atSight(instance))
}

function stateOf(error: InstanceUnloadableError | undefined): InstanceState {
  return error === undefined ? { ok: true } : { ok: false, reason: error.reason, text: failureText(error) }
}
