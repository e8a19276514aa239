import { changedInConfig, versionOf } from '../config/index.ts'
import {
  ConfigMigrationError,
  ConfigNewerError,
  InstanceUnloadableError,
  OlderCodeRunsError,
  type UnloadableReason,
} from '../errors/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import { failureText, type IndexedInstance } from '../runtime/index.ts'
import { livingProcesses, type ProcessRow, type SealedConfig } from '../store/index.ts'
import { checkCount } from './check-count.ts'
import { runningOlder } from './older-code.ts'
import { checkActor, historyOf, metadataOf, type Actor, type OperationScope } from './scope.ts'
import { sealConfig, type SealedPair } from './seal-config.ts'
import { serve } from './written.ts'

export interface MigrateConfigsInput {
  /** Only tells what would be done: every step runs in memory, nothing is written. Default false. */
  readonly plan?: boolean
  /** Also while a living process has older code: it serves on with the objects it has, and can't build these instances anew. Default false. */
  readonly force?: boolean
  /** Instances that are written at once, 1 to 1,000. Default 50. */
  readonly batch?: number
  /** Told after each batch. `total` is the number of instances of an older version. What it throws ends the work between two batches. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** An instance whose config is of another version than the code. */
export interface VersionedInstance {
  readonly id: string
  /** Key of the type. */
  readonly type: string
  /** Key of the plugin. */
  readonly plugin: string
  readonly name: string
  /** Version of the stored config. */
  readonly from: number
  /** Version of the code here. */
  readonly to: number
}

/** A config that was brought to the version of the code, or would be. */
export interface MigratedInstance extends VersionedInstance {
  /** Dotted paths, `config.` before them, as the history has them. */
  readonly changed: readonly string[]
}

/** A config that can't be brought to the version of the code. Its row was left as it is. */
export interface MigrationFailure extends VersionedInstance {
  readonly reason: UnloadableReason
  /** The version whose step to the next failed; `null` where it was no step. */
  readonly step: number | null
  /** For people. It shows no value of the config. */
  readonly message: string
}

/** What bringing the stored configs forward did, or would do. */
export interface MigrateConfigsReport {
  readonly plan: boolean
  /** How many were brought forward; with `plan`, how many would be. */
  readonly migrated: number
  /** The first 1,000 of them. */
  readonly instances: readonly MigratedInstance[]
  readonly failed: number
  /** The first 1,000 of them. */
  readonly failures: readonly MigrationFailure[]
  /** Instances that others edited each time this run came to them: run it again. */
  readonly contested: number
  /** With `plan`: living processes with older code, for which it is refused unless forced. Otherwise empty. */
  readonly waitingFor: OlderCodeRunsError['processes']
}

const mostListed = 1_000
const usualBatch = 50
/** Looks at all rows: others may have edited while we worked. More than so many, and they never stop. */
const mostPasses = 5

/**
 * Brings the configs of all live instances to the versions of the code: opened, migrated step by step, validated, sealed anew, and in the history. It goes in
 * batches, each one write; a row that was edited meanwhile is looked at again. Stopped anywhere, it goes on when it is run again. What fails is left as it
 * is and told. Removed instances and the history keep their versions.
 *
 * @throws OlderCodeRunsError while a living process has older code and `force` is not set; InvalidInputError, ActorRequiredError, StoreError
 */
export async function migrateConfigs(
  scope: OperationScope,
  input: MigrateConfigsInput,
  options: { readonly actor: Actor },
): Promise<MigrateConfigsReport> {
  const actor = checkActor(options)
  const batch = checkCount('batch', input.batch ?? usualBatch, 1, 1_000)
  const { plan = false, force = false } = input
  await scope.runtime.load()
  const instances: MigratedInstance[] = []
  const failures = new Map<string, Failed>()
  let migrated = 0
  let contested = 0
  let waitingFor: MigrateConfigsReport['waitingFor'] = []
  for (let passes = 1; ; passes++) {
    await scope.runtime.look()
    const due = dueIn(scope).filter(({ row }) => failures.get(row.id)?.configRevision !== row.configRevision)
    contested = due.length
    if (due.length === 0 || passes > mostPasses) break
    const older = olderCode(scope, await scope.store.read((reader) => reader.processes()), due)
    if (plan) waitingFor = older
    else if (!force && older.length > 0) throw new OlderCodeRunsError(older)
    for (let done = 0; done < due.length; done += batch) {
      const results = await bringAll(scope, due.slice(done, done + batch))
      for (const each of results) if ('failure' in each) failures.set(each.failure.id, each)
      const brought = results.filter((each) => 'told' in each)
      const kept = plan ? brought : await write(scope, actor, brought, force)
      migrated += kept.length
      instances.push(...kept.slice(0, mostListed - instances.length).map(({ told }) => told))
      if (passes === 1) input.onProgress?.({ done: Math.min(done + batch, due.length), total: due.length })
    }
    if (plan) {
      contested = 0
      break
    }
  }
  if (!plan && migrated > 0) await serve(scope)
  const isStill = ({ failure, configRevision }: Failed): boolean =>
    scope.runtime.index.instance(failure.id)?.row.configRevision === configRevision
  const all = [...[...failures.values()].filter(isStill).map(({ failure }) => failure), ...newerIn(scope)]
  return {
    plan,
    migrated,
    instances,
    failed: all.length,
    failures: all.slice(0, mostListed),
    contested,
    waitingFor,
  }
}

function olderCode(
  scope: OperationScope,
  processes: readonly ProcessRow[],
  instances: readonly { readonly plugin: RegisteredPlugin }[],
): OlderCodeRunsError['processes'] {
  const others = livingProcesses(processes, scope.now()).filter(({ id }) => id !== scope.runtime.processId)
  return runningOlder(others, new Set(instances.map(({ plugin }) => plugin)))
}

type Configured = IndexedInstance & { readonly plugin: RegisteredPlugin }

/** Live instances with a config and their code. */
function configured(scope: OperationScope): readonly Configured[] {
  return [...scope.runtime.index.instances()].filter(
    (instance): instance is Configured => instance.row.hasConfig && instance.plugin?.config !== undefined,
  )
}

function dueIn(scope: OperationScope): readonly Configured[] {
  return configured(scope).filter(({ row, plugin }) => versionOf(row.configVersion) < plugin.versions.current)
}

/** Those of a newer release than the code here: nothing can be done with them. */
function newerIn(scope: OperationScope): readonly MigrationFailure[] {
  return configured(scope)
    .filter(({ row, plugin }) => versionOf(row.configVersion) > plugin.versions.current)
    .map(failureOfNewer)
}

function failureOfNewer(instance: Configured): MigrationFailure {
  const { plugin, row } = instance
  const { message } = new ConfigNewerError(plugin.key, row.configVersion, plugin.versions.current)
  return { ...toldOf(instance, row.configVersion), reason: 'config_newer', step: null, message }
}

/** A config in the version of the code, sealed, and what it was made of. */
interface Brought {
  readonly plugin: RegisteredPlugin
  readonly told: MigratedInstance
  readonly sealed: SealedConfig
  readonly before: SealedPair
  readonly after: SealedPair
}
interface Failed {
  readonly failure: MigrationFailure
  /** What it is about: edited since, it is worth another look. */
  readonly configRevision: number
}

/** Outside any write: nobody waits for the steps. */
async function bringAll(scope: OperationScope, instances: readonly Configured[]): Promise<readonly (Brought | Failed)[]> {
  const ids = instances.map(({ row }) => row.id)
  const configs = new Map((await scope.store.read((reader) => reader.configs(ids))).map((sealed) => [sealed.id, sealed]))
  const results = await Promise.all(
    instances.map(async (instance): Promise<Brought | Failed | undefined> => {
      const sealed = configs.get(instance.row.id)
      // Removed, or brought forward by somebody else.
      if (sealed === undefined || versionOf(sealed.configVersion) >= instance.plugin.versions.current) return undefined
      try {
        return await bring(scope, instance, sealed)
      } catch (error) {
        if (!(error instanceof InstanceUnloadableError)) throw error
        const step = error.cause instanceof ConfigMigrationError ? error.cause.from : null
        const told = toldOf(instance, sealed.configVersion)
        return { failure: { ...told, reason: error.reason, step, message: failureText(error) }, configRevision: sealed.configRevision }
      }
    }),
  )
  return results.filter((each) => each !== undefined)
}

async function bring(scope: OperationScope, instance: Configured, sealed: SealedConfig): Promise<Brought> {
  const { row, plugin } = instance
  const { builder } = scope.runtime
  const stored = await builder.openStored(instance, plugin, sealed)
  const config = await builder.migrate(instance, plugin, stored, sealed.configVersion)
  await builder.validate(instance, plugin, await builder.resolveReferences(instance, plugin, config))
  return {
    plugin,
    told: { ...toldOf(instance, sealed.configVersion), changed: changedInConfig(plugin.config, stored, config) },
    sealed,
    before: await sealConfig(scope.keyring, plugin.key, row, stored),
    after: await sealConfig(scope.keyring, plugin.key, row, config),
  }
}

/** One write. @returns What was written: not what somebody edited, removed or brought forward meanwhile. */
async function write(scope: OperationScope, actor: Actor, brought: readonly Brought[], force: boolean): Promise<readonly Brought[]> {
  if (brought.length === 0) return []
  return scope.store.write(async (writer) => {
    // One may have started since the last batch.
    const older = force ? [] : olderCode(scope, await writer.processes(), brought)
    if (older.length > 0) throw new OlderCodeRunsError(older)
    const rows = new Map((await writer.instances({ ids: brought.map(({ told }) => told.id) })).map((row) => [row.id, row]))
    const still = brought.flatMap((each) => {
      const row = rows.get(each.told.id)
      return row === undefined || row.configRevision !== each.sealed.configRevision ? [] : [{ ...each, row }]
    })
    await writer.updateInstances(
      still.map(({ told, after }) => ({
        id: told.id,
        config: after.live,
        keyId: after.keyId,
        configVersion: told.to,
        // A process of an older release must learn that the config is not for it any more.
        rebuild: true,
      })),
    )
    await writer.appendHistory(
      still.map(({ told, sealed, before, after, row }) =>
        historyOf(actor, 'migrate', {
          typeId: row.typeId,
          pluginId: row.pluginId,
          instanceId: row.id,
          changed: told.changed,
          before: metadataOf(row),
          after: metadataOf(row),
          sealedBefore: before.history,
          sealedAfter: after.history,
          configVersionBefore: sealed.configVersion,
          configVersionAfter: told.to,
        }),
      ),
    )
    return still
  })
}

function toldOf({ row, typeKey, pluginKey, plugin }: Configured, stored: number): VersionedInstance {
  return { id: row.id, type: typeKey, plugin: pluginKey, name: row.name, from: versionOf(stored), to: plugin.versions.current }
}
