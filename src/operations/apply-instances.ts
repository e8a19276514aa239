import { changedInConfig } from '../config/index.ts'
import { ConflictError, InstancesFileError, InvalidInputError, quote, UniqueViolationError, type FileIssue } from '../errors/index.ts'
import type { IndexedInstance } from '../runtime/index.ts'
import type { InstanceChange, NewHistory, NewInstance, StoreWriter } from '../store/index.ts'
import { isSource, longestSource, readDocument, type InstancesDocument } from './instances-document.ts'
import { checkNote, managedMetadataOf } from './managed.ts'
import { matchInstances } from './match-instances.ts'
import { stepOf, unlistedOf, type PlannedInstance, type Step } from './plan-instances.ts'
import { checkNameIsFree, rowsOf } from './plugin-rows.ts'
import { issuesOf, prepareInstances } from './prepare-instances.ts'
import { checkActor, historyOf, metadataOf, type Actor, type OperationScope } from './scope.ts'
import { sealConfig, type SealedPair } from './seal-config.ts'
import { checkBuilds } from './trial.ts'
import { serve } from './written.ts'

export interface PlanInstancesOptions {
  /** What the file is called wherever an instance is shown that it manages: its path. A `name` in the document goes before. */
  readonly source: string
  /** Takes instances of the same names that operators made or took over, or that another file manages. Default false: they are held. */
  readonly adopt?: boolean
  /** Removes what the file managed and lists no more; it can be restored. Default false: it is held. */
  readonly prune?: boolean
  /** Takes references too that give nothing here and now; and applies without building on trial. Default false. */
  readonly force?: boolean
  /** Takes secrets that stand in the file in plain text. Default false: they are refused. */
  readonly plainSecrets?: boolean
}

export interface ApplyInstancesOptions extends PlanInstancesOptions {
  readonly actor: Actor
  /** Why, for the history; 1 to 500 characters. */
  readonly note?: string
}

/** What a file does, or would do. */
export interface InstancesPlan {
  /** What the file is called. */
  readonly source: string
  /** Whether it was written. */
  readonly applied: boolean
  /** Whether there is, or was, something to write. */
  readonly changed: boolean
  /** Whether the database is other than the file says; after an apply, whether it still is. */
  readonly drift: boolean
  /** What differs: in the order of the file, then what it lists no more. */
  readonly instances: readonly PlannedInstance[]
  /** How many are as the file says. */
  readonly unchanged: number
}

/** Applying against edits by others. More than so many, and something is wrong. */
const mostTries = 5

/**
 * What applying a file would do now. It writes nothing, and builds nothing on trial.
 *
 * @throws InstancesFileError listing everything that is wrong with the file; InvalidInputError, StoreError
 */
export async function planInstances(
  scope: OperationScope,
  document: InstancesDocument,
  options: PlanInstancesOptions,
): Promise<InstancesPlan> {
  const draft = await draw(scope, document, options)
  return { ...told(draft), applied: false, drift: draft.planned.length > 0 }
}

/**
 * Makes instances as a file says, in one write, and has the file manage them from then on: operators change them no more, until they take them over. What
 * the file does not list, it does not touch. Where others edit meanwhile, it looks again.
 *
 * @throws InstancesFileError listing everything that is wrong with the file; ConflictError, KeysMissingError, InvalidInputError, ActorRequiredError, StoreError.
 *   Nothing is written then.
 */
export async function applyInstances(
  scope: OperationScope,
  document: InstancesDocument,
  options: ApplyInstancesOptions,
): Promise<InstancesPlan> {
  const actor = checkActor(options)
  const note = checkNote(options.note)
  for (let tries = 1; ; tries++) {
    const draft = await draw(scope, document, options)
    const steps = draft.steps.filter(({ told: { action } }) => action !== 'hold')
    const after = { ...told(draft), applied: true, drift: draft.planned.some(({ hold, needs }) => hold !== null || needs.length > 0) }
    if (!after.changed) return after
    if (options.force !== true) await buildOnTrial(scope, draft, steps)
    const sealed = new Map<Step, SealedStep>()
    for (const step of steps) sealed.set(step, await sealStep(scope, step))
    try {
      await scope.store.write((writer) => write(scope, writer, { ...draft, steps, sealed, actor, note }))
    } catch (error) {
      // Somebody edited one of them, or made one of the same name: it is matched anew.
      if (!(error instanceof EditedMeanwhile) && !(error instanceof UniqueViolationError)) throw error
      if (tries === mostTries)
        throw new ConflictError(`'${draft.source}' was not applied: others edit the same instances again and again. Try once more.`)
      continue
    }
    await serve(scope, new Set(after.instances.map(({ type }) => type)))
    return after
  }
}

