import type { Board, InstanceDetail } from '../index.ts'

/** Inner parts of a board, by the way they are reached: the command line enters no room below the board. */
export type Inside = Board['internals']
export type IndexedInstance = NonNullable<ReturnType<Inside['runtime']['index']['instance']>>
export type RegisteredPlugin = NonNullable<IndexedInstance['plugin']>
export type ConfigModel = NonNullable<RegisteredPlugin['config']>

/** An instance, as output names it. */
export interface InstanceName {
  readonly id: string
  readonly type: string
  readonly plugin: string
  readonly name: string
}

export function nameOf({ row, typeKey, pluginKey }: IndexedInstance): InstanceName {
  return { id: row.id, type: typeKey, plugin: pluginKey, name: row.name }
}

/** The version of an instance's config, `null` where none is stored; and that of the code here, `null` where it is missing or has no config. */
export function versionsOf({ row, plugin }: Pick<IndexedInstance, 'row' | 'plugin'>): InstanceDetail['configVersion'] {
  // Rows of before there were versions hold 0.
  const stored = row.hasConfig ? Math.max(row.configVersion, 1) : null
  return { stored, code: plugin?.config === undefined ? null : plugin.versions.current }
}

/** Every live instance, as it stands in the database now: type by type in selection order, then those whose type this code does not have. */
export async function allInstances(board: Board): Promise<readonly IndexedInstance[]> {
  const { runtime, registry } = board.internals
  await runtime.loadRows()
  const known = [...registry.types.values()].flatMap((type) => runtime.index.ordered(type))
  const ids = new Set(known.map(({ row }) => row.id))
  return [...known, ...[...runtime.index.instances()].filter(({ row }) => !ids.has(row.id))]
}
