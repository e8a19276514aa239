import {
  changedFields,
  changedInConfig,
  isObject,
  mergeSecrets,
  reentryRequired,
  referencesIn,
  sameJson,
  samePath,
  valueAt,
  versionOf,
  type ConfigModel,
  type Json,
  type Merged,
} from '../config/index.ts'
import type { InstanceStatus } from '../contract/index.ts'
import {
  ConflictError,
  DuplicateNameError,
  InstanceNotFoundError,
  InstanceUnloadableError,
  InvalidInputError,
  SecretReentryRequiredError,
  StaleWriteError,
  UniqueViolationError,
} from '../errors/index.ts'
import type { IndexedInstance } from '../runtime/index.ts'
import type { InstanceChange, InstanceRow, SealedConfig, StoreWriter } from '../store/index.ts'
import { checkConfigInput, checkMetadata, type InstanceMetadata } from './check-input.ts'
import type { SaveOptions } from './create.ts'
import { detailOf, instanceAt, type InstanceDetail } from './instance-detail.ts'
import { checkActor, historyOf, metadataOf, type OperationScope } from './scope.ts'
import { checkUnmanaged } from './managed.ts'
import { prepareConfig } from './prepare-config.ts'
import { sealConfig, type SealedPair } from './seal-config.ts'
import { checkNameIsFree } from './plugin-rows.ts'
import { checkBuilds } from './trial.ts'
import { readOneWritten, serveWritten, type Written } from './written.ts'

/** What to change; what is absent stays. */
export interface UpdateInput {
  readonly name?: string
  readonly status?: InstanceStatus
  readonly priority?: number
  readonly weight?: number
  readonly tags?: readonly string[]
  /** The whole new config. A secret left blank (absent or `''`) keeps what is stored, a reference too. */
  readonly config?: unknown
  /** Dotted paths of secrets to take out. */
  readonly clearSecrets?: readonly string[]
}

export interface UpdateOptions extends SaveOptions {
  /** Only if the instance is still at this revision. */
  readonly revision?: number
  /**
   * Takes `config` as the whole config and keeps no stored secret: the way out where what is stored can't be opened, is of a newer release, or can't be
   * brought to the version of this one. Default false.
   */
  readonly replaceConfig?: boolean
}

/** A config that is to be written, computed from what was stored at `configRevision`. */
interface PlannedConfig {
  readonly configRevision: number
  readonly version: number
  readonly sealed: SealedPair
  readonly historyBefore: string | null
  readonly changed: readonly string[]
  /** Whether nothing but values of secrets is entered: what a file that manages the instance can't say. */
  readonly entersSecretsOnly: boolean
}

/** Edits of the same config by others while ours was being validated. More than so many, and something is wrong. */
const mostTries = 5

/**
 * Changes an instance. A config is merged with the stored secrets, validated and built on trial before anything is written.
 *
 * @throws ManagedByFileError where a file manages it and more than values of secrets changes; StaleWriteError where `revision` is given and no longer current; SecretReentryRequiredError where a kept secret is bound to a value that changes;
 *   InstanceUnloadableError where the stored config can't be opened, is of a newer release or can't be brought to this one, and `replaceConfig` is not set;
 *   InvalidInputError,
 *   ConfigInvalidError, SecretReferenceError, DeadlineError where validating does not end, TrialBuildError, DuplicateNameError, InstanceNotFoundError, ActorRequiredError.
 *   Nothing is written then.
 */
