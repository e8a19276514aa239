import type { InstanceStatus } from '../contract/index.ts'
import { ConflictError, ManagedByFileError } from '../errors/index.ts'
import { priorityLimit } from '../registry/index.ts'
import type { InstanceRow } from '../store/index.ts'

/** Room between two neighbours, so that one can be put between them by hand. */
const step = 10

interface NewPriority {
  readonly id: string
  readonly priority: number
}

/**
 * Priorities that make an order. Where files manage some of the instances, theirs stay and the others are put around them, each status by itself, since it
 * comes first anyway.
 *
 * @param current Ids in the order as it stands.
 * @param ids Ids in the order that is wanted.
 * @throws ConflictError where there are too many; ManagedByFileError where one that a file manages would have to move.
 */
export function prioritiesFor(
  type: string,
  current: readonly string[],
  rows: readonly InstanceRow[],
  ids: readonly string[],
): readonly NewPriority[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  if (rows.every((row) => row.managedBy === null)) {
    if (ids.length * step > priorityLimit) throw new ConflictError(`'${type}' has too many instances to order by hand.`)
    return ids.map((id, index) => ({ id, priority: (index + 1) * step }))
  }
  const statuses: readonly InstanceStatus[] = ['active', 'reserved', 'disabled']
  return statuses.flatMap((status) => {
    const among = (list: readonly string[]): InstanceRow[] =>
      list.flatMap((id) => byId.get(id) ?? []).filter((row) => row.status === status)
    return around(among(current), among(ids))
  })
}

/** The free ones between those that stay. */
function around(before: readonly InstanceRow[], wanted: readonly InstanceRow[]): readonly NewPriority[] {
  if (before.every((row, index) => row.id === wanted[index]?.id)) return []
  const fixed = before.filter(isManaged)
  const moved = wanted.filter(isManaged).find((row, index) => row.id !== fixed[index]?.id)
  if (moved !== undefined) throw new ManagedByFileError(moved.name, moved.managedBy ?? '')
  const result: NewPriority[] = []
  let lower: InstanceRow | undefined
  let waiting: InstanceRow[] = []
  for (const row of [...wanted, undefined]) {
    if (row !== undefined && !isManaged(row)) waiting.push(row)
    else {
      result.push(...between(lower, waiting, row))
      lower = row
      waiting = []
    }
  }
  return result
}

function between(lower: InstanceRow | undefined, rows: readonly InstanceRow[], upper: InstanceRow | undefined): readonly NewPriority[] {
  const room = lower === undefined || upper === undefined ? step : (upper.priority - lower.priority) / (rows.length + 1)
  const wide = Math.min(step, Math.floor(room))
  const first = lower === undefined ? (upper?.priority ?? 0) - wide * rows.length : lower.priority + wide
  const last = first + wide * (rows.length - 1)
  const stuck = lower ?? upper
  if (rows.length > 0 && stuck !== undefined && (wide < 1 || first < -priorityLimit || last > priorityLimit))
    throw new ManagedByFileError(stuck.name, stuck.managedBy ?? '')
  return rows.map(({ id }, index) => ({ id, priority: first + wide * index }))
}

function isManaged(row: InstanceRow): boolean {
  return row.managedBy !== null
}
