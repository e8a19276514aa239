import { DuplicateNameError, InstanceNotFoundError, UniqueViolationError } from '../errors/index.ts'
import { currentRow, isStale, StaleRow, staleWrite } from './update.ts'
import { detailOf, instanceAt, type InstanceDetail } from './instance-detail.ts'
import type { InstanceRow, StoreWriter } from '../store/index.ts'
import { checkActor, historyOf, metadataOf, type Actor, type OperationScope } from './scope.ts'

export interface RemoveOptions {
  readonly actor: Actor
  /** Only if the instance is still at this revision. */
  readonly revision?: number
}

/**
 * Removes an instance. A tombstone keeps its config, so that it can be restored.
 *
 * @throws StaleWriteError, InstanceNotFoundError, ActorRequiredError. Nothing is written then.
 */
export async function remove(scope: OperationScope, id: string, options: RemoveOptions): Promise<void> {
  const actor = checkActor(options)
  await scope.runtime.load()
  await scope.runtime.refresh()
  const instance = instanceAt(scope, id)
  try {
    await scope.store.write(async (writer) => {
      const row = await currentRow(writer, instance.row.id)
      if (isStale(row, options.revision)) throw new StaleRow(row)
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
  await scope.runtime.refresh()
}

/** An instance whose plugin was pruned comes back with its plugin and type; without their code it is shown as missing it. */
async function reviveCode(writer: StoreWriter, row: InstanceRow): Promise<void> {
  const pruned = (rows: readonly { readonly id: string; readonly removedAt: number | null }[], id: string) =>
    rows.filter((each) => each.id === id && each.removedAt !== null).map(() => ({ id, removedAt: null }))
  await writer.updateTypes(pruned(await writer.types(-1), row.typeId))
  await writer.updatePlugins(pruned(await writer.plugins(-1), row.pluginId))
}

/** Names tried for a restored instance whose name is taken meanwhile. */
const mostSuffixes = 100

/**
 * Brings a removed instance back with its config, DISABLED; with a suffix to its name where that is taken.
 *
 * @throws InstanceNotFoundError where nothing removed has this id; ActorRequiredError
 */
export async function restore(scope: OperationScope, id: string, options: { readonly actor: Actor }): Promise<InstanceDetail> {
  const actor = checkActor(options)
  await scope.runtime.load()
  for (let suffix = 1; ; suffix++) {
    try {
      await scope.store.write(async (writer) => {
        const [row] = await writer.instances({ ids: [id], removed: true })
        if (row === undefined || row.removedAt === null) throw new InstanceNotFoundError(id, 'unknown')
        await reviveCode(writer, row)
        const name = suffix === 1 ? row.name : `${row.name.slice(0, 245)} (${suffix})`
        await writer.updateInstances([{ id: row.id, name, status: 'disabled', removedAt: null }])
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
      })
      break
    } catch (error) {
      if (!(error instanceof UniqueViolationError)) throw error
      if (suffix === mostSuffixes) throw new DuplicateNameError('', id)
    }
  }
  await scope.runtime.refresh()
  return detailOf(scope, instanceAt(scope, id))
}
