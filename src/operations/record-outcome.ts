import type { IndexedInstance } from '../runtime/index.ts'
import type { HealthRow } from '../store/index.ts'
import type { OperationScope } from './scope.ts'
import type { TestOutcome } from './test-instance.ts'

/**
 * Keeps an outcome as the instance's health, and tells where it is another one than before.
 *
 * @param before What was kept before, where that is known. Default: it is read.
 */
export async function recordOutcome(
  scope: OperationScope,
  { row, typeKey, pluginKey }: IndexedInstance,
  { ok, latencyMs, message }: TestOutcome,
  before?: HealthRow | null,
): Promise<HealthRow> {
  const known = before === undefined ? (await scope.store.read((reader) => reader.health([row.id])))[0] : before
  const health: HealthRow = { instanceId: row.id, at: scope.now(), ok, latencyMs, message }
  await scope.store.recordHealth([health])
  if (known?.ok !== ok) {
    const instance = { id: row.id, name: row.name, plugin: pluginKey }
    scope.runtime.events.emit('health', { type: typeKey, instance, ok, before: known?.ok ?? null, message, latencyMs })
  }
  return health
}
