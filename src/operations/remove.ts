import { ConflictError, DuplicateNameError, InstanceNotFoundError, UniqueViolationError } from '../errors/index.ts'
import type { IndexedInstance } from '../runtime/index.ts'
import type { InstanceRow, StoreWriter } from '../store/index.ts'
import { longestName } from './check-input.ts'
import { checkId, instanceAt, type InstanceDetail } from './instance-detail.ts'
import { checkUnmanaged } from './managed.ts'
import { checkNameIsFree } from './plugin-rows.ts'
import { checkActor, historyOf, metadataOf, type Actor, type OperationScope } from './scope.ts'
import { currentRow, isStale, StaleRow, staleWrite } from './update.ts'
import { readOneWritten, serve, serveWritten, type Written } from './written.ts'

export interface RemoveOptions {
  readonly actor: Actor
  /** Only if the instance is still at this revision. */
  readonly revision?: number
}

/**
 * Removes an instance. A tombstone keeps its config, so that it can be restored.
 *
 * @throws ManagedByFileError, StaleWriteError, InstanceNotFoundError, ActorRequiredError. Nothing is written then.
 */
export async function remove(scope: OperationScope, id: string, options: RemoveOptions): Promise<void> {
  const actor = checkActor(options)
  await scope.runtime.loadRows()
  await scope.runtime.look()
  const instance = instanceAt(scope, id)
  try {
    await scope.store.write(async (writer) => {
      const row = await currentRow(writer, instance.row.id)
      if (isStale(row, options.revision)) throw new StaleRow(row)
      checkUnmanaged(row)
      await writer.updateInstances([{ id: row.id, removedAt: writer.now }])
      await writer.updateTypes([{ id: row.typeId, reordered: true }])
      await writer.appendHistory([
        historyOf(actor, 'remove', { typeId: row.typeId, pluginId: row.pluginId, instanceId: row.id, before: metadataOf(row) }),
      ])
    })
  } catch (error) {
    if (error instanceof StaleRow) throw await staleWrite(scope, { ...instance, row: error.row }, options.revision)
    throw error
  }
  await serve(scope, [instance.typeKey])
}

/**
 * An instance whose plugin was pruned comes back with its plugin and type; without their code it is shown as missing it.
 *
 * @returns It, joined to the code that answers for it here.
 */
async function reviveCode(scope: OperationScope, writer: StoreWriter, row: InstanceRow): Promise<IndexedInstance> {
  const types = await writer.types(-1)
  const plugins = await writer.plugins(-1)
  const typeRow = types.find((each) => each.id === row.typeId)
  const pluginRow = plugins.find((each) => each.id === row.pluginId)
  const registered = typeRow === undefined ? undefined : scope.registry.typeNamed(typeRow.key)
  if (typeRow !== undefined && typeRow.removedAt !== null) {
    const key = freeKey(typeRow.key, registered?.aliases ?? [], types)
    await writer.updateTypes([{ id: typeRow.id, key, removedAt: null }])
  }
  if (pluginRow !== undefined && pluginRow.removedAt !== null) {
    const names = registered === undefined ? undefined : scope.registry.pluginNamed(registered, pluginRow.key)
    const key = freeKey(
      pluginRow.key,
      names === undefined ? [] : [names.key, ...names.aliases],
      plugins.filter((each) => each.typeId === pluginRow.typeId),
    )
    await writer.updatePlugins([{ id: pluginRow.id, key, removedAt: null }])
  }
  const type = scope.registry.typeNamed(typeRow?.key ?? '')
  const plugin = type === undefined ? undefined : scope.registry.pluginNamed(type, pluginRow?.key ?? '')
  return { row, typeKey: type?.key ?? typeRow?.key ?? '', pluginKey: plugin?.key ?? pluginRow?.key ?? '', plugin }
}

/**
 * The key a pruned row comes back under: its own, or, where a renamed row has that now, another name of the same code.
 *
 * @throws ConflictError where every name of it is taken.
 */
function freeKey(
  own: string,
  others: readonly string[],
  rows: readonly { readonly key: string; readonly removedAt: number | null }[],
): string {
  const taken = new Set(rows.filter((each) => each.removedAt === null).map((each) => each.key))
  const free = [own, ...others].find((key) => !taken.has(key))
  if (free !== undefined) return free
  throw new ConflictError(
    `What it belonged to was removed, and '${own}' is the key of another row now. Register an alias for it, then restore it.`,
  )
}

/** The name with a suffix, cut to what is stored between characters as people see them: no emoji loses a half. */
function suffixed(name: string, suffix: number): string {
  const end = ` (${suffix})`
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(name)) {
    if (kept.length + segment.length + end.length > longestName) break
    kept += segment
  }
  return `${kept.trimEnd()}${end}`.trimStart()
}

/** Names tried for a restored instance whose name is taken meanwhile. */
const mostSuffixes = 100

/**
 * Brings a removed instance back with its config, DISABLED; with a suffix to its name where that is taken.
 *
 * @throws InstanceNotFoundError where the id is malformed or nothing removed has it; DuplicateNameError; ActorRequiredError. Nothing is written then.
 */
export async function restore(scope: OperationScope, id: string, options: { readonly actor: Actor }): Promise<InstanceDetail> {
  const actor = checkActor(options)
  const wanted = checkId(id)
  await scope.runtime.loadRows()
  let taken = { plugin: '', name: '' }
  for (let suffix = 1; ; suffix++) {
    let written: Written
    try {
      written = await scope.store.write(async (writer) => {
        const [row] = await writer.instances({ ids: [wanted], removed: true })
        if (row === undefined || row.removedAt === null) throw new InstanceNotFoundError(id, 'unknown')
        const instance = await reviveCode(scope, writer, row)
        const name = suffix === 1 ? row.name : suffixed(row.name, suffix)
        taken = { plugin: instance.pluginKey, name }
        await checkNameIsFree(scope, writer, { ...row, name })
        // A file that managed it has let go of it, or does not know that it is back.
        await writer.updateInstances([{ id: row.id, name, status: 'disabled', removedAt: null, managedBy: null }])
        await writer.updateTypes([{ id: row.typeId, reordered: true }])
        await writer.appendHistory([
          historyOf(actor, 'restore', {
            typeId: row.typeId,
            pluginId: row.pluginId,
            instanceId: row.id,
            changed: name === row.name ? ['status'] : ['name', 'status'],
            before: metadataOf(row),
            after: metadataOf({ ...row, name, status: 'disabled' }),
          }),
        ])
        return readOneWritten(writer, instance)
      })
    } catch (error) {
      if (!(error instanceof UniqueViolationError)) throw error
      if (suffix === mostSuffixes) throw new DuplicateNameError(taken.plugin, taken.name)
      continue
    }
    return serveWritten(scope, written)
  }
}
