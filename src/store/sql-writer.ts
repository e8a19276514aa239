import { sql } from 'kysely'
import type { BulkTarget, ColumnValues, RowUpdate } from './bulk.ts'
import { insertRows, updateRows } from './bulk.ts'
import { purgeableEntries, purgeableTombstones } from './purge.ts'
import { resealRows } from './reseal.ts'
import type { SqlContext } from './sql-reader.ts'
import { SqlReader } from './sql-reader.ts'
import { storableText } from './storable-text.ts'
import type {
  HistoryPurge,
  InstanceChange,
  MadeOnce,
  NewHistory,
  NewInstance,
  NewPlugin,
  NewType,
  PluginChange,
  PurgeCounts,
  Resealing,
  StoreWriter,
  TokenPlace,
  TypeChange,
} from './store.ts'
import type { TableName } from './tables.ts'

export interface SqlWriterContext extends SqlContext {
  readonly revision: number
  readonly now: number
  readonly newId: () => string
}

/** Reads and writes inside one write's transaction. Thousands of rows are one statement. */
export class SqlWriter extends SqlReader implements StoreWriter {
  readonly revision: number
  readonly now: number
  readonly #newId: () => string

  constructor({ revision, now, newId, ...context }: SqlWriterContext) {
    super(context)
    this.revision = revision
    this.now = now
    this.#newId = newId
  }

