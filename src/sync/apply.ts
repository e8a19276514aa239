import { PruneRefusedError, StoreError } from '../errors/index.ts'
import type { Registry } from '../registry/index.ts'
import { historyOf } from '../store/index.ts'
import type { NewInstance, PluginChange, Store, StoreReader, StoreWriter, TypeChange } from '../store/index.ts'
import {
  codeOwned,
  isEmptyPlan,
  planSync,
  type MissingCode,
  type PlannedChange,
  type PlanOptions,
  type SyncMode,
  type SyncPlan,
} from './plan.ts'

/** Who made a write, for the history. */
export interface SyncActor {
  readonly id: string
  readonly name: string
}

export interface SyncOptions {
  readonly mode?: SyncMode
  /** Only tells what would be done. Default false. */
  readonly dryRun?: boolean
  /** Removes types and plugins whose code this process does not have, other applications' on the same database too. Default false. */
  readonly prune?: boolean
  /** With `prune`: also where they hold configured instances. Those can be restored. Default false. */
  readonly force?: boolean
  /** Stores under its key what is stored under an alias. Only when no process of the old release runs any more. Default false. */
  readonly rename?: boolean
  /** Default: the process itself. */
  readonly actor?: SyncActor
}

/** What sync did, or would do. */
export interface SyncReport {
  readonly dryRun: boolean
  /** Whether anything was, or would be, written. */
  readonly changed: boolean
  readonly types: { readonly created: readonly string[]; readonly updated: readonly string[] }
  /** As `type/plugin`. */
  readonly plugins: { readonly created: readonly string[]; readonly updated: readonly string[] }
  /** Default instances. */
  readonly instances: {
    readonly created: readonly { readonly type: string; readonly plugin: string; readonly name: string; readonly status: string }[]
  }
  /** Field by field, in `update` mode. */
  readonly changes: readonly PlannedChange[]
  /** With `prune`: `type` or `type/plugin`, and how many live instances went with it. */
  readonly pruned: readonly { readonly key: string; readonly instances: number }[]
  /** With `rename`. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[]
  /** Pruned before, and back with their code. */
  readonly revived: readonly string[]
  /** Stored rows whose code this process does not have. Without `prune` they are left alone. */
  readonly missing: readonly MissingCode[]
}

/**
 * Makes the stored types and plugins equal to what the code registers, in one transaction, or not at all.
 * Where nothing has to change, nothing is written and no lock is taken.
 */
export async function applySync(store: Store, registry: Registry, options: SyncOptions = {}): Promise<SyncReport> {
  const { mode = 'create', prune = false, rename = false, force = false, dryRun = false, actor = { id: 'sync', name: 'sync' } } = options
  const asked = { mode, prune, rename }
  const plan = await store.read(async (reader) => {
    const found = await planFrom(reader, registry, asked)
    if (!force) await refuseConfigured(reader, found)
    return found
  })
  if (dryRun || isEmptyPlan(plan)) return report(plan, dryRun)
  return store.write(async (writer) => {
    // Under the lock another process may have been first: plan again.
    const locked = await planFrom(writer, registry, asked)
    if (!force) await refuseConfigured(writer, locked)
    if (!isEmptyPlan(locked)) await write(writer, locked, actor, () => store.newId())
    return report(locked, false)
  })
}

async function planFrom(reader: StoreReader, registry: Registry, options: PlanOptions): Promise<SyncPlan> {
  // One after the other: a transaction has one connection. Since revision -1: pruned rows too.
  const types = await reader.types(-1)
  const plugins = await reader.plugins(-1)
  const counts = await reader.instanceCounts()
  return planSync(registry, { types, plugins, counts }, options)
}

/** @throws PruneRefusedError naming what holds configured instances. */
async function refuseConfigured(reader: StoreReader, plan: SyncPlan): Promise<void> {
  if (plan.removals.every((each) => each.instances === 0)) return
  const configured = (await reader.instances()).filter((row) => row.hasConfig)
  const held = plan.removals.flatMap((removal) => {
    const names = configured.filter((row) => row.pluginId === removal.id).map((row) => row.name)
    return names.length === 0 ? [] : [{ plugin: keyOf(removal), instances: names }]
  })
  if (held.length > 0) throw new PruneRefusedError(held)
}

/** Takes out what `prune` planned; the instances go into the history one by one, so that each can be restored. */
async function removeRows(writer: StoreWriter, plan: SyncPlan, actor: SyncActor): Promise<void> {
  const { removals } = plan
  if (removals.length === 0) return
  const plugins = new Set(removals.filter((each) => each.plugin !== undefined).map((each) => each.id))
  const instances = (await writer.instances()).filter((row) => plugins.has(row.pluginId))
  await writer.updateInstances(instances.map(({ id }) => ({ id, removedAt: writer.now })))
  await writer.updatePlugins([...plugins].map((id) => ({ id, removedAt: writer.now })))
  await writer.updateTypes(removals.filter((each) => each.plugin === undefined).map(({ id }) => ({ id, removedAt: writer.now })))
  await writer.appendHistory(
    instances.map(({ id, typeId, pluginId, name, status, priority, weight, tags }) =>
      historyOf(actor, 'remove', { typeId, pluginId, instanceId: id, before: { name, status, priority, weight, tags } }),
    ),
  )
}

