import type { InstanceStatus } from '../contract/index.ts'
import { ConflictError, DuplicateNameError, InvalidInputError, quote, UniqueViolationError } from '../errors/index.ts'
import { changedInConfig, mergeSecrets, type Json } from '../config/index.ts'
import type { RegisteredPlugin, TypeReference } from '../registry/index.ts'
import type { SnapshotPlugin } from '../store/index.ts'
import { checkConfigInput, checkMetadata } from './check-input.ts'
import type { InstanceDetail } from './instance-detail.ts'
import { isRowId } from './list-cursor.ts'
import { checkNameIsFree, rowsOf } from './plugin-rows.ts'
import { checkActor, historyOf, metadataOf, type Actor, type OperationScope } from './scope.ts'
import { prepareConfig } from './prepare-config.ts'
import { sealConfig } from './seal-config.ts'
import { noteRequest } from './note-request.ts'
import { checkBuilds, draftOf } from './trial.ts'
import { readOneWritten, serveWritten, type Written } from './written.ts'

/** A new instance. */
export interface CreateInput {
  /** Class or key. */
  readonly type: TypeReference
  /** Key of one of the type's plugins. */
  readonly plugin: string
  readonly name: string
  /** The schema's input. Defaults are not stored; they are applied at each build. */
  readonly config?: unknown
  /** Default `disabled`: creating moves no traffic. */
  readonly status?: InstanceStatus
  /** Default: the plugin's. */
  readonly priority?: number
  /** Default 1. */
  readonly weight?: number
  readonly tags?: readonly string[]
  /** A UUID that stays its id, for instances that come from elsewhere and are pointed at already. Default: a new one. */
  readonly id?: string
}

export interface CreateOptions extends SaveOptions {
  /**
   * What the caller calls this request, 1 to 255 characters: sent again within a day by the same actor, it creates nothing and gives what it created. Made for
   * requests whose answer was lost.
   */
  readonly idempotencyKey?: string
}

export interface SaveOptions {
  readonly actor: Actor
  /** Saves without building on trial first, and a reference too that gives nothing now. Default false. */
  readonly force?: boolean
}

/**
 * Creates an instance: validated, built on trial, sealed, and in the history.
 *
 * @throws InvalidInputError, ConfigInvalidError, SecretReferenceError, DeadlineError where validating does not end, TrialBuildError, DuplicateNameError, UnknownTypeError,
 *   UnknownPluginError, ActorRequiredError, ConflictError. Nothing is written then.
 */
export async function create(scope: OperationScope, input: CreateInput, options: CreateOptions): Promise<InstanceDetail> {
  const actor = checkActor(options)
  await scope.runtime.load()
  const plugin = scope.registry.plugin(scope.registry.type(input.type), input.plugin)
  const given = checkMetadata({ ...input, name: input.name ?? '' })
  const pluginRow = pluginRowOf(scope, plugin)
  const row = {
    id: input.id === undefined ? scope.store.newId() : givenId(input.id),
    typeId: pluginRow.typeId,
    pluginId: pluginRow.id,
    status: 'disabled' as InstanceStatus,
    priority: plugin.priority,
    weight: 1,
    tags: [] as readonly string[],
    name: '',
    ...given,
  }
  const config = newConfig(plugin, input.config)
  const prepared = await prepareConfig(scope, plugin, config ?? {}, options)
  if (options.force !== true) await checkBuilds(scope, row, plugin, prepared)
  const sealed = config === undefined ? undefined : await sealConfig(scope.keyring, plugin.key, row, config)
  let written: Written
  try {
    written = await scope.store.write(async (writer) => {
      // Another application may have pruned it since this process looked.
      const isLive = (await writer.plugins()).some((each) => each.id === row.pluginId)
      if (!isLive)
        throw new ConflictError(`'${plugin.type.key}/${plugin.key}' was removed from the database. Run plugboard sync, then repeat this.`)
      const before = await noteRequest(writer, actor, options.idempotencyKey, { ...row, type: plugin.type.key, plugin: plugin.key })
      if (before !== null) return readOneWritten(writer, { ...draftOf(row, plugin), row: before })
      if (input.id !== undefined && (await writer.instances({ ids: [row.id], removed: true })).length > 0)
        throw new ConflictError(`There is an instance with the id ${row.id} already, or it was removed and can be restored.`)
      await checkNameIsFree(scope, writer, row)
      await writer.insertInstances([
        {
          ...row,
          config: sealed?.live ?? null,
          keyId: sealed?.keyId ?? null,
          configVersion: sealed === undefined ? 0 : plugin.versions.current,
          managedBy: null,
        },
      ])
      await writer.updateTypes([{ id: row.typeId, reordered: true }])
      await writer.appendHistory([
        historyOf(actor, 'create', {
          typeId: row.typeId,
          pluginId: row.pluginId,
          instanceId: row.id,
          changed: [...Object.keys(metadataOf(row)), ...changedInConfig(plugin.config, undefined, config)],
          after: metadataOf(row),
          sealedAfter: sealed?.history ?? null,
          configVersionAfter: sealed === undefined ? null : plugin.versions.current,
        }),
      ])
      return readOneWritten(writer, draftOf(row, plugin))
    })
  } catch (error) {
    if (error instanceof UniqueViolationError) throw new DuplicateNameError(plugin.key, row.name)
    throw error
  }
  return serveWritten(scope, written)
}

function givenId(id: unknown): string {
  if (isRowId(id)) return id.toLowerCase()
  throw new InvalidInputError([{ pointer: '/id', message: `${quote(id)} is no UUID` }])
}

function newConfig(plugin: RegisteredPlugin, given: unknown): Json | undefined {
  if (plugin.config === undefined) {
    if (given === undefined || (typeof given === 'object' && given !== null && Object.keys(given).length === 0)) return undefined
    throw new InvalidInputError([{ pointer: '/config', message: `'${plugin.key}' has no config. Leave it out` }])
  }
  const typed = checkConfigInput(plugin.config, given ?? {})
  return mergeSecrets(plugin.config, undefined, typed).config
}

/** @throws ConflictError where the plugin was not synced into the database yet. */
function pluginRowOf(scope: OperationScope, plugin: RegisteredPlugin): SnapshotPlugin {
  const rows = rowsOf(scope, plugin)
  const found = rows.find((row) => row.key === plugin.key) ?? rows[0]
  if (found === undefined) {
    throw new ConflictError(
      `'${plugin.type.key}/${plugin.key}' is not in the database yet. Run plugboard sync, or create the board with { sync: 'on-start' }.`,
    )
  }
  return found
}