  async insertTypes(types: readonly NewType[]): Promise<readonly string[]> {
    const rows = types.map(({ key, label, description }) => ({ id: this.#newId(), key, label, description }))
    await this.#insert('types', rows, { strategy: null, order_revision: 0, ...this.#created })
    return rows.map(({ id }) => id)
  }

  async insertPlugins(plugins: readonly NewPlugin[]): Promise<readonly string[]> {
    const rows = plugins.map((plugin) => ({
      id: this.#newId(),
      type_id: plugin.typeId,
      key: plugin.key,
      label: plugin.label,
      description: plugin.description,
      configurable: Number(plugin.configurable),
      schema: plugin.schema,
      default_priority: plugin.defaultPriority,
      defaulted: Number(plugin.defaulted),
    }))
    await this.#insert('plugins', rows, this.#created)
    return rows.map(({ id }) => id)
  }

  async insertInstances(instances: readonly NewInstance[]): Promise<void> {
    const rows = instances.map((instance) => ({
      id: instance.id,
      type_id: instance.typeId,
      plugin_id: instance.pluginId,
      name: instance.name,
      status: instance.status,
      priority: instance.priority,
      weight: instance.weight,
      tags: JSON.stringify(instance.tags),
      config_version: instance.configVersion,
      managed_by: instance.managedBy,
      key_id: instance.keyId,
      config: instance.config,
    }))
    await this.#insert('instances', rows, { revision: 1, config_revision: 1, created_revision: this.revision, ...this.#created })
  }

  async updateTypes(changes: readonly TypeChange[]): Promise<void> {
    const updates = changes.map((change) => ({
      id: change.id,
      set: present({
        key: change.key,
        label: change.label,
        description: change.description,
        strategy: change.strategy,
        removed_at: change.removedAt,
      }),
      raise: change.reordered === true ? ['order_revision'] : [],
    }))
    await this.#update('types', updates)
  }

  async updatePlugins(changes: readonly PluginChange[]): Promise<void> {
    const updates = changes.map((change) => ({
      id: change.id,
      set: present({
        key: change.key,
        label: change.label,
        description: change.description,
        configurable: flag(change.configurable),
        schema: change.schema,
        default_priority: change.defaultPriority,
        defaulted: flag(change.defaulted),
        removed_at: change.removedAt,
      }),
      raise: [],
    }))
    await this.#update('plugins', updates)
  }

  async updateInstances(changes: readonly InstanceChange[]): Promise<void> {
    const updates = changes.map((change) => ({
      id: change.id,
      set: present({
        name: change.name,
        status: change.status,
        priority: change.priority,
        weight: change.weight,
        tags: change.tags === undefined ? undefined : JSON.stringify(change.tags),
        config: change.config,
        key_id: change.keyId,
        config_version: change.configVersion,
        managed_by: change.managedBy,
        removed_at: change.removedAt,
      }),
      raise: [...(change.quiet === true ? [] : ['revision']), ...(change.rebuild === true ? ['config_revision'] : [])],
    }))
    await this.#update('instances', updates)
  }

  async reprioritise(priorities: readonly { readonly id: string; readonly priority: number }[]): Promise<void> {
    await this.#update(
      'instances',
      priorities.map(({ id, priority }) => ({ id, set: { priority }, raise: [] })),
    )
  }

  async appendHistory(entries: readonly NewHistory[]): Promise<void> {
    const rows = entries.map((entry) => ({
      id: this.#newId(),
      actor_id: entry.actorId,
      actor_name: entry.actorName,
      action: entry.action,
      type_id: entry.typeId,
      plugin_id: entry.pluginId,
      instance_id: entry.instanceId,
      changed: JSON.stringify(entry.changed),
      before: json(entry.before),
      after: json(entry.after),
      sealed_before: entry.sealedBefore,
      sealed_after: entry.sealedAfter,
      config_version_before: entry.configVersionBefore,
      config_version_after: entry.configVersionAfter,
      note: entry.note,
    }))
    await this.#insert('history', rows, { revision: this.revision, at: this.now })
  }

  reseal(place: TokenPlace, changes: readonly Resealing[]): Promise<number> {
    const table = place === 'instance' ? 'instances' : 'history'
    return this.ask(resealRows(this.#target(table), place, changes, this.revision))
  }

  async purgeHistory(purge: HistoryPurge): Promise<PurgeCounts> {
    const { db, names } = this.context
    // Ids by way of a table of their own: not every database deletes from a table that it reads in the same statement.
    const entries = sql<string>`(select id from (${purgeableEntries(names, purge)}) as p)`
    const gone = await this.ask(db.deleteFrom(names.history).where('id', 'in', entries).executeTakeFirst())
    if (purge.tombstonesBefore === null) return { entries: Number(gone.numDeletedRows), tombstones: 0 }
    const ids = sql<string>`(select id from (${purgeableTombstones(names, purge)}) as p)`
    await this.ask(db.deleteFrom(names.health).where('instance_id', 'in', ids).execute())
    const tombstones = await this.ask(db.deleteFrom(names.instances).where('id', 'in', ids).executeTakeFirst())
    return { entries: Number(gone.numDeletedRows), tombstones: Number(tombstones.numDeletedRows) }
  }

  async noteRequest({ id, fingerprint, instanceId }: MadeOnce, forgetBefore: number): Promise<MadeOnce | null> {
    const { db, dialect, names } = this.context
    await this.ask(db.deleteFrom(names.requests).where('at', '<', forgetBefore).execute())
    const columns = ['id', 'fingerprint', 'instance_id as instanceId'] as const
    const known = await this.ask(db.selectFrom(names.requests).select(columns).where('id', '=', id).executeTakeFirst())
    if (known !== undefined) return known
    const row = { id, fingerprint, instance_id: instanceId, at: this.now }
    await this.ask(insertRows({ db, dialect, table: names.requests }, [row]))
    return null
  }

  async setKeyCheck(token: string): Promise<void> {
    const { db, names } = this.context
    await this.ask(
      db
        .updateTable(names.meta)
        .set({ key_check: storableText('keyCheck', token) })
        .execute(),
    )
  }

  get #created(): ColumnValues {
    return { stamp: this.revision, created_at: this.now, updated_at: this.now, removed_at: null }
  }

  #target(table: TableName): BulkTarget {
    const { db, dialect, names } = this.context
    return { db, dialect, table: names[table] }
  }

  #insert(table: TableName, rows: readonly ColumnValues[], same: ColumnValues): Promise<void> {
    return this.ask(insertRows(this.#target(table), rows, same))
  }

  #update(table: TableName, updates: readonly RowUpdate[]): Promise<void> {
    return this.ask(updateRows(this.#target(table), updates, { stamp: this.revision, updated_at: this.now }))
  }
}

const flag = (value: boolean | undefined): number | undefined => (value === undefined ? undefined : Number(value))
const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value))

/** Only what a change names. */
function present(values: Readonly<Record<string, string | number | null | undefined>>): ColumnValues {
  const entries = Object.entries(values).filter((entry): entry is [string, string | number | null] => entry[1] !== undefined)
  return Object.fromEntries(entries)
}