export async function update(scope: OperationScope, id: string, input: UpdateInput, options: UpdateOptions): Promise<InstanceDetail> {
  const actor = checkActor(options)
  await scope.runtime.load()
  const given = checkMetadata(input)
  for (let tries = 1; ; tries++) {
    // What this process last saw may be old: another process may have edited since.
    await scope.runtime.look()
    const instance = instanceAt(scope, id)
    if (isStale(instance.row, options.revision)) throw await staleWrite(scope, instance, options.revision)
    const config = await planConfig(scope, instance, given, input, options)
    // Saved as it is: not worth a revision, which every process would look at.
    if (config === undefined && Object.keys(changedMetadata(instance.row, given)).length === 0) return detailOf(scope, instance)
    let written: Written | undefined
    try {
      written = await scope.store.write(async (writer) => {
        const row = await currentRow(writer, instance.row.id)
        if (isStale(row, options.revision)) throw new StaleRow(row)
        if (config !== undefined && row.configRevision !== config.configRevision) return undefined
        const metadata = changedMetadata(row, given)
        if (Object.keys(metadata).length === 0 && config === undefined) return readOneWritten(writer, instance)
        if (Object.keys(metadata).length > 0 || config?.entersSecretsOnly === false) checkUnmanaged(row)
        if (metadata.name !== undefined) await checkNameIsFree(scope, writer, { ...row, name: metadata.name })
        await writer.updateInstances([changeOf(row.id, metadata, config)])
        if (metadata.priority !== undefined || metadata.status !== undefined)
          await writer.updateTypes([{ id: row.typeId, reordered: true }])
        await writer.appendHistory([
          historyOf(actor, Object.keys(metadata).join() === 'status' && config === undefined ? 'status' : 'update', {
            typeId: row.typeId,
            pluginId: row.pluginId,
            instanceId: row.id,
            changed: [...Object.keys(metadata), ...(config?.changed ?? [])],
            before: metadataOf(row),
            after: metadataOf({ ...row, ...metadata }),
            sealedBefore: config?.historyBefore ?? null,
            sealedAfter: config?.sealed.history ?? null,
            configVersionBefore: config === undefined ? null : row.configVersion,
            configVersionAfter: config?.version ?? null,
          }),
        ])
        return readOneWritten(writer, instance)
      })
    } catch (error) {
      if (error instanceof StaleRow) throw await staleWrite(scope, { ...instance, row: error.row }, options.revision)
      if (error instanceof UniqueViolationError) throw new DuplicateNameError(instance.pluginKey, given.name ?? instance.row.name)
      throw error
    }
    if (written !== undefined) return serveWritten(scope, written)
    if (tries === mostTries) throw new ConflictError(`'${instance.row.name}' is being edited by others again and again. Try once more.`)
  }
}

async function planConfig(
  scope: OperationScope,
  instance: IndexedInstance,
  given: Partial<InstanceMetadata>,
  input: UpdateInput,
  options: UpdateOptions,
): Promise<PlannedConfig | undefined> {
  if (input.config === undefined && (input.clearSecrets ?? []).length === 0) return undefined
  const { row, plugin } = instance
  if (plugin === undefined) throw new InstanceUnloadableError(row, 'code_missing', undefined)
  const model = plugin.config
  if (model === undefined) throw new InvalidInputError([{ pointer: '/config', message: `'${plugin.key}' has no config. Leave it out` }])
  const { sealed, raw, stored, merged } = await mergeTyped(scope, instance, model, input, options.replaceConfig === true)
  const { current } = plugin.versions
  // A save brings what is stored to the version of this code, even where it changes nothing else.
  if (stored !== undefined && versionOf(sealed.configVersion) === current && sameJson(stored, merged.config)) return undefined
  const entersSecretsOnly = options.replaceConfig !== true && entersSecrets(model, stored, merged.config)
  if (!entersSecretsOnly) checkUnmanaged(row)
  const prepared = await prepareConfig(scope, plugin, merged.config, options)
  if (options.force !== true) await checkBuilds(scope, { ...row, ...given }, plugin, prepared)
  const pair = await sealConfig(scope.keyring, plugin.key, row, merged.config)
  const before = raw === undefined ? undefined : await sealConfig(scope.keyring, plugin.key, row, raw)
  return {
    configRevision: sealed.configRevision,
    version: current,
    sealed: pair,
    // What can't be opened is kept as it is: it may be opened again with the right key.
    historyBefore: before?.history ?? sealed.config,
    changed: changedInConfig(model, raw, merged.config),
    entersSecretsOnly,
  }
}

/** Whether a config differs from what is stored in values of secrets alone, and each is there afterwards. A reference stands in the file. */
function entersSecrets(model: ConfigModel, stored: Json | undefined, config: Json): boolean {
  if (stored === undefined) return false
  const references = new Set([stored, config].flatMap((each) => referencesIn(model, each).map(({ field }) => field.name)))
  return changedFields(model, stored, config).every((path) =>
    model.secrets.some(
      (field) => samePath(field.path, path) && !references.has(field.name) && (valueAt(config, field.path) ?? null) !== null,
    ),
  )
}

/**
 * What was typed, with the stored secrets where it leaves them blank.
 *
 * @throws SecretReentryRequiredError, ConfigInvalidError, InvalidInputError where `clearSecrets` names what is no secret, InstanceUnloadableError where what is
 *   stored can't be opened and is not replaced as a whole.
 */
