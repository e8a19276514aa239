import type { Generated } from 'kysely'

/** A number as a driver may give it: BIGINT comes as text from some. */
export type Stored = number | string | bigint
/** 0 or 1. No database has a boolean that all drivers give back alike. */
export type Flag = Stored | boolean

/**
 * The tables, one to one with what the migrations make. Ids are UUIDs as text, times are milliseconds since the epoch, columns that hold
 * JSON are text. `config` and the sealed columns come last in their tables: a scan then reads none of their bytes.
 */
export interface Tables {
  readonly meta: {
    readonly id: number
    readonly epoch: string
    readonly revision: Stored
    readonly schema_version: Stored
    readonly oldest_reader: Stored
    readonly key_check: string | null
  }
  readonly types: {
    readonly id: string
    readonly key: string
    readonly label: string
    readonly description: string
    readonly strategy: string | null
    readonly order_revision: Generated<Stored>
    readonly stamp: Stored
    readonly created_at: Stored
    readonly updated_at: Stored
    readonly removed_at: Stored | null
  }
  readonly plugins: {
    readonly id: string
    readonly type_id: string
    readonly key: string
    readonly label: string
    readonly description: string
    readonly configurable: Flag
    readonly schema: string | null
    readonly default_priority: Stored
    readonly defaulted: Flag
    readonly stamp: Stored
    readonly created_at: Stored
    readonly updated_at: Stored
    readonly removed_at: Stored | null
  }
  readonly instances: {
    readonly id: string
    readonly type_id: string
    readonly plugin_id: string
    readonly name: string
    readonly status: string
    readonly priority: Stored
    readonly weight: Stored
    readonly tags: string
    readonly config_version: Stored
    readonly managed_by: string | null
    readonly key_id: string | null
    readonly revision: Stored
    readonly config_revision: Stored
    readonly created_revision: Stored
    readonly stamp: Stored
    readonly created_at: Stored
    readonly updated_at: Stored
    readonly removed_at: Stored | null
    readonly config: string | null
  }
  readonly history: {
    readonly id: string
    readonly revision: Stored
    readonly at: Stored
    readonly actor_id: string
    readonly actor_name: string
    readonly action: string
    readonly type_id: string | null
    readonly plugin_id: string | null
    readonly instance_id: string | null
    readonly changed: string
    readonly config_version_before: Stored | null
    readonly config_version_after: Stored | null
    readonly note: string | null
    readonly before: string | null
    readonly after: string | null
    readonly sealed_before: string | null
    readonly sealed_after: string | null
  }
  readonly processes: {
    readonly id: string
    readonly host: string
    readonly pid: Stored
    readonly release: string
    readonly key_ids: string
    readonly revision: Stored
    readonly started_at: Stored
    readonly seen_at: Stored
    readonly registered: string | null
    readonly config_versions: string | null
  }
  readonly leases: {
    readonly name: string
    readonly holder: string
    readonly beat: Stored
    readonly seen_at: Stored
  }
  readonly requests: {
    readonly id: string
    readonly fingerprint: string
    readonly instance_id: string
    readonly at: Stored
  }
  readonly health: {
    readonly instance_id: string
    readonly at: Stored
    readonly ok: Flag
    readonly latency_ms: Stored
    readonly message: string
  }
}

export type TableName = keyof Tables

/**
 * The tables' names with the user's prefix, and schema where there is one. Typed as the bare names, so that Kysely checks columns whatever the prefix is; that is why
 * queries give every table an alias or name columns alone.
 */
export type TableNames = { readonly [T in TableName]: T }

export function tableNames(prefix: string, schema?: string): TableNames {
  // Kysely reads `schema.table` as what it looks like.
  const named = <T extends TableName>(table: T): T => `${schema === undefined ? '' : `${schema}.`}${prefix}${table}` as T
  return {
    meta: named('meta'),
    types: named('types'),
    plugins: named('plugins'),
    instances: named('instances'),
    history: named('history'),
    processes: named('processes'),
    leases: named('leases'),
    requests: named('requests'),
    health: named('health'),
  }
}
