import { isRowId, noCursor, readCursor, writeCursor } from './list-cursor.ts'
import type { OperationScope } from './scope.ts'

/** Which removed instances, the last removed first. */
export interface RemovedQuery {
  /** Keys of types; default all. */
  readonly types?: readonly string[]
  /** 1 to 500, default 50. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string
}

/** An instance that was removed and can be restored. */
export interface RemovedInstance {
  readonly id: string
  readonly type: string
  readonly plugin: string
  readonly name: string
  readonly tags: readonly string[]
  /** Milliseconds since the epoch. */
  readonly removedAt: number
}

export interface RemovedPage {
  readonly items: readonly RemovedInstance[]
  /** What the next page goes on after; `null` at the end. */
  readonly next: string | null
}

/**
 * Lists what was removed, from the database: the board keeps no copy of it.
 *
 * @throws InvalidInputError for a cursor that is none; StoreError
 */
export async function listRemoved(scope: OperationScope, query: RemovedQuery = {}): Promise<RemovedPage> {
  await scope.runtime.loadRows()
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? 50), 1), 500)
  const after = query.after === undefined ? undefined : placeOf(query.after)
  return scope.store.read(async (reader) => {
    // Pruned ones too: their instances are what is looked for.
    const types = new Map((await reader.types(-1)).map((row) => [row.id, scope.registry.typeNamed(row.key)?.key ?? row.key]))
    const plugins = new Map((await reader.plugins(-1)).map((row) => [row.id, row.key]))
    const { types: shown } = query
    const typeIds = shown && [...types].filter(([, key]) => shown.includes(key)).map(([id]) => id)
    const filter = { limit: limit + 1, ...(typeIds === undefined ? {} : { typeIds }), ...(after === undefined ? {} : { after }) }
    const rows = await reader.removed(filter)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      items: page.map((row) => ({
        id: row.id,
        type: types.get(row.typeId) ?? '(unknown)',
        plugin: plugins.get(row.pluginId) ?? '(unknown)',
        name: row.name,
        tags: row.tags,
        removedAt: row.removedAt ?? 0,
      })),
      next: rows.length > limit && last !== undefined ? writeCursor([last.removedAt ?? 0, last.id]) : null,
    }
  })
}

/** @throws InvalidInputError */
function placeOf(text: string): { readonly removedAt: number; readonly id: string } {
  const [removedAt, id] = readCursor(text)
  if (Number.isSafeInteger(removedAt) && isRowId(id)) return { removedAt: Number(removedAt), id }
  throw noCursor(text)
}
