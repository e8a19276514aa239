import type { InstanceStatus } from '../contract/index.ts'

/** What the order of instances depends on. */
export interface Orderable {
  readonly id: string
  readonly status: InstanceStatus
  readonly priority: number
  /** Board revision at which it was created: creation order, whatever the clock did. */
  readonly createdRevision: number
}

const rank: Readonly<Record<InstanceStatus, number>> = { active: 0, reserved: 1, disabled: 2 }

/** Selection order: ACTIVE, RESERVED, DISABLED; then lower priority; then creation order; then id. Total, so the same everywhere. */
export function compareInstances(a: Orderable, b: Orderable): number {
  return (
    rank[a.status] - rank[b.status] ||
    a.priority - b.priority ||
    a.createdRevision - b.createdRevision ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  )
}
