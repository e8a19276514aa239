import { ConfigNewerError, DecryptionError, InstanceUnloadableError, type UnloadableReason } from '../errors/index.ts'
import { versionOf } from '../config/index.ts'
import { failureText, type IndexedInstance } from '../runtime/index.ts'
import type { OperationScope } from './scope.ts'

/** Why an instance is not usable, or that nothing is known to be wrong with it. */
export type InstanceState = { readonly ok: true } | { readonly ok: false; readonly reason: UnloadableReason; readonly text: string }

const fine: InstanceState = { ok: true }

/** What can be told of an instance without opening its config: what its row says, and what building it last said. A list asks it of thousands. */
export function rowState(scope: OperationScope, instance: IndexedInstance): InstanceState {
  const failure = instance.plugin === undefined ? undefined : scope.runtime.pool.failure(instance.row.id)
  if (failure !== undefined) return { ok: false, reason: failure.error.reason, text: failureText(failure.error) }
  return storedState(scope, instance)
}

/** What the row alone says: whether its code is here, and whether its config is of a key and a version that this process has. */
export function storedState(scope: OperationScope, { row, plugin }: IndexedInstance): InstanceState {
  const broken = (reason: UnloadableReason, cause?: unknown): InstanceState => ({
    ok: false,
    reason,
    text: failureText(new InstanceUnloadableError(row, reason, cause)),
  })
  if (plugin === undefined) return broken('code_missing')
  if (plugin.config === undefined || !row.hasConfig) return fine
  if (row.keyId !== null && scope.keyring?.ids.includes(row.keyId) !== true)
    return broken('cannot_decrypt', new DecryptionError('unknown_key', { keyId: row.keyId, instance: row.name }))
  const stored = versionOf(row.configVersion)
  const { current } = plugin.versions
  return stored > current ? broken('config_newer', new ConfigNewerError(plugin.key, stored, current)) : fine
}