interface Draft {
  readonly source: string
  readonly steps: readonly Step[]
  readonly pruned: readonly IndexedInstance[]
  readonly planned: readonly PlannedInstance[]
  readonly unchanged: number
}

/** @throws InstancesFileError */
async function draw(scope: OperationScope, document: InstancesDocument, options: PlanInstancesOptions): Promise<Draft> {
  const source = sourceOf(document, options)
  const { adopt = false, prune = false, force = false, plainSecrets = false } = options
  const issues: FileIssue[] = []
  const wanted = readDocument(scope.registry, document, issues)
  if (issues.length > 0) throw new InstancesFileError(source, issues)
  await scope.runtime.load()
  // What this process last saw may be old: another process may have edited since.
  await scope.runtime.look()
  const { index } = scope.runtime
  const pluginRow = ({ row }: IndexedInstance) => index.pluginRow(row.pluginId)
  const { matches, unlisted } = matchInstances(wanted, [...index.instances()], { source, adopt, pluginRow }, issues)
  const prepared = await prepareInstances(scope, matches, { force, plainSecrets }, issues)
  for (const { wanted: each, instance } of matches) {
    if (instance === undefined && rowsOf(scope, each.plugin).length === 0)
      issues.push({
        pointer: `${each.pointer}/plugin`,
        message: `'${each.plugin.type.key}/${each.plugin.key}' is not in the database yet. Run plugboard sync`,
      })
  }
  if (issues.length > 0) throw new InstancesFileError(source, issues)
  const steps = prepared.flatMap((each) => stepOf(each, source) ?? [])
  const planned = [...steps.map((step) => step.told), ...unlisted.map((each) => unlistedOf(each, prune))]
  return { source, steps, planned, pruned: prune ? unlisted : [], unchanged: prepared.length - steps.length }
}

/** @throws InvalidInputError */
function sourceOf(document: unknown, { source }: PlanInstancesOptions): string {
  const given: unknown = typeof document === 'object' && document !== null && 'name' in document ? document.name : undefined
  if (isSource(given)) return given
  if (isSource(source)) return source
  throw new InvalidInputError([
    {
      pointer: '/source',
      message: `${quote(source)} can't be what instances are managed by: give a line of 1 to ${longestSource} characters`,
    },
  ])
}

function told({ source, planned, unchanged }: Draft): Pick<InstancesPlan, 'source' | 'changed' | 'instances' | 'unchanged'> {
  return { source, changed: planned.some(({ action }) => action !== 'hold'), instances: planned, unchanged }
}

/** @throws InstancesFileError */
async function buildOnTrial(scope: OperationScope, { source }: Draft, steps: readonly Step[]): Promise<void> {
  const issues: FileIssue[] = []
  for (const { prepared, metadata } of steps) {
    const { wanted, config, needs, instance } = prepared
    // What can't work yet is disabled, and what does not change was built before.
    if (needs.length > 0 || (instance !== undefined && config?.changes !== true)) continue
    try {
      await checkBuilds(scope, { ...placeOf(scope, prepared), id: prepared.id, ...metadata }, wanted.plugin, config?.resolved ?? {})
    } catch (error) {
      issues.push(...issuesOf(wanted, error))
    }
  }
  if (issues.length > 0) throw new InstancesFileError(source, issues)
}

/** The rows that an instance belongs to. */
function placeOf(scope: OperationScope, { wanted, instance }: Step['prepared']): { readonly typeId: string; readonly pluginId: string } {
  if (instance !== undefined) return instance.row
  const rows = rowsOf(scope, wanted.plugin)
  const row = rows.find(({ key }) => key === wanted.plugin.key) ?? rows[0]
  if (row === undefined)
    throw new ConflictError(`'${wanted.plugin.type.key}/${wanted.plugin.key}' is not in the database yet. Run plugboard sync.`)
  return { typeId: row.typeId, pluginId: row.id }
}

/** The config of a step, sealed for the row and for the history. */
interface SealedStep {
  readonly after: SealedPair | undefined
  readonly historyBefore: string | null
}

