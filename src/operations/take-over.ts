import { detailOf, instanceAt, type InstanceDetail } from './instance-detail.ts'
import { checkNote, managedMetadataOf } from './managed.ts'
import { checkActor, historyOf, type Actor, type OperationScope } from './scope.ts'
import { currentRow, isStale, StaleRow, staleWrite } from './update.ts'
import { readOneWritten, serveWritten, type Written } from './written.ts'

export interface TakeOverOptions {
  readonly actor: Actor
  /** Only if the instance is still at this revision. */
  readonly revision?: number
  /** Why, for the history; 1 to 500 characters. */
  readonly note?: string
}

/**
 * Takes an instance out of the hands of the file that manages it: operators decide about it again. The file holds it back from then on, until it is applied
 * with `adopt`. One that no file manages is left as it is.
 *
 * @throws StaleWriteError, InstanceNotFoundError, InvalidInputError, ActorRequiredError. Nothing is written then.
 */
export async function takeOver(scope: OperationScope, id: string, options: TakeOverOptions): Promise<InstanceDetail> {
  const actor = checkActor(options)
  const note = checkNote(options.note)
  await scope.runtime.loadRows()
  await scope.runtime.look()
  const instance = instanceAt(scope, id)
  if (isStale(instance.row, options.revision)) throw await staleWrite(scope, instance, options.revision)
  if (instance.row.managedBy === null) return detailOf(scope, instance)
  let written: Written
  try {
    written = await scope.store.write(async (writer) => {
      const row = await currentRow(writer, instance.row.id)
      if (isStale(row, options.revision)) throw new StaleRow(row)
      await writer.updateInstances([{ id: row.id, managedBy: null }])
      await writer.appendHistory([
        historyOf(actor, 'take_over', {
          typeId: row.typeId,
          pluginId: row.pluginId,
          instanceId: row.id,
          changed: ['managedBy'],
          before: managedMetadataOf(row),
          after: managedMetadataOf({ ...row, managedBy: null }),
          note,
        }),
      ])
      return readOneWritten(writer, instance)
    })
  } catch (error) {
    if (error instanceof StaleRow) throw await staleWrite(scope, { ...instance, row: error.row }, options.revision)
    throw error
  }
  return serveWritten(scope, written)
}
