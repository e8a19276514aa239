import type { Json } from '../config/index.ts'
import type { InstanceView } from '../contract/index.ts'
import { InstanceUnloadableError, TrialBuildError } from '../errors/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import type { Built, IndexedInstance } from '../runtime/index.ts'
import type { InstanceRow } from '../store/index.ts'
import type { OperationScope } from './scope.ts'

/** What an instance would be: enough of a row to build an object from. */
export type DraftRow = Pick<InstanceRow, 'id' | 'typeId' | 'pluginId' | 'name' | 'status' | 'priority' | 'weight' | 'tags'>

/**
 * Builds a config on trial, hands the object to `work`, and disposes it.
 *
 * @throws InstanceUnloadableError where it can't be built.
 */
export async function onTrial<T>(
  scope: OperationScope,
  row: DraftRow,
  plugin: RegisteredPlugin,
  config: Json,
  work: (built: Built) => Promise<T>,
): Promise<T> {
  const built = await scope.runtime.builder.construct(draftOf(row, plugin), plugin, config, viewOf(row), 0)
  try {
    return await work(built)
  } finally {
    await built.disposeNow()
  }
}

/**
 * Builds what is about to be saved.
 *
 * @throws TrialBuildError
 */
export async function checkBuilds(scope: OperationScope, row: DraftRow, plugin: RegisteredPlugin, config: Json): Promise<void> {
  try {
    await onTrial(scope, row, plugin, config, async () => {})
  } catch (error) {
    if (error instanceof InstanceUnloadableError) throw new TrialBuildError(row.name, error)
    throw error
  }
}

/** A draft as selection and building see instances. */
export function draftOf(row: DraftRow, plugin: RegisteredPlugin): IndexedInstance {
  const blank = { configVersion: 0, managedBy: null, hasConfig: false, keyId: null, revision: 0, configRevision: 0 }
  const times = { createdRevision: 0, stamp: 0, createdAt: 0, updatedAt: 0, removedAt: null }
  return { row: { ...blank, ...times, ...row }, typeKey: plugin.type.key, pluginKey: plugin.key, plugin }
}

function viewOf(row: DraftRow): InstanceView {
  return { id: row.id, name: row.name, status: row.status, tags: row.tags }
}