/** `type` or `type/plugin`. */
function keyOf(each: { readonly type: string; readonly plugin?: string }): string {
  return each.plugin === undefined ? each.type : `${each.type}/${each.plugin}`
}

async function write(writer: StoreWriter, plan: SyncPlan, actor: SyncActor, newId: () => string): Promise<void> {
  const newTypes = await writer.insertTypes(
    plan.createTypes.map(({ registered }) => ({ key: registered.key, label: registered.label, description: registered.description })),
  )
  const typeIds = new Map(plan.createTypes.map((each, index) => [each.key, newTypes[index]]))
  const typeIdOf = (each: { readonly type: string; readonly typeId: string | undefined }): string =>
    present(each.typeId ?? typeIds.get(each.type))

  const withDefault = new Set(plan.createInstances.map((each) => `${each.type}/${each.plugin}`))
  const newPlugins = await writer.insertPlugins(
    plan.createPlugins.map((each) => ({
      typeId: typeIdOf(each),
      key: each.key,
      ...codeOwned(each.registered),
      defaulted: withDefault.has(`${each.type}/${each.key}`),
    })),
  )
  const pluginIds = new Map(plan.createPlugins.map((each, index) => [`${each.type}/${each.key}`, newPlugins[index]]))

  const keyed = [
    ...plan.renames.map(({ id, plugin, to }) => ({ id, plugin, change: { id, key: to } })),
    ...plan.revived.map(({ id, plugin }) => ({ id, plugin, change: { id, removedAt: null } })),
  ]
  await writer.updateTypes(keyed.filter((each) => each.plugin === undefined).map((each): TypeChange => each.change))
  await writer.updatePlugins(keyed.filter((each) => each.plugin !== undefined).map((each): PluginChange => each.change))
  await removeRows(writer, plan, actor)
  await writer.updateTypes(plan.changes.filter((each) => each.plugin === undefined).map((each) => changeOf(each)))
  const marked = plan.markDefaulted.map((id): PluginChange => ({ id, defaulted: true }))
  const changed = plan.changes.filter((each) => each.plugin !== undefined).map((each) => changeOf(each))
  await writer.updatePlugins([...changed, ...marked])

  const instances = plan.createInstances.map((each): NewInstance => ({
    id: newId(),
    typeId: typeIdOf(each),
    pluginId: present(each.pluginId ?? pluginIds.get(`${each.type}/${each.plugin}`)),
    name: each.name,
    status: each.status,
    priority: each.priority,
    weight: 1,
    tags: [],
    config: null,
    keyId: null,
    configVersion: 0,
    managedBy: null,
  }))
  await writer.insertInstances(instances)
  const reordered = [...new Set(plan.createInstances.flatMap((each) => each.typeId ?? []))]
  await writer.updateTypes(reordered.map((id): TypeChange => ({ id, reordered: true })))
  await writer.appendHistory([
    historyOf(actor, 'sync', {
      changed: [
        ...plan.createTypes.map((each) => each.key),
        ...plan.createPlugins.map((each) => `${each.type}/${each.key}`),
        ...[...plan.changes, ...plan.renames, ...plan.revived, ...plan.removals].map(keyOf),
      ],
    }),
    ...instances.map(({ id, typeId, pluginId, name, status, priority }) =>
      historyOf(actor, 'create', {
        typeId,
        pluginId,
        instanceId: id,
        changed: ['name', 'status', 'priority'],
        after: { name, status, priority, weight: 1, tags: [] },
      }),
    ),
  ])
}

/** Ids of rows planned in the same sync: the store gives one for each row it inserts. */
function present(id: string | undefined): string {
  if (id === undefined) throw new StoreError('The store gave no id for a row it inserted. Nothing was written.')
  return id
}

function changeOf(change: PlannedChange): TypeChange & PluginChange {
  // The fields come from codeOwned and the type's texts, which are the columns of these changes.
  return { id: change.id, ...Object.fromEntries(change.changes.map(({ field, to }) => [field, to])) }
}

function report(plan: SyncPlan, dryRun: boolean): SyncReport {
  const name = (each: { readonly type: string; readonly plugin?: string }): string => `${each.type}/${each.plugin ?? ''}`
  return {
    dryRun,
    changed: !isEmptyPlan(plan),
    types: {
      created: plan.createTypes.map((each) => each.key),
      updated: plan.changes.filter((each) => each.plugin === undefined).map((each) => each.type),
    },
    plugins: {
      created: plan.createPlugins.map((each) => `${each.type}/${each.key}`),
      updated: plan.changes.filter((each) => each.plugin !== undefined).map(name),
    },
    instances: { created: plan.createInstances.map(({ type, plugin, name: label, status }) => ({ type, plugin, name: label, status })) },
    changes: plan.changes,
    pruned: plan.removals.map((each) => ({ key: keyOf(each), instances: each.instances })),
    renamed: plan.renames.map((each) => ({ from: each.from, to: each.to })),
    revived: plan.revived.map(keyOf),
    missing: plan.missing,
  }
}
