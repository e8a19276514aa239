import type { Selection } from 'kysely'
import type {
  cataloguePluginColumns,
  codeOwnedColumns,
  healthColumns,
  historyColumns,
  instanceColumns,
  leaseColumns,
  metaColumns,
  pluginColumns,
  processColumns,
  snapshotPluginColumns,
  typeColumns,
} from './columns.ts'
import type {
  CataloguePlugin,
  HealthRow,
  HistoryRow,
  InstanceRow,
  LeaseRow,
  MetaRow,
  PluginRow,
  ProcessRow,
  SnapshotPlugin,
  Status,
  TypeRow,
} from './rows.ts'
import type { Flag, Stored, TableName, Tables } from './tables.ts'

type Selected<T extends TableName, C extends readonly string[]> = Selection<Tables, T, C[number] extends infer S ? S : never>
type Read<T> = { readonly [K in keyof T]: T[K] }

/** A number, whatever the driver made of it. */
export function toNumber(value: Stored): number {
  return typeof value === 'number' ? value : Number(value)
}

const orNull = (value: Stored | null): number | null => (value === null ? null : toNumber(value))

/** A flag, whatever the driver made of it. */
const toBoolean = (value: Flag): boolean => Number(value) === 1

const none: readonly string[] = Object.freeze([])

/** A JSON array of text. Most are empty, and those share one array: a snapshot holds many. */
const texts = (json: string): readonly string[] => (json === '[]' ? none : (JSON.parse(json) as string[]))

const object = (json: string | null): Readonly<Record<string, unknown>> | null =>
  json === null ? null : (JSON.parse(json) as Readonly<Record<string, unknown>>)

export const toMeta = (row: Read<Selected<'meta', typeof metaColumns>>): MetaRow => ({
  epoch: row.epoch,
  revision: toNumber(row.revision),
  schemaVersion: toNumber(row.schemaVersion),
  oldestReader: toNumber(row.oldestReader),
  keyCheck: row.keyCheck,
})

export const toType = (row: Read<Selected<'types', typeof typeColumns>>): TypeRow => ({
  id: row.id,
  key: row.key,
  label: row.label,
  description: row.description,
  strategy: row.strategy,
  orderRevision: toNumber(row.orderRevision),
  stamp: toNumber(row.stamp),
  createdAt: toNumber(row.createdAt),
  updatedAt: toNumber(row.updatedAt),
  removedAt: orNull(row.removedAt),
})

export const toPlugin = (row: Read<Selected<'plugins', typeof pluginColumns>>): PluginRow => ({
  id: row.id,
  typeId: row.typeId,
  key: row.key,
  label: row.label,
  description: row.description,
  configurable: toBoolean(row.configurable),
  schema: row.schema,
  defaultPriority: toNumber(row.defaultPriority),
  defaulted: toBoolean(row.defaulted),
  stamp: toNumber(row.stamp),
  createdAt: toNumber(row.createdAt),
  updatedAt: toNumber(row.updatedAt),
  removedAt: orNull(row.removedAt),
})

export const toSnapshotPlugin = (row: Read<Selected<'plugins', typeof snapshotPluginColumns>>): SnapshotPlugin => ({
  id: row.id,
  typeId: row.typeId,
  key: row.key,
  label: row.label,
  description: row.description,
  configurable: toBoolean(row.configurable),
  defaultPriority: toNumber(row.defaultPriority),
  defaulted: toBoolean(row.defaulted),
  stamp: toNumber(row.stamp),
  createdAt: toNumber(row.createdAt),
  updatedAt: toNumber(row.updatedAt),
  removedAt: orNull(row.removedAt),
})

export const toCataloguePlugin = (row: Read<Selected<'plugins', typeof cataloguePluginColumns>>): CataloguePlugin => ({
  id: row.id,
  typeId: row.typeId,
  key: row.key,
  defaulted: toBoolean(row.defaulted),
  stamp: toNumber(row.stamp),
  removedAt: orNull(row.removedAt),
})

