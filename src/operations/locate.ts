import { InstanceNotFoundError } from '../errors/index.ts'
import { checkId } from './instance-detail.ts'
import type { OperationScope } from './scope.ts'

/** Where an instance belongs. */
export interface Located {
  readonly id: string
  /** Key of its type. */
  readonly type: string
  readonly removed: boolean
}

/**
 * Finds the type of an instance, removed ones included: whoever guards types needs it before anything is read or done.
 *
 * @throws InstanceNotFoundError
 */
export async function locate(scope: OperationScope, id: string): Promise<Located> {
  const wanted = checkId(id)
  await scope.runtime.loadRows()
  const known = scope.runtime.index.instance(wanted)
  if (known !== undefined) return { id: wanted, type: known.typeKey, removed: false }
  return scope.store.read(async (reader) => {
    const [row] = await reader.instances({ ids: [wanted], removed: true })
    if (row === undefined) throw new InstanceNotFoundError(id, 'unknown')
    const key = (await reader.types(-1)).find((each) => each.id === row.typeId)?.key ?? '(unknown)'
    return { id: wanted, type: scope.registry.typeNamed(key)?.key ?? key, removed: row.removedAt !== null }
  })
}
