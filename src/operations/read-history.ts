import { versionOf } from '../config/index.ts'
import type { HistoryRow } from '../store/index.ts'
import { configDiff, type ConfigDiff } from './history-config.ts'
import { checkId } from './instance-detail.ts'
import { pluginOf } from './plugin-rows.ts'
import type { OperationScope } from './scope.ts'
import type { RegisteredPlugin, TypeReference } from '../registry/index.ts'

/** Which part of the history, newest first. */
export interface HistoryQuery {
  /** Of one instance, removed ones included. */
  readonly instance?: string
  /** Of one type. */
  readonly type?: TypeReference
  /** Of several types, by key; entries that are about none are left out. Not with `type`. */
  readonly types?: readonly string[]
  /** 1 to 500, default 50. */
  readonly limit?: number
  /** Goes on after the last entry of the page before. */
  readonly before?: { readonly revision: number; readonly id: string }
  /** Opens what was sealed and adds a masked diff of the config to each entry. Default false: nothing is decrypted. */
  readonly diff?: boolean
}

/** One write: who, when, what. It holds no secret, and no config value unless a diff was asked for. */
export interface HistoryEntry {
  readonly id: string
  readonly revision: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly actor: { readonly id: string; readonly name: string }
  readonly action: string
  readonly type: string | null
  readonly instance: { readonly id: string; readonly name: string } | null
  /** Dotted paths: `name`, `config.baseUrl`. */
  readonly changed: readonly string[]
  /** Everything but the config. */
  readonly before: HistoryRow['before']
  readonly after: HistoryRow['after']
  /** Versions of the config before and after; `null` where the write left the config alone. */
  readonly configVersion: { readonly before: number | null; readonly after: number | null } | null
  /** Why, in the actor's words; `null` where they said nothing. */
  readonly note: string | null
  /** With `diff`: what happened to the config, `null` where nothing did. Without: absent. */
  readonly config?: ConfigDiff | null
}

/** @throws InstanceNotFoundError for a malformed id; one that names nothing has no history. UnknownTypeError, StoreError */
export async function readHistory(scope: OperationScope, query: HistoryQuery = {}): Promise<readonly HistoryEntry[]> {
  await scope.runtime.loadRows()
  const types = typeIdsOf(scope, query)
  const instanceId = query.instance === undefined ? undefined : checkId(query.instance)
  const asked = typeof query.limit === 'number' && !Number.isNaN(query.limit) ? query.limit : 50
  const limit = Math.min(Math.max(Math.trunc(asked), 1), 500)
  const before = query.before === undefined ? undefined : { ...query.before, id: query.before.id.toLowerCase() }
  const { rows, known } = await scope.store.read(async (reader) => {
    const found: HistoryRow[] = []
    for (const typeId of types) {
      const filter = {
        ...(typeId === undefined ? {} : { typeId }),
        ...(instanceId === undefined ? {} : { instanceId }),
        ...(before === undefined ? {} : { before }),
      }
      found.push(...(await reader.history({ ...filter, limit })))
    }
    return { rows: found, known: new Map((await reader.types()).map((row) => [row.id, row.key])) }
  })
  const page = rows.toSorted((a, b) => b.revision - a.revision || (a.id < b.id ? 1 : -1)).slice(0, limit)
  const entries: HistoryEntry[] = []
  for (const row of page) {
    entries.push({
      id: row.id,
      revision: row.revision,
      at: row.at,
      actor: { id: row.actorId, name: row.actorName },
      action: row.action,
      type: row.typeId === null ? null : (known.get(row.typeId) ?? null),
      instance: row.instanceId === null ? null : { id: row.instanceId, name: nameOf(row) },
      changed: row.changed,
      before: row.before,
      after: row.after,
      configVersion: versionsOf(row),
      note: row.note,
      ...(query.diff === true ? { config: await configDiff(scope, row, registeredOf(scope, row)) } : {}),
    })
  }
  return entries
}

/** Ids of the types that were asked for; one `undefined` for all. A type without code is known by what the database says. */
function typeIdsOf({ registry, runtime }: OperationScope, { type, types }: HistoryQuery): readonly (string | undefined)[] {
  const rowsNamed = (key: string): readonly string[] => {
    const registered = registry.typeNamed(key)
    if (registered !== undefined) return runtime.index.rowsOf(registered).map((row) => row.id)
    return [...runtime.index.typeRows()].filter((row) => row.key === key).map((row) => row.id)
  }
  if (type === undefined) return types === undefined ? [undefined] : types.flatMap(rowsNamed)
  const stored = typeof type === 'string' ? rowsNamed(type) : []
  return stored.length > 0 ? stored : runtime.index.rowsOf(registry.type(type)).map((row) => row.id)
}

function registeredOf(scope: OperationScope, row: HistoryRow): RegisteredPlugin | undefined {
  const pluginRow = row.pluginId === null ? undefined : scope.runtime.index.pluginRow(row.pluginId)
  return pluginRow === undefined ? undefined : pluginOf(scope, pluginRow)
}

function versionsOf(row: HistoryRow): HistoryEntry['configVersion'] {
  if (row.sealedBefore === null && row.sealedAfter === null) return null
  const version = (token: string | null, stored: number | null): number | null => (token === null ? null : versionOf(stored ?? 0))
  return { before: version(row.sealedBefore, row.configVersionBefore), after: version(row.sealedAfter, row.configVersionAfter) }
}

function nameOf(row: HistoryRow): string {
  const name = (row.after ?? row.before)?.['name']
  return typeof name === 'string' ? name : ''
}
