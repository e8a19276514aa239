import { PruneRefusedError, StoreError } from '../errors/index.ts'
import type { Registry } from '../registry/index.ts'
import { historyOf, livingProcesses } from '../store/index.ts'
import type { NewInstance, PluginChange, Store, StoreReader, StoreWriter, TypeChange } from '../store/index.ts'
import { keepUsed, type Kept } from './keep-used.ts'
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
  /**
   * Removes types and plugins whose code neither this process nor any living one on the database has: an application that shares the database and does
   * not run just now loses them too, and gets them back with its next sync. Refuses where they hold configured instances. Default false.
   */
  readonly prune?: boolean
  /** With `prune`: also what holds configured instances, which can be restored. With `prune` and `rename`: also what living processes need. Default false. */
  readonly force?: boolean
  /** Stores under its key what is stored under an alias, unless a living process knows it by the alias alone. Default false. */
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
  /** Asked for and left as it is, since a living process needs it. Empty with `force`. */
  readonly kept: readonly Kept[]
  /** Of a dry run: why pruning would be refused, configured instances by plugin. Empty with `force`. */
  readonly held: readonly HeldInstances[]
}

/** What a sync works on. */
export interface SyncScope {
  readonly store: Store
  readonly registry: Registry
  readonly now: () => number
}

type HeldInstances = PruneRefusedError['held'][number]

/** A plan as it may be applied, and what it does not do. */
interface Settled {
  readonly plan: SyncPlan
  readonly kept: readonly Kept[]
  readonly held: readonly HeldInstances[]
}

/**
 * Makes the stored types and plugins equal to what the code registers, in one transaction, or not at all.
 * Where nothing has to change, nothing is written and no lock is taken.
 */
export async function applySync(scope: SyncScope, options: SyncOptions = {}): Promise<SyncReport> {
  const { mode = 'create', prune = false, rename = false, force = false, dryRun = false, actor = { id: 'sync', name: 'sync' } } = options
  const { store } = scope
  const asked = { mode, prune, rename, force }
  const settled = await store.read((reader) => settle(reader, scope, asked))
  if (dryRun) return report(settled, dryRun)
  refuseHeld(settled)
  if (isEmptyPlan(settled.plan)) return report(settled, false)
  return store.write(async (writer) => {
    // Under the lock another process may have been first: plan again.
    const locked = await settle(writer, scope, asked)
    refuseHeld(locked)
    if (!isEmptyPlan(locked.plan)) await write(writer, locked.plan, actor, () => store.newId())
    return report(locked, false)
  })
}

/** Plans, and takes out what must not be done without `force`. */
async function settle(
  reader: StoreReader,
  { registry, now }: SyncScope,
  asked: PlanOptions & { readonly force: boolean },
): Promise<Settled> {
  const plan = planSync(registry, await reader.catalogue({ whole: asked.mode === 'update' }), asked)
  if (asked.force || plan.removals.length + plan.renames.length === 0) return { plan, kept: [], held: [] }
  const careful = keepUsed(plan, registry, livingProcesses(await reader.processes(), now()))
  return { ...careful, held: await configuredOf(reader, careful.plan) }
}

/** Configured instances that a plan would remove. */
async function configuredOf(reader: StoreReader, plan: SyncPlan): Promise<readonly HeldInstances[]> {
  if (plan.removals.every((each) => each.instances === 0)) return []
  const configured = (await reader.instances()).filter((row) => row.hasConfig)
  return plan.removals.flatMap((removal) => {
    const names = configured.filter((row) => row.pluginId === removal.id).map((row) => row.name)
    return names.length === 0 ? [] : [{ plugin: keyOf(removal), instances: names }]
  })
}

/** @throws PruneRefusedError naming what holds configured instances. */
function refuseHeld({ held }: Settled): void {
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
        ...new Set([
          ...plan.createTypes.map((each) => each.key),
          ...plan.createPlugins.map((each) => `${each.type}/${each.key}`),
          ...[...plan.changes, ...plan.renames, ...plan.revived, ...plan.removals].map(keyOf),
        ]),
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

function report({ plan, kept, held }: Settled, dryRun: boolean): SyncReport {
  return {
    dryRun,
    changed: !isEmptyPlan(plan),
    types: {
      created: plan.createTypes.map((each) => each.key),
      updated: plan.changes.filter((each) => each.plugin === undefined).map((each) => each.type),
    },
    plugins: {
      created: plan.createPlugins.map((each) => `${each.type}/${each.key}`),
      updated: plan.changes.filter((each) => each.plugin !== undefined).map(keyOf),
    },
    instances: { created: plan.createInstances.map(({ type, plugin, name: label, status }) => ({ type, plugin, name: label, status })) },
    changes: plan.changes,
    pruned: plan.removals.map((each) => ({ key: keyOf(each), instances: each.instances })),
    renamed: plan.renames.map((each) => ({ from: each.from, to: each.to })),
    revived: plan.revived.map(keyOf),
    missing: plan.missing,
    kept,
    held,
  }
}
