import { BoardClosedError, InstanceNotFoundError, StoreError } from '../errors/index.ts'
import type { IndexedInstance } from '../runtime/index.ts'
import type { SealedConfig, StoreReader } from '../store/index.ts'
import { detailOf, type InstanceDetail } from './instance-detail.ts'
import type { OperationScope } from './scope.ts'

/** An instance as a write left it. */
export interface Written {
  readonly instance: IndexedInstance
  readonly sealed: SealedConfig
}

/** Reads what a write made of instances, inside the write: it can be told then, whatever becomes of the database after the commit. */
export async function readWritten(writer: StoreReader, instances: readonly IndexedInstance[]): Promise<readonly Written[]> {
  const ids = instances.map((each) => each.row.id)
  const rows = new Map((await writer.instances({ ids })).map((row) => [row.id, row]))
  const configs = new Map((await writer.configs(ids)).map((sealed) => [sealed.id, sealed]))
  return instances.flatMap((instance) => {
    const row = rows.get(instance.row.id)
    const sealed = configs.get(instance.row.id)
    return row === undefined || sealed === undefined ? [] : [{ instance: { ...instance, row }, sealed }]
  })
}

/** The same for one instance. @throws InstanceNotFoundError where it is gone. */
export async function readOneWritten(writer: StoreReader, instance: IndexedInstance): Promise<Written> {
  const [written] = await readWritten(writer, [instance])
  if (written === undefined) throw new InstanceNotFoundError(instance.row.id, 'removed')
  return written
}

/**
 * Serves what was committed. That this process can't read it back, because the database went away or the board is being closed, does not make it
 * unwritten: it is not told as an error, and the next poll that reads catches up.
 *
 * @param types Keys of the types it is about: others may take their time to build. Default: all.
 */
export async function serve(scope: OperationScope, types: Iterable<string | undefined> = [undefined]): Promise<void> {
  try {
    await Promise.all(Array.from(new Set(types), (type) => scope.runtime.refresh(type)))
  } catch (error) {
    if (!(error instanceof StoreError) && !(error instanceof BoardClosedError)) throw error
  }
}

/** Serves what was committed, and tells the instance as it was written. */
export async function serveWritten(scope: OperationScope, { instance, sealed }: Written): Promise<InstanceDetail> {
  await serve(scope, [instance.typeKey])
  return detailOf(scope, instance, sealed)
}
