/** Rows as the store gives and takes them: plain data, times in milliseconds since the epoch, configs sealed. */

export type Status = 'active' | 'reserved' | 'disabled'

/** The one meta row. */
export interface MetaRow {
  /** Random; another one means another database (a restored backup): read everything again. */
  readonly epoch: string
  /** Raised by every write, in its transaction. */
  readonly revision: number
  readonly schemaVersion: number
  /** The lowest schema version a release must know to read this database. */
  readonly oldestReader: number
  /** A token that tells whether the right keys are at hand; `null` until keys were first used. */
  readonly keyCheck: string | null
}

export interface TypeRow {
  readonly id: string
  readonly key: string
  readonly label: string
  readonly description: string
  /** The strategy operators chose, `null` for the code's own. */
  readonly strategy: string | null
  /** Raised when the order of its instances changes. */
  readonly orderRevision: number
  /** Board revision of the last write that touched this row. */
  readonly stamp: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly removedAt: number | null
}

export interface PluginRow {
  readonly id: string
  readonly typeId: string
  readonly key: string
  readonly label: string
  readonly description: string
  readonly configurable: boolean
  /** JSON Schema of the config's input as text, `null` without config. */
  readonly schema: string | null
  readonly defaultPriority: number
  /** Whether its default instance was made, so that it is made once. */
  readonly defaulted: boolean
  readonly stamp: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly removedAt: number | null
}

/** A plugin as a snapshot holds it. */
export type SnapshotPlugin = Omit<PluginRow, 'schema'>

/** A plugin as sync looks at it; what the code owns only where it was asked for. */
export type CataloguePlugin = Pick<PluginRow, 'id' | 'typeId' | 'key' | 'defaulted' | 'stamp' | 'removedAt'> &
  Partial<Pick<PluginRow, 'label' | 'description' | 'configurable' | 'schema' | 'defaultPriority'>>

/** An instance without its sealed config: what a snapshot and every list hold. */
export interface InstanceRow {
  readonly id: string
  readonly typeId: string
  readonly pluginId: string
  readonly name: string
  readonly status: Status
  readonly priority: number
  readonly weight: number
  readonly tags: readonly string[]
  /** Version of the plugin's config schema that the stored config was written with. */
  readonly configVersion: number
  /** What owns this row instead of operators, e.g. a file; `null` for operators. */
  readonly managedBy: string | null
  /** Whether a sealed config is stored. */
  readonly hasConfig: boolean
  /** Id of the key its config is sealed with. */
  readonly keyId: string | null
  /** What a conditional write compares. Reorder and re-sealing leave it. */
  readonly revision: number
  /** What decides whether its object must be rebuilt. */
  readonly configRevision: number
  /** Board revision at which it was created: creation order, whatever the clock did. */
  readonly createdRevision: number
  readonly stamp: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly removedAt: number | null
}

/** The sealed config of one instance. */
export interface SealedConfig {
  readonly id: string
  readonly config: string | null
  readonly configVersion: number
  readonly configRevision: number
}

/** A sealed config with what it is bound to, and what tells people whose it is. */
export interface SealedInstance {
  readonly id: string
  readonly pluginId: string
  readonly name: string
  readonly removed: boolean
  readonly config: string
}

/** The sealed configs of one entry of the history, with what they are bound to. */
export interface SealedHistory {
  readonly id: string
  readonly instanceId: string | null
  readonly pluginId: string | null
  readonly sealedBefore: string | null
  readonly sealedAfter: string | null
}

export interface HistoryRow {
  readonly id: string
  /** Board revision of the write. */
  readonly revision: number
  readonly at: number
  readonly actorId: string
  readonly actorName: string
  /** `create`, `update`, `status`, `reorder`, `remove`, `restore`, `rollback`, `sync`, … */
  readonly action: string
  readonly typeId: string | null
  readonly pluginId: string | null
  readonly instanceId: string | null
  /** Dotted paths of what changed: `name`, `status`, `config.apiKey`. */
  readonly changed: readonly string[]
  /** Everything but the config, before and after, as JSON; `null` where there was or is nothing. */
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly sealedBefore: string | null
  readonly sealedAfter: string | null
  readonly configVersionBefore: number | null
  readonly configVersionAfter: number | null
  /** Why, in the actor's words. */
  readonly note: string | null
}

/** One running process. */
export interface ProcessRow {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly release: string
  readonly keyIds: readonly string[]
  /** Revision its snapshot is at. */
  readonly revision: number
  readonly startedAt: number
  readonly seenAt: number
  /** The code it answers for: names of types to names of their plugins, `null` for any plugin. `null` where its release does not tell. */
  readonly registered: Readonly<Record<string, readonly string[] | null>> | null
  /** Versions of configs it reads: keys of types to keys of their plugins, those of version 1 left out. `null` where it does not tell. */
  readonly configVersions: Readonly<Record<string, Readonly<Record<string, number>>>> | null
}

/** Work that one process does for all. */
export interface LeaseRow {
  readonly name: string
  /** Id of the process that has it. */
  readonly holder: string
  /** Raised whenever the holder says that it lives. */
  readonly beat: number
}

/** Outcome of the last test of an instance. */
export interface HealthRow {
  readonly instanceId: string
  readonly at: number
  readonly ok: boolean
  readonly latencyMs: number
  readonly message: string
}
