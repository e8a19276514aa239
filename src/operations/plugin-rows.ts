import { UniqueViolationError } from '../errors/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import type { InstanceRow, SnapshotPlugin, StoreWriter } from '../store/index.ts'
import type { OperationScope } from './scope.ts'

/** The plugin a stored row belongs to, by key or alias, where its code is here. */
export function pluginOf(scope: OperationScope, row: Pick<SnapshotPlugin, 'typeId' | 'key'>): RegisteredPlugin | undefined {
  const typeRow = scope.runtime.index.typeRow(row.typeId)
  const type = typeRow === undefined ? undefined : scope.registry.typeNamed(typeRow.key)
  return type === undefined ? undefined : scope.registry.pluginNamed(type, row.key)
}

/** The rows of a registered plugin: one, or more while it is stored under an alias as well. */
export function rowsOf(scope: OperationScope, plugin: RegisteredPlugin): readonly SnapshotPlugin[] {
  return [...scope.runtime.index.pluginRows()].filter((row) => pluginOf(scope, row) === plugin)
}

/**
 * Sees that no other row of the same plugin has a live instance of this name: the database compares within one row only.
 *
 * @throws UniqueViolationError, as the database does.
 */
export async function checkNameIsFree(
  scope: OperationScope,
  writer: StoreWriter,
  { pluginId, name }: Pick<InstanceRow, 'pluginId' | 'name'>,
): Promise<void> {
  const pluginRow = scope.runtime.index.pluginRow(pluginId)
  const plugin = pluginRow === undefined ? undefined : pluginOf(scope, pluginRow)
  if (plugin === undefined) return
  const others = rowsOf(scope, plugin).filter((row) => row.id !== pluginId)
  const ids = new Set(others.map((row) => row.id))
  for (const typeId of new Set(others.map((row) => row.typeId))) {
    const taken = (await writer.instances({ typeId })).some((each) => ids.has(each.pluginId) && each.name === name)
    if (taken) throw new UniqueViolationError(`'${plugin.key}' has an instance '${name}' under another of its keys.`)
  }
}
