import type { InstanceStatus } from '../contract/index.ts'
import type { IndexedInstance } from '../runtime/index.ts'
import type { HealthRow } from '../store/index.ts'
import { healthTold, type InstanceMetrics } from './eject.ts'
import { rowState, type InstanceState } from './row-state.ts'
import type { OperationScope } from './scope.ts'

/** How the last test of an instance ended. */
export interface LastTest {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly ok: boolean
  readonly latencyMs: number
  readonly message: string
}

/** An instance in a list: metadata and state, nothing of its config. */
export interface InstanceSummary {
  readonly id: string
  /** Key of the type. */
  readonly type: string
  /** Key of the plugin. */
  readonly plugin: string
  readonly name: string
  readonly status: InstanceStatus
  readonly priority: number
  readonly weight: number
  readonly tags: readonly string[]
  readonly managedBy: string | null
  /** What a conditional write names. */
  readonly revision: number
  readonly configRevision: number
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly state: InstanceState
  /** Its last test, by whichever process; `null` where there was none. */
  readonly lastTest: LastTest | null
  /** Whether its calls are passed over in this process; `null` where it was not built here. */
  readonly health: InstanceMetrics['health'] | null
}

export function summaryOf(scope: OperationScope, instance: IndexedInstance, tested: HealthRow | undefined): InstanceSummary {
  const { row, typeKey, pluginKey } = instance
  const { id, name, status, priority, weight, tags, managedBy, revision, configRevision, createdAt, updatedAt } = row
  const metadata = { name, status, priority, weight, tags, managedBy, revision, configRevision, createdAt, updatedAt }
  const record = scope.runtime.pool.record(id)
  return {
    id,
    type: typeKey,
    plugin: pluginKey,
    ...metadata,
    state: rowState(scope, instance),
    lastTest: tested === undefined ? null : { at: tested.at, ok: tested.ok, latencyMs: tested.latencyMs, message: tested.message },
    health: record === undefined ? null : healthTold(record.health, scope.elapsed()),
  }
}
