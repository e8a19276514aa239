import type { InstanceStatus } from '../contract/index.ts'
import { InstanceNotFoundError, InvalidInputError } from '../errors/index.ts'
import { checkMetadata } from './check-input.ts'
import { detailOf, instanceAt, type InstanceDetail } from './instance-detail.ts'
import { checkActor, historyOf, metadataOf, type Actor, type OperationScope } from './scope.ts'
import { checkUnmanaged } from './managed.ts'
import { isStale, StaleRow, staleWrite } from './update.ts'
import { readWritten, serve, type Written } from './written.ts'

export interface StatusOptions {
  readonly actor: Actor
  /** Only if the instance is still at this revision; with one id. */
  readonly revision?: number
  /** The same for many: by id, for those that are named. */
  readonly revisions?: ReadonlyMap<string, number>
  /** Another status for those that are named, by id: what puts many back to what each was. */
  readonly statuses?: ReadonlyMap<string, InstanceStatus>
}

/**
 * Sets the status of one instance, or of many in one write; each its own where `statuses` names one.
 *
 * @throws ManagedByFileError, StaleWriteError, InstanceNotFoundError, InvalidInputError, ActorRequiredError. Nothing is written then.
 */
export async function setStatus(
  scope: OperationScope,
  ids: readonly string[],
  status: InstanceStatus,
  options: StatusOptions,
): Promise<readonly InstanceDetail[]> {
  const actor = checkActor(options)
  for (const each of [status, ...(options.statuses?.values() ?? [])]) checkMetadata({ status: each })
  if (options.revision !== undefined && ids.length !== 1) {
    throw new InvalidInputError([{ pointer: '/revision', message: 'goes with one instance; for many leave it out' }])
  }
  await scope.runtime.loadRows()
  await scope.runtime.look()
  const instances = [...new Map(ids.map((id) => instanceAt(scope, id)).map((each) => [each.row.id, each])).values()]
  const [first] = instances
  const wanted = ({ id }: { readonly id: string }): InstanceStatus => options.statuses?.get(id) ?? status
  const expected = ({ id }: { readonly id: string }): number | undefined =>
    options.revisions?.get(id) ?? (id === first?.row.id ? options.revision : undefined)
  const stale = instances.find(({ row }) => isStale(row, expected(row)))
  if (stale !== undefined) throw await staleWrite(scope, stale, expected(stale.row))
  // Saved as it is: not worth a revision, which every process would look at.
  if (instances.every(({ row }) => row.status === wanted(row))) return Promise.all(instances.map((each) => detailOf(scope, each)))
  let written: readonly Written[]
  try {
    written = await scope.store.write(async (writer) => {
      const rows = new Map((await writer.instances({ ids: instances.map((each) => each.row.id) })).map((row) => [row.id, row]))
      const current = instances.map(({ row: { id } }) => {
        const row = rows.get(id)
        if (row === undefined) throw new InstanceNotFoundError(id, 'removed')
        if (isStale(row, expected(row))) throw new StaleRow(row)
        return row
      })
      const changing = current.filter((row) => row.status !== wanted(row))
      checkUnmanaged(...changing)
      await writer.updateInstances(changing.map((row) => ({ id: row.id, status: wanted(row) })))
      await writer.updateTypes([...new Set(changing.map((row) => row.typeId))].map((id) => ({ id, reordered: true })))
      await writer.appendHistory(
        changing.map((row) =>
          historyOf(actor, 'status', {
            typeId: row.typeId,
            pluginId: row.pluginId,
            instanceId: row.id,
            changed: ['status'],
            before: metadataOf(row),
            after: metadataOf({ ...row, status: wanted(row) }),
          }),
        ),
      )
      return readWritten(writer, instances)
    })
  } catch (error) {
    if (error instanceof StaleRow) {
      const { row } = error
      const changed = instances.find((each) => each.row.id === row.id)
      if (changed !== undefined) throw await staleWrite(scope, { ...changed, row }, expected(row))
    }
    throw error
  }
  await serve(
    scope,
    instances.map((each) => each.typeKey),
  )
  return Promise.all(written.map(({ instance, sealed }) => detailOf(scope, instance, sealed)))
}
