import { StoreError } from '../errors/index.ts'
import type { Registry } from '../registry/index.ts'
import type { NewHistory, NewInstance, PluginChange, Store, StoreReader, StoreWriter, TypeChange } from '../store/index.ts'
import { codeOwned, isEmptyPlan, planSync, type MissingCode, type PlannedChange, type SyncMode, type SyncPlan } from './plan.ts'

/** Who made a write, for the history. */
export interface SyncActor {
  readonly id: string
  readonly name: string
}

export interface SyncOptions {
  readonly mode?: SyncMode
  /** Only tells what would be done. Default false. */
  readonly dryRun?: boolean
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
  /** Stored rows whose code this process does not have. They are left alone. */
  readonly missing: readonly MissingCode[]
}

/**
 * Makes the stored types and plugins equal to what the code registers, in one transaction, or not at all.
 * Where nothing has to change, nothing is written and no lock is taken.
 */
export async function applySync(store: Store, registry: Registry, options: SyncOptions = {}): Promise<SyncReport> {
  const { mode = 'create', dryRun = false, actor = { id: 'sync', name: 'sync' } } = options
  const plan = await store.read((reader) => planFrom(reader, registry, mode))
  if (dryRun || isEmptyPlan(plan)) return report(plan, dryRun)
  return store.write(async (writer) => {
    // Under the lock another process may have been first: plan again.
    const locked = await planFrom(writer, registry, mode)
    if (!isEmptyPlan(locked)) await write(writer, locked, actor, () => store.newId())
    return report(locked, false)
  })
}

async function planFrom(reader: StoreReader, registry: Registry, mode: SyncMode): Promise<SyncPlan> {
  // One after the other: a transaction has one connection.
  const types = await reader.types()
  const plugins = await reader.plugins()
  const counts = await reader.instanceCounts()
  return planSync(registry, { types, plugins, counts }, mode)
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
        ...plan.changes.map((each) => (each.plugin === undefined ? each.type : `${each.type}/${each.plugin}`)),
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

function historyOf(actor: SyncActor, action: string, over: Partial<NewHistory>): NewHistory {
  return {
    actorId: actor.id,
    actorName: actor.name,
    action,
    typeId: null,
    pluginId: null,
    instanceId: null,
    changed: [],
    before: null,
    after: null,
    sealedBefore: null,
    sealedAfter: null,
    configVersionBefore: null,
    configVersionAfter: null,
    ...over,
  }
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
    missing: plan.missing,
  }
}
