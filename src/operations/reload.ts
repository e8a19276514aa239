import { InstanceNotFoundError } from '../errors/index.ts'
import { detailOf, instanceAt, type InstanceDetail } from './instance-detail.ts'
import { checkActor, historyOf, metadataOf, type Actor, type OperationScope } from './scope.ts'
import { readWritten, serve } from './written.ts'

/**
 * Has every process build instances anew, though nothing of them changed: what their secrets refer to has. Where that can't be built, the last object
 * serves on, as after an edit.
 *
 * @throws InstanceNotFoundError, ActorRequiredError. Nothing is written then.
 */
export async function reload(
  scope: OperationScope,
  ids: readonly string[],
  options: { readonly actor: Actor },
): Promise<readonly InstanceDetail[]> {
  const actor = checkActor(options)
  await scope.runtime.load()
  await scope.runtime.look()
  const instances = [...new Map(ids.map((id) => instanceAt(scope, id)).map((each) => [each.row.id, each])).values()]
  const written = await scope.store.write(async (writer) => {
    const rows = await writer.instances({ ids: instances.map((each) => each.row.id) })
    const missing = instances.find(({ row }) => !rows.some((each) => each.id === row.id))
    if (missing !== undefined) throw new InstanceNotFoundError(missing.row.id, 'removed')
    // Quiet: what somebody has open in a form is still what is stored.
    await writer.updateInstances(rows.map(({ id }) => ({ id, rebuild: true, quiet: true })))
    await writer.appendHistory(
      rows.map((row) => {
        const { typeId, pluginId, id: instanceId } = row
        return historyOf(actor, 'reload', { typeId, pluginId, instanceId, before: metadataOf(row), after: metadataOf(row) })
      }),
    )
    return readWritten(writer, instances)
  })
  await serve(
    scope,
    instances.map((each) => each.typeKey),
  )
  return Promise.all(written.map(({ instance, sealed }) => detailOf(scope, instance, sealed)))
}