export async function mergeTyped(
  scope: OperationScope,
  instance: IndexedInstance,
  model: ConfigModel,
  input: Pick<UpdateInput, 'config' | 'clearSecrets'>,
  replace: boolean,
): Promise<{ readonly sealed: SealedConfig; readonly merged: Merged } & StoredConfig> {
  const { row } = instance
  const unknown = (input.clearSecrets ?? []).filter((name) => !model.secrets.some((field) => field.name === name))
  if (unknown.length > 0) {
    throw new InvalidInputError([{ pointer: '/clearSecrets', message: `${unknown.join(', ')}: no secret of '${instance.pluginKey}'` }])
  }
  const [sealed] = await scope.store.read((reader) => reader.configs([row.id]))
  if (sealed === undefined) throw new InstanceNotFoundError(row.id, 'removed')
  const { raw, stored } = await storedConfig(scope, instance, sealed, replace)
  const typed = input.config === undefined ? (stored ?? {}) : checkConfigInput(model, input.config)
  const merged = mergeSecrets(model, replace ? undefined : stored, typed, input.clearSecrets)
  const again = stored === undefined ? [] : reentryRequired(model, stored, merged)
  if (again.length > 0) throw new SecretReentryRequiredError(row.name, again)
  return { sealed, raw, stored, merged }
}

/** A stored config, as far as it is known. */
interface StoredConfig {
  /** As it stands in the row; `undefined` where there is none or it can't be opened. */
  readonly raw: Json | undefined
  /** In the version of this code, which is what secrets are kept from and compared with; `undefined` where it can't be had. */
  readonly stored: Json | undefined
}

/** What can't be opened, or brought to the version of this code, and is to be replaced as a whole, is left undefined. */
async function storedConfig(
  scope: OperationScope,
  instance: IndexedInstance,
  sealed: SealedConfig,
  replace: boolean,
): Promise<StoredConfig> {
  const { plugin } = instance
  if (plugin === undefined || sealed.config === null) return { raw: undefined, stored: undefined }
  const { builder } = scope.runtime
  const unlessReplaced = async (work: () => Promise<Json>): Promise<Json | undefined> => {
    try {
      const config = await work()
      return isObject(config) ? config : undefined
    } catch (error) {
      if (replace && error instanceof InstanceUnloadableError) return undefined
      throw error
    }
  }
  if (!replace) await builder.checkVersion(instance, plugin, sealed)
  const raw = await unlessReplaced(() => builder.openStored(instance, plugin, sealed))
  if (raw === undefined) return { raw, stored: undefined }
  return { raw, stored: await unlessReplaced(() => builder.migrate(instance, plugin, raw, sealed.configVersion)) }
}

/** @throws InstanceNotFoundError where it was removed meanwhile. */
export async function currentRow(writer: StoreWriter, id: string): Promise<InstanceRow> {
  const [row] = await writer.instances({ ids: [id] })
  if (row === undefined) throw new InstanceNotFoundError(id, 'removed')
  return row
}

/** Ends a write whose row turned out to be newer; what is said of it is read outside the transaction. */
export class StaleRow extends Error {
  readonly row: InstanceRow
  constructor(row: InstanceRow) {
    super('stale')
    this.row = row
  }
}

export function isStale(row: InstanceRow, expected: number | undefined): boolean {
  return expected !== undefined && expected !== row.revision
}

/** What to throw for a stale write: it holds the row as it stands now. */
export async function staleWrite(
  scope: OperationScope,
  instance: IndexedInstance,
  expected: number | undefined,
): Promise<StaleWriteError<InstanceDetail>> {
  const current = await detailOf(scope, instance)
  return new StaleWriteError(`'${instance.row.name}'`, expected ?? 0, instance.row.revision, current)
}

function changedMetadata(row: InstanceRow, given: Partial<InstanceMetadata>): Partial<InstanceMetadata> {
  const stored: Readonly<Record<string, unknown>> = { ...row }
  return Object.fromEntries(Object.entries(given).filter(([field, value]) => !sameJson(stored[field] as Json, value as Json)))
}

function changeOf(id: string, metadata: Partial<InstanceMetadata>, config: PlannedConfig | undefined): InstanceChange {
  return {
    id,
    ...metadata,
    ...(config === undefined
      ? {}
      : { config: config.sealed.live, keyId: config.sealed.keyId, configVersion: config.version, rebuild: true }),
  }
}
