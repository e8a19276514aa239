import { changedInConfig, changedPaths, isObject, type Json } from '../config/index.ts'
import { ConflictError, DuplicateNameError, InvalidInputError, UniqueViolationError } from '../errors/index.ts'
import { migrateConfig } from '../runtime/index.ts'
import type { HistoryRow, InstanceChange, SealedConfig } from '../store/index.ts'
import { checkMetadata } from './check-input.ts'
import type { SaveOptions } from './create.ts'
import { openHistoric } from './history-config.ts'
import { instanceAt, type InstanceDetail } from './instance-detail.ts'
import { checkUnmanaged } from './managed.ts'
import { checkNameIsFree } from './plugin-rows.ts'
import { checkActor, historyOf, metadataOf, type OperationScope } from './scope.ts'
import { prepareConfig } from './prepare-config.ts'
import { sealConfig } from './seal-config.ts'
import { checkBuilds } from './trial.ts'
import { currentRow, isStale, StaleRow, staleWrite } from './update.ts'
import { readOneWritten, serveWritten, type Written } from './written.ts'

export interface RollbackOptions extends SaveOptions {
  /** Only if the instance is still at this revision. */
  readonly revision?: number
}

/**
 * Brings an instance back to what it was right after an entry of its history: name, tags and config. Its status, priority and weight stay as they are,
 * so that a rollback moves no traffic by itself (only a selector function that goes by tags or names may choose otherwise). The config comes back whole,
 * with the secrets it had then: none is combined with another address. One of an older version is brought to the version of this code first.
 *
 * @param entryId Of the history, of this instance.
 * @throws InvalidInputError where the entry is not one of the instance's, or tells no state to go back to; ManagedByFileError; StaleWriteError; DecryptionError where its token
 *   can't be opened; ConfigNewerError, ConfigMigrationError where it can't be brought to the version of this code; SecretReferenceError; ConfigInvalidError where the config no longer fits the schema, DeadlineError where validating it does not end; TrialBuildError;
 *   DuplicateNameError; InstanceNotFoundError. Nothing is written then.
 */
export async function rollback(scope: OperationScope, id: string, entryId: string, options: RollbackOptions): Promise<InstanceDetail> {
  const actor = checkActor(options)
  await scope.runtime.load()
  await scope.runtime.look()
  const instance = instanceAt(scope, id)
  if (isStale(instance.row, options.revision)) throw await staleWrite(scope, instance, options.revision)
  checkUnmanaged(instance.row)
  const { entry, token, version } = await findState(scope, instance.row.id, entryId)
  const { name = instance.row.name, tags = instance.row.tags } = checkMetadata(entry.after ?? {})
  const metadata = { name, tags }
  const historic = await openHistoric(scope, { ...entry, pluginId: instance.row.pluginId }, token)

  const { plugin } = instance
  let config: Json | undefined
  if (historic !== undefined) {
    if (plugin?.config === undefined)
      throw new ConflictError(`'${instance.row.name}' has no config in this process, so none can be brought back.`)
    config = await migrateConfig(plugin, historic, version, scope.validateDeadline)
    const prepared = await prepareConfig(scope, plugin, config, options)
    if (options.force !== true) await checkBuilds(scope, { ...instance.row, ...metadata }, plugin, prepared)
  }
  const sealed = config === undefined ? undefined : await sealConfig(scope.keyring, instance.pluginKey, instance.row, config)
  const [live] = await scope.store.read((reader) => reader.configs([instance.row.id]))
  // As it stands, whatever its version: it only goes into the history.
  const stored = live === undefined ? undefined : await openLive(scope, id, live)
  const current = plugin?.versions.current ?? 0
  const before = stored === undefined ? undefined : await sealConfig(scope.keyring, instance.pluginKey, instance.row, stored)
  let written: Written
  try {
    written = await scope.store.write(async (writer) => {
      const row = await currentRow(writer, instance.row.id)
      // Somebody was faster: what was opened and validated is about another row.
      if (row.revision !== instance.row.revision) throw new StaleRow(row)
      if (name !== row.name) await checkNameIsFree(scope, writer, { ...row, name })
      const change: InstanceChange = { id: row.id, ...metadata }
      await writer.updateInstances([
        sealed === undefined ? change : { ...change, config: sealed.live, keyId: sealed.keyId, configVersion: current, rebuild: true },
      ])
      await writer.appendHistory([
        historyOf(actor, 'rollback', {
          typeId: row.typeId,
          pluginId: row.pluginId,
          instanceId: row.id,
          changed: [
            ...changedPaths(metadataOf(row) as Json, metadataOf({ ...row, ...metadata }) as Json),
            ...changedInConfig(plugin?.config, stored, config ?? stored),
          ],
          before: metadataOf(row),
          after: metadataOf({ ...row, ...metadata }),
          sealedBefore: sealed === undefined ? null : (before?.history ?? live?.config ?? null),
          sealedAfter: sealed?.history ?? null,
          configVersionBefore: sealed === undefined ? null : row.configVersion,
          configVersionAfter: sealed === undefined ? null : current,
        }),
      ])
      return readOneWritten(writer, instance)
    })
  } catch (error) {
    if (error instanceof StaleRow) throw await staleWrite(scope, { ...instance, row: error.row }, options.revision ?? instance.row.revision)
    if (error instanceof UniqueViolationError) throw new DuplicateNameError(instance.pluginKey, name)
    throw error
  }
  return serveWritten(scope, written)
}

/** An entry, and the config token that held right after it, with its version: its own, or that of the last entry before it that changed the config. */
interface State {
  readonly entry: HistoryRow
  readonly token: string | null
  readonly version: number
}

async function findState(scope: OperationScope, instanceId: string, wanted: unknown): Promise<State> {
  const entryId = String(wanted).toLowerCase()
  let before: { revision: number; id: string } | undefined
  let entry: HistoryRow | undefined
  for (;;) {
    const page = await scope.store.read((reader) => reader.history({ instanceId, limit: 200, ...(before === undefined ? {} : { before }) }))
    for (const row of page) {
      if (row.id === entryId) {
        entry = row
        if (row.after === null)
          throw new InvalidInputError([{ pointer: '/entry', message: 'this entry removed the instance: choose one before it' }])
      }
      if (entry !== undefined && row.sealedAfter !== null) return { entry, token: row.sealedAfter, version: row.configVersionAfter ?? 0 }
    }
    const last = page.at(-1)
    if (last === undefined) break
    before = { revision: last.revision, id: last.id }
  }
  if (entry === undefined) {
    throw new InvalidInputError([
      { pointer: '/entry', message: `${entryId} is no entry of this instance's history. Run plugboard history to see them` },
    ])
  }
  if (entry.after === null)
    throw new InvalidInputError([{ pointer: '/entry', message: 'this entry removed the instance: choose one before it' }])
  return { entry, token: null, version: 0 }
}

async function openLive(scope: OperationScope, id: string, live: SealedConfig): Promise<Json | undefined> {
  const instance = instanceAt(scope, id)
  if (live.config === null || instance.plugin === undefined) return undefined
  try {
    const stored = await scope.runtime.builder.openStored(instance, instance.plugin, live)
    return isObject(stored) ? stored : undefined
  } catch {
    // What can't be opened is kept as it is in the history.
    return undefined
  }
}