/** @throws KeysMissingError */
async function sealStep(scope: OperationScope, { prepared }: Step): Promise<SealedStep> {
  const { config, wanted, id } = prepared
  if (config?.changes !== true) return { after: undefined, historyBefore: null }
  const row = { id, pluginId: placeOf(scope, prepared).pluginId }
  const after = await sealConfig(scope.keyring, wanted.plugin.key, row, config.config)
  const before = config.raw === undefined ? undefined : await sealConfig(scope.keyring, wanted.plugin.key, row, config.raw)
  return { after, historyBefore: before?.history ?? config.token }
}

interface Writing extends Draft {
  readonly sealed: ReadonlyMap<Step, SealedStep>
  readonly actor: Actor
  readonly note: string | null
}

/** @throws EditedMeanwhile where a row is not as it was seen. */
async function write(scope: OperationScope, writer: StoreWriter, { source, steps, pruned, sealed, actor, note }: Writing): Promise<void> {
  const seen = [...steps.flatMap(({ prepared }) => prepared.instance ?? []), ...pruned].map(({ row }) => row)
  const rows = new Map((await writer.instances({ ids: seen.map(({ id }) => id) })).map((row) => [row.id, row]))
  if (seen.some((row) => rows.get(row.id)?.revision !== row.revision)) throw new EditedMeanwhile()
  const livePlugins = new Set((await writer.plugins()).map(({ id }) => id))
  const created: NewInstance[] = []
  const changed: InstanceChange[] = []
  const history: NewHistory[] = []
  const reordered = new Set<string>()
  for (const step of steps) {
    const { prepared, metadata } = step
    const { wanted, instance, id, config } = prepared
    const place = placeOf(scope, prepared)
    const { after, historyBefore } = sealed.get(step) ?? { after: undefined, historyBefore: null }
    const version = wanted.plugin.versions.current
    const row = instance === undefined ? undefined : rows.get(id)
    if (!livePlugins.has(place.pluginId))
      throw new ConflictError(
        `'${wanted.plugin.type.key}/${wanted.plugin.key}' was removed from the database. Run plugboard sync, then repeat this.`,
      )
    if (row?.name !== metadata.name) await checkNameIsFree(scope, writer, { pluginId: place.pluginId, name: metadata.name })
    const stored = after === undefined ? {} : { config: after.live, keyId: after.keyId, configVersion: version }
    if (row === undefined)
      created.push({ config: null, keyId: null, configVersion: 0, ...place, id, ...metadata, ...stored, managedBy: source })
    else {
      const fields = Object.fromEntries(step.changed.map((field) => [field, metadata[field]]))
      changed.push({
        id,
        ...fields,
        ...stored,
        ...(after === undefined ? {} : { rebuild: true as const }),
        ...(step.adopts ? { managedBy: source } : {}),
      })
    }
    if (row === undefined || row.status !== metadata.status || row.priority !== metadata.priority) reordered.add(place.typeId)
    history.push(
      historyOf(actor, row === undefined ? 'create' : 'update', {
        typeId: place.typeId,
        pluginId: place.pluginId,
        instanceId: id,
        changed: [
          ...step.changed,
          ...(step.adopts ? ['managedBy'] : []),
          ...(config?.changes === true ? changedInConfig(wanted.plugin.config, config.raw, config.config) : []),
        ],
        before: row === undefined ? null : managedMetadataOf(row),
        after: managedMetadataOf({ ...metadata, managedBy: source }),
        sealedBefore: historyBefore,
        sealedAfter: after?.history ?? null,
        configVersionBefore: historyBefore === null ? null : (config?.rawVersion ?? null),
        configVersionAfter: after === undefined ? null : version,
        note,
      }),
    )
  }
  for (const { row } of pruned) {
    changed.push({ id: row.id, removedAt: writer.now })
    reordered.add(row.typeId)
    const of = { typeId: row.typeId, pluginId: row.pluginId, instanceId: row.id }
    history.push(historyOf(actor, 'remove', { ...of, before: { ...metadataOf(row), managedBy: row.managedBy }, note }))
  }
  await writer.insertInstances(created)
  await writer.updateInstances(changed)
  await writer.updateTypes([...reordered].map((id) => ({ id, reordered: true })))
  await writer.appendHistory(history)
}

/** Ends a write, and has it drawn anew. */
class EditedMeanwhile extends Error {}
