import type { Board } from '../index.ts'
import type { InstanceName } from './board-inside.ts'
import { AmbiguousInstanceError, InstanceUnknownError } from './cli-errors.ts'
import { nearest } from './nearest.ts'

/** An instance that was removed and can be restored. */
export interface RemovedInstance extends InstanceName {
  readonly priority: number
  readonly tags: readonly string[]
  /** Milliseconds since 1970. */
  readonly removedAt: number
}

/** What can be restored, the latest removal first. Types and plugins that were pruned name theirs too. */
export async function removedInstances(board: Board): Promise<readonly RemovedInstance[]> {
  const { runtime, registry, store } = board.internals
  await runtime.loadRows()
  const { types, plugins, instances } = await store.read(async (reader) => ({
    // Since revision -1: pruned ones too.
    types: new Map((await reader.types(-1)).map((row) => [row.id, row.key])),
    plugins: new Map((await reader.plugins(-1)).map((row) => [row.id, row.key])),
    instances: await reader.instances({ removed: true }),
  }))
  return instances
    .flatMap(({ id, typeId, pluginId, name, priority, tags, removedAt }) => {
      if (removedAt === null) return []
      const storedType = types.get(typeId) ?? '(unknown)'
      const storedPlugin = plugins.get(pluginId) ?? '(unknown)'
      const type = registry.typeNamed(storedType)
      const plugin = type === undefined ? undefined : registry.pluginNamed(type, storedPlugin)
      return [{ id, type: type?.key ?? storedType, plugin: plugin?.key ?? storedPlugin, name, priority, tags, removedAt }]
    })
    .toSorted((a, b) => b.removedAt - a.removedAt)
}

/**
 * The removed instance that somebody means: by id, by name, by `type/name` or by `type/plugin/name`.
 *
 * @throws InstanceUnknownError; AmbiguousInstanceError listing the ids.
 */
export function removedInstance(all: readonly RemovedInstance[], reference: string): RemovedInstance {
  const wanted = reference.trim().normalize()
  const byId = all.find(({ id }) => id === wanted.toLowerCase())
  if (byId !== undefined) return byId
  const named = all.filter(({ name }) => name.normalize() === wanted)
  const qualified = all.filter(({ type, plugin, name }) =>
    [`${type}/${name}`, `${type}/${plugin}/${name}`].some((each) => each.normalize() === wanted),
  )
  const [only, ...others] = named.length > 0 ? named : qualified
  if (only === undefined) {
    const near = nearest(
      wanted,
      all.map(({ name }) => name),
    )
    throw new InstanceUnknownError(reference, near, 'removed instance')
  }
  if (others.length > 0) throw new AmbiguousInstanceError(reference, [only, ...others])
  return only
}
