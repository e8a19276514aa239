import type { RegisteredPlugin, RegisteredType, Registry } from '../registry/index.ts'
import type { Catalogue, CataloguePlugin, PluginRow, InstanceCount, Status, TypeRow } from '../store/index.ts'

/** `create` leaves code-owned fields of existing rows as they are; `update` refreshes them. */
export type SyncMode = 'create' | 'update'

/** A field that the code says differently from the database. */
export interface FieldChange {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

export interface PlannedType {
  readonly key: string
  readonly registered: RegisteredType
}
export interface PlannedPlugin {
  readonly type: string
  /** Row of its type, `undefined` where that is created in the same sync. */
  readonly typeId: string | undefined
  readonly key: string
  readonly registered: RegisteredPlugin
}
export interface PlannedChange {
  readonly id: string
  readonly type: string
  /** Absent for a change of the type itself. */
  readonly plugin?: string
  readonly changes: readonly FieldChange[]
}
/** The one instance a plugin without config starts with. */
export interface PlannedInstance {
  readonly type: string
  readonly plugin: string
  /** Rows of its type and plugin, `undefined` where they are created in the same sync. */
  readonly typeId: string | undefined
  readonly pluginId: string | undefined
  readonly name: string
  /** `active` only where the type had no instance before, so that a deploy moves no traffic by itself. */
  readonly status: Status
  readonly priority: number
}
/** A stored row whose code this process does not have: another application's, another release's, or gone. */
export interface MissingCode {
  readonly type: string
  readonly plugin?: string
  readonly instances: number
}

/** A row whose code is gone and that `prune` takes out. It can be restored. */
export interface PlannedRemoval {
  readonly id: string
  readonly type: string
  /** Absent for a type itself. */
  readonly plugin?: string
  /** Live instances that go with it. */
  readonly instances: number
}
/** A row stored under an alias that `rename` stores under its key. */
export interface PlannedRename {
  readonly id: string
  readonly type: string
  readonly plugin?: string
  readonly from: string
  readonly to: string
}

/** What sync would do. */
export interface SyncPlan {
  readonly createTypes: readonly PlannedType[]
  readonly createPlugins: readonly PlannedPlugin[]
  readonly changes: readonly PlannedChange[]
  readonly createInstances: readonly PlannedInstance[]
  /** Ids of plugin rows that count as having had their default instance from now on. */
  readonly markDefaulted: readonly string[]
  /** With `prune`. */
  readonly removals: readonly PlannedRemoval[]
  /** With `rename`. */
  readonly renames: readonly PlannedRename[]
  /** Rows that were pruned and whose code is back: they are the same rows again, so that what was sealed for them opens. */
  readonly revived: readonly { readonly id: string; readonly type: string; readonly plugin?: string }[]
  readonly missing: readonly MissingCode[]
}

/** What is asked of a plan. */
export interface PlanOptions {
  readonly mode: SyncMode
  readonly prune: boolean
  readonly rename: boolean
}

/** What is stored, as far as sync looks at it; in `update` mode with what the code owns. */
export type StoredRows = Catalogue

/** `diff(registry, rows)`: what must be written to make the stored types and plugins equal to the registered ones. Pure. */
export function planSync(registry: Registry, rows: StoredRows, { mode, prune, rename }: PlanOptions): SyncPlan {
  const countOf = new Map(rows.counts.map((count) => [count.pluginId, count]))
  const pluginsOf = groupByType(rows.plugins)
  const typeRows = new Map<RegisteredType, TypeRow[]>()
  const missing: MissingCode[] = []
  const removals: PlannedRemoval[] = []
  const renames: PlannedRename[] = []
  const revived: { readonly id: string; readonly type: string; readonly plugin?: string }[] = []
  const liveOf = (row: CataloguePlugin): number => countOf.get(row.id)?.live ?? 0
  for (const row of rows.types) {
    const type = registry.typeNamed(row.key)
    if (type !== undefined) addTo(typeRows, type, row)
    else if (row.removedAt === null) {
      const plugins = inOrder(pluginsOf.get(row.id) ?? []).filter(isLive)
      missing.push({ type: row.key, instances: plugins.reduce((sum, plugin) => sum + liveOf(plugin), 0) })
      if (!prune) continue
      removals.push(...plugins.map((plugin) => ({ id: plugin.id, type: row.key, plugin: plugin.key, instances: liveOf(plugin) })))
      removals.push({ id: row.id, type: row.key, instances: 0 })
    }
  }

  const createTypes: PlannedType[] = []
  const createPlugins: PlannedPlugin[] = []
  const changes: PlannedChange[] = []
  const createInstances: PlannedInstance[] = []
  const markDefaulted: string[] = []

  for (const type of registry.types.values()) {
    // Under its key, or still under an alias while the old release runs.
    const stored = withoutPruned(typeRows.get(type) ?? [], type.key)
    const ownRow = stored.find((row) => row.key === type.key) ?? stored[0]
    if (ownRow !== undefined && !isLive(ownRow)) revived.push({ id: ownRow.id, type: type.key })
    if (rename && ownRow !== undefined && ownRow.key !== type.key)
      renames.push({ id: ownRow.id, type: type.key, from: ownRow.key, to: type.key })
    if (ownRow === undefined) createTypes.push({ key: type.key, registered: type })
    else if (mode === 'update')
      pushChange(changes, { id: ownRow.id, type: type.key }, ownRow, { label: type.label, description: type.description })

    const pluginRows = stored.flatMap((row) => {
      const group = pluginsOf.get(row.id) ?? []
      return isAsRegistered(registry, type, group) ? group : inOrder(group)
    })
    const byPlugin = new Map<RegisteredPlugin, CataloguePlugin[]>()
    for (const row of pluginRows) {
      const plugin = registry.pluginNamed(type, row.key)
      if (plugin !== undefined) addTo(byPlugin, plugin, row)
      else if (isLive(row)) {
        missing.push({ type: type.key, plugin: row.key, instances: liveOf(row) })
        if (prune) removals.push({ id: row.id, type: type.key, plugin: row.key, instances: liveOf(row) })
      }
    }
    const hadInstances = pluginRows.some((row) => everHad(countOf.get(row.id)))

    for (const plugin of type.plugins.values()) {
      const candidates = withoutPruned(byPlugin.get(plugin) ?? [], plugin.key)
      const row = candidates.find((each) => each.key === plugin.key) ?? candidates[0]
      const about = { type: type.key, plugin: plugin.key }
      if (row !== undefined && !isLive(row)) revived.push({ id: row.id, ...about })
      if (rename && row !== undefined && row.key !== plugin.key) renames.push({ id: row.id, ...about, from: row.key, to: plugin.key })
      const wantsDefault = plugin.config === undefined
      if (row === undefined) createPlugins.push({ type: type.key, typeId: ownRow?.id, key: plugin.key, registered: plugin })
      else {
        if (mode === 'update') pushChange(changes, { id: row.id, ...about }, row, codeOwned(plugin))
        if (wantsDefault && !row.defaulted) markDefaulted.push(row.id)
      }
      const had = row !== undefined && (row.defaulted || everHad(countOf.get(row.id)))
      if (wantsDefault && !had) {
        createInstances.push({
          type: type.key,
          plugin: plugin.key,
          typeId: row?.typeId ?? ownRow?.id,
          pluginId: row?.id,
          name: plugin.label,
          status: hadInstances ? 'disabled' : 'active',
          priority: plugin.priority,
        })
      }
    }
  }
  return { createTypes, createPlugins, changes, createInstances, markDefaulted, removals, renames, revived, missing }
}

/** The live rows; where there are none, the pruned one of the key (or of an alias), which is brought back instead of making another. */
function withoutPruned<T extends { readonly key: string; readonly removedAt: number | null }>(rows: readonly T[], key: string): T[] {
  const live = rows.filter(isLive)
  if (live.length > 0) return live
  const pruned = rows.findLast((row) => row.key === key) ?? rows.at(-1)
  return pruned === undefined ? [] : [pruned]
}

function isLive(row: { readonly removedAt: number | null }): boolean {
  return row.removedAt === null
}

/** Whether applying the plan would write anything. */
export function isEmptyPlan(plan: SyncPlan): boolean {
  const { createTypes, createPlugins, changes, createInstances, markDefaulted, removals, renames, revived } = plan
  const written: readonly (readonly unknown[])[] = [
    createTypes,
    createPlugins,
    changes,
    createInstances,
    markDefaulted,
    removals,
    renames,
    revived,
  ]
  return written.every((list) => list.length === 0)
}

/** The fields of a plugin row that the code owns. */
export function codeOwned(
  plugin: RegisteredPlugin,
): Pick<PluginRow, 'label' | 'description' | 'configurable' | 'schema' | 'defaultPriority'> {
  return {
    label: plugin.label,
    description: plugin.description,
    configurable: plugin.config !== undefined,
    schema: plugin.config === undefined ? null : JSON.stringify(plugin.config.jsonSchema),
    defaultPriority: plugin.priority,
  }
}

function pushChange(changes: PlannedChange[], about: Omit<PlannedChange, 'changes'>, row: object, wanted: object): void {
  const stored = row as Readonly<Record<string, unknown>>
  const differing = Object.entries(wanted)
    .filter(([field, to]) => stored[field] !== to)
    .map(([field, to]): FieldChange => ({ field, from: stored[field], to }))
  if (differing.length > 0) changes.push({ ...about, changes: differing })
}

function everHad(count: InstanceCount | undefined): boolean {
  return count !== undefined && count.live + count.removed > 0
}

/** Whether each of the rows is a plugin's one row: then their order decides nothing. */
function isAsRegistered(registry: Registry, type: RegisteredType, rows: readonly CataloguePlugin[]): boolean {
  return rows.every((row) => isLive(row) && registry.pluginNamed(type, row.key)?.key === row.key)
}

/** By when they were last written: of several rows for one plugin the later one counts, and what is told is told in one order. */
function inOrder(rows: readonly CataloguePlugin[]): CataloguePlugin[] {
  return rows.toSorted((a, b) => a.stamp - b.stamp || (a.id < b.id ? -1 : 1))
}

function groupByType(rows: readonly CataloguePlugin[]): Map<string, CataloguePlugin[]> {
  const groups = new Map<string, CataloguePlugin[]>()
  for (const row of rows) addTo(groups, row.typeId, row)
  return groups
}

function addTo<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [value])
  else group.push(value)
}
