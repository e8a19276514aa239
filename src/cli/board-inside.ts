import type { Board } from '../index.ts'

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

/** Every live instance, as it stands in the database now. */
export async function allInstances(board: Board): Promise<readonly IndexedInstance[]> {
  const { runtime } = board.internals
  await runtime.load()
  return [...runtime.index.instances()]
}
