import type { AliasedRawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Flag } from './tables.ts'

/** Which columns are read, and under which names: those of rows.ts, so that a driver's row is nearly the row we give. */

export const metaColumns = [
  'epoch',
  'revision',
  'schema_version as schemaVersion',
  'oldest_reader as oldestReader',
  'key_check as keyCheck',
] as const

export const typeColumns = [
  'id',
  'key',
  'label',
  'description',
  'strategy',
  'order_revision as orderRevision',
  'stamp',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'removed_at as removedAt',
] as const

export const pluginColumns = [
  'id',
  'type_id as typeId',
  'key',
  'label',
  'description',
  'configurable',
  'schema',
  'default_priority as defaultPriority',
  'defaulted',
  'stamp',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'removed_at as removedAt',
] as const

/** What a snapshot holds of a plugin: no schema, which is long and which nobody asks a snapshot for. */
export const snapshotPluginColumns = [
  'id',
  'type_id as typeId',
  'key',
  'label',
  'description',
  'configurable',
  'default_priority as defaultPriority',
  'defaulted',
  'stamp',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'removed_at as removedAt',
] as const

/** What says which plugins there are. */
export const cataloguePluginColumns = ['id', 'type_id as typeId', 'key', 'defaulted', 'stamp', 'removed_at as removedAt'] as const

/** And what the code says of them. */
export const codeOwnedColumns = ['label', 'description', 'configurable', 'schema', 'default_priority as defaultPriority'] as const

/** Whether a config is stored, without reading it. */
export const hasConfig: AliasedRawBuilder<Flag, 'hasConfig'> = sql<Flag>`case when config is null then 0 else 1 end`.as('hasConfig')

/** All but the config, which only `configs` reads. */
export const instanceColumns = [
  'id',
  'type_id as typeId',
  'plugin_id as pluginId',
  'name',
  'status',
  'priority',
  'weight',
  'tags',
  'config_version as configVersion',
  'managed_by as managedBy',
  'key_id as keyId',
  'revision',
  'config_revision as configRevision',
  'created_revision as createdRevision',
  'stamp',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'removed_at as removedAt',
] as const

export const historyColumns = [
  'id',
  'revision',
  'at',
  'actor_id as actorId',
  'actor_name as actorName',
  'action',
  'type_id as typeId',
  'plugin_id as pluginId',
  'instance_id as instanceId',
  'changed',
  'config_version_before as configVersionBefore',
  'config_version_after as configVersionAfter',
  'note',
  'before',
  'after',
  'sealed_before as sealedBefore',
  'sealed_after as sealedAfter',
] as const

export const processColumns = [
  'id',
  'host',
  'pid',
  'release',
  'key_ids as keyIds',
  'revision',
  'started_at as startedAt',
  'seen_at as seenAt',
  'registered',
  'config_versions as configVersions',
] as const

export const leaseColumns = ['name', 'holder', 'beat'] as const

export const healthColumns = ['instance_id as instanceId', 'at', 'ok', 'latency_ms as latencyMs', 'message'] as const
