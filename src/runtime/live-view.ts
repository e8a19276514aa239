import type { InstanceView } from '../contract/index.ts'
import { InstanceNotFoundError } from '../errors/index.ts'
import type { InstanceIndex } from './instance-index.ts'

/** A plugin's view of its own row, which follows a rename or a change of status. */
export function liveView(index: InstanceIndex, id: string): InstanceView {
  let last = index.instance(id)?.row
  const row = (): NonNullable<typeof last> => {
    last = index.instance(id)?.row ?? last
    if (last === undefined) throw new InstanceNotFoundError(id, 'removed')
    return last
  }
  return {
    id,
    get name() {
      return row().name
    },
    get status() {
      return row().status
    },
    get tags() {
      return row().tags
    },
  }
}