type CodeOwned = Read<Selected<'plugins', typeof codeOwnedColumns>>

/** The same with what the code owns. */
export const toComparedPlugin = (row: Read<Selected<'plugins', typeof cataloguePluginColumns>> & CodeOwned): CataloguePlugin => ({
  ...toCataloguePlugin(row),
  label: row.label,
  description: row.description,
  configurable: toBoolean(row.configurable),
  schema: row.schema,
  defaultPriority: toNumber(row.defaultPriority),
})

/** A row of an instance as a driver gives it. */
export type InstanceColumns = Read<Selected<'instances', typeof instanceColumns>> & { readonly hasConfig: Flag }

/** Rows of instances. What many of them say alike is kept once: a driver gives each row a text of its own, and a snapshot holds many rows. */
export function toInstances(rows: readonly InstanceColumns[]): InstanceRow[] {
  const seen = new Map<string, string>()
  const once = (text: string): string => {
    const known = seen.get(text)
    if (known === undefined) seen.set(text, text)
    return known ?? text
  }
  return rows.map((row) => toInstance(row, once))
}

const toInstance = (row: InstanceColumns, once: (text: string) => string): InstanceRow => ({
  id: row.id,
  typeId: once(row.typeId),
  pluginId: once(row.pluginId),
  name: row.name,
  // Written by us alone, and only from a Status.
  status: once(row.status) as Status,
  priority: toNumber(row.priority),
  weight: toNumber(row.weight),
  tags: texts(row.tags),
  configVersion: toNumber(row.configVersion),
  managedBy: row.managedBy === null ? null : once(row.managedBy),
  hasConfig: toBoolean(row.hasConfig),
  keyId: row.keyId === null ? null : once(row.keyId),
  revision: toNumber(row.revision),
  configRevision: toNumber(row.configRevision),
  createdRevision: toNumber(row.createdRevision),
  stamp: toNumber(row.stamp),
  createdAt: toNumber(row.createdAt),
  updatedAt: toNumber(row.updatedAt),
  removedAt: orNull(row.removedAt),
})

export const toHistory = (row: Read<Selected<'history', typeof historyColumns>>): HistoryRow => ({
  id: row.id,
  revision: toNumber(row.revision),
  at: toNumber(row.at),
  actorId: row.actorId,
  actorName: row.actorName,
  action: row.action,
  typeId: row.typeId,
  pluginId: row.pluginId,
  instanceId: row.instanceId,
  changed: texts(row.changed),
  before: object(row.before),
  after: object(row.after),
  sealedBefore: row.sealedBefore,
  sealedAfter: row.sealedAfter,
  configVersionBefore: orNull(row.configVersionBefore),
  configVersionAfter: orNull(row.configVersionAfter),
  note: row.note,
})

export const toProcess = (row: Read<Selected<'processes', typeof processColumns>>): ProcessRow => ({
  id: row.id,
  host: row.host,
  pid: toNumber(row.pid),
  release: row.release,
  keyIds: texts(row.keyIds),
  revision: toNumber(row.revision),
  startedAt: toNumber(row.startedAt),
  seenAt: toNumber(row.seenAt),
  // As `heartbeat` wrote it.
  registered: row.registered === null ? null : (JSON.parse(row.registered) as ProcessRow['registered']),
  configVersions: row.configVersions === null ? null : (JSON.parse(row.configVersions) as ProcessRow['configVersions']),
})

export const toLease = (row: Read<Selected<'leases', typeof leaseColumns>>): LeaseRow => ({
  name: row.name,
  holder: row.holder,
  beat: toNumber(row.beat),
})

export const toHealth = (row: Read<Selected<'health', typeof healthColumns>>): HealthRow => ({
  instanceId: row.instanceId,
  at: toNumber(row.at),
  ok: toBoolean(row.ok),
  latencyMs: toNumber(row.latencyMs),
  message: row.message,
})
