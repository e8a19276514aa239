import type { Board } from '../index.ts'
import { allInstances, nameOf, type IndexedInstance } from './board-inside.ts'
import { AmbiguousInstanceError, InstanceUnknownError } from './cli-errors.ts'
import { nearest } from './nearest.ts'

/**
 * The instance that somebody means: by id, by name, by `type/name` or by `type/plugin/name`.
 *
 * @param within Where several have the name, only those of this type are meant.
 * @throws InstanceUnknownError; AmbiguousInstanceError listing the ids.
 */
export async function resolveInstance(board: Board, reference: string, within?: string): Promise<IndexedInstance> {
  const all = await allInstances(board)
  const byId = board.internals.runtime.index.instance(reference.toLowerCase())
  if (byId !== undefined) return byId
  // Names are stored without spaces around them; keyboards write the same letters in several ways.
  const wanted = reference.trim().normalize()
  const named = all.filter(({ row }) => row.name.normalize() === wanted)
  const found = named.length > 0 ? named : all.filter((each) => qualifiedNames(each).some((name) => name.normalize() === wanted))
  const inType = found.filter((each) => each.typeKey === within)
  const [only, ...others] = inType.length > 0 ? inType : found
  if (only === undefined) {
    throw new InstanceUnknownError(
      reference,
      nearest(
        wanted,
        all.map(({ row }) => row.name),
      ),
    )
  }
  if (others.length > 0) throw new AmbiguousInstanceError(reference, [only, ...others].map(nameOf))
  return only
}

/** Several, each once, in the order given. */
export async function resolveInstances(board: Board, references: readonly string[]): Promise<readonly IndexedInstance[]> {
  const found = new Map<string, IndexedInstance>()
  for (const reference of references) {
    const instance = await resolveInstance(board, reference)
    found.set(instance.row.id, instance)
  }
  return [...found.values()]
}

function qualifiedNames({ row, typeKey, pluginKey }: IndexedInstance): readonly string[] {
  return [`${typeKey}/${row.name}`, `${typeKey}/${pluginKey}/${row.name}`]
}
