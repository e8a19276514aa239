import { sameJson, type Json } from '../config/index.ts'
import type { InstanceStatus } from '../contract/index.ts'
import type { InstanceRow } from '../store/index.ts'
import { configChanges, type FieldDiff } from './history-config.ts'
import type { Hold, Match } from './match-instances.ts'
import type { InstanceMetadata } from './check-input.ts'
import type { IndexedInstance } from '../runtime/index.ts'

/** What a file does, or would do, to one instance. */
export interface PlannedInstance {
  /** `hold`: nothing; `hold.reason` says why it is not as the file says. */
  readonly action: 'create' | 'update' | 'remove' | 'hold'
  /** `null` where it is yet to be created. */
  readonly id: string | null
  readonly type: string
  readonly plugin: string
  readonly name: string
  /** The name it has before, where it is renamed. */
  readonly renamedFrom: string | null
  /** Whether it comes under the file with this. */
  readonly adopted: boolean
  /** What changes beside the config: `status`, `priority`, … */
  readonly changes: readonly { readonly field: keyof InstanceMetadata; readonly from: unknown; readonly to: unknown }[]
  /** Fields of the config that change. Of a secret it is told that it changes, never what it was or is. */
  readonly config: readonly FieldDiff[]
  /** Secrets to be entered by hand; it is disabled until then. */
  readonly needs: readonly string[]
  readonly hold: Hold | null
}

/** The config an instance is to have. */
export interface WantedConfig {
  /** As it stands in the row, `undefined` where nothing is stored. */
  readonly raw: Json | undefined
  readonly rawVersion: number
  /** In the version of this code. */
  readonly stored: Json | undefined
  readonly config: Json
  /** With what its references stand for: it must not be stored. */
  readonly resolved: Json
  /** Whether what is stored must be written anew. */
  readonly changes: boolean
  /** The token in the row. */
  readonly token: string | null
}

/** One instance of the file, with all that is known of it. */
export interface Prepared extends Match {
  readonly id: string
  readonly config: WantedConfig | undefined
  readonly needs: readonly string[]
}

/** What is to be written. */
export interface Step {
  readonly prepared: Prepared
  readonly metadata: InstanceMetadata
  readonly changed: readonly (keyof InstanceMetadata)[]
  readonly adopts: boolean
  readonly told: PlannedInstance
}

const metadataFields = ['name', 'status', 'priority', 'weight', 'tags'] as const

/** What a file wants of one instance against what is stored; `undefined` where that is the same. Pure. */
export function stepOf(prepared: Prepared, source: string): Step | undefined {
  const { wanted, instance, config, needs, hold } = prepared
  const { plugin } = wanted
  const status: InstanceStatus = needs.length > 0 ? 'disabled' : wanted.metadata.status
  const metadata = { ...wanted.metadata, status }
  const row = instance?.row
  const told = {
    id: row?.id ?? null,
    type: plugin.type.key,
    plugin: plugin.key,
    name: metadata.name,
    renamedFrom: row !== undefined && row.name !== metadata.name ? row.name : null,
    needs,
  }
  const nothing = { adopted: false, changes: [], config: [] }
  if (hold !== undefined) {
    return { prepared, metadata, changed: [], adopts: false, told: { action: 'hold', ...told, ...nothing, needs: [], hold } }
  }
  const changed = metadataFields.filter((field) => row === undefined || !sameJson(row[field] as Json, metadata[field] as Json))
  const adopts = row?.managedBy !== source
  const differs = changed.length > 0 || adopts || config?.changes === true
  const waits = status !== wanted.metadata.status
  if (!differs && !waits) return undefined
  if (!differs) {
    const held: PlannedInstance = { action: 'hold', ...told, ...nothing, hold: { reason: 'needs_secrets' } }
    return { prepared, metadata, changed, adopts, told: held }
  }
  const model = plugin.config
  const diff = model === undefined || config?.changes !== true ? [] : configChanges(model, config.stored, config.config)
  const changes = changed.map((field) => ({ field, from: row?.[field] ?? null, to: metadata[field] }))
  const action = row === undefined ? 'create' : 'update'
  return {
    prepared,
    metadata,
    changed,
    adopts,
    told: { action, ...told, adopted: adopts && row !== undefined, changes, config: diff, hold: null },
  }
}

/** What becomes of an instance that the file lists no more. */
export function unlistedOf({ row, typeKey, pluginKey }: IndexedInstance, prune: boolean): PlannedInstance {
  return {
    action: prune ? 'remove' : 'hold',
    id: row.id,
    type: typeKey,
    plugin: pluginKey,
    name: row.name,
    renamedFrom: null,
    adopted: false,
    changes: [],
    config: [],
    needs: [],
    hold: prune ? null : { reason: 'not_listed' },
  }
}

/** A row as a step leaves it, as far as the history tells it. */
export function rowAfter(step: Step, source: string): InstanceMetadata & Pick<InstanceRow, 'managedBy'> {
  return { ...step.metadata, managedBy: source }
}
