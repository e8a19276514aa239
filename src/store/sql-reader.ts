// Long because every question to the database stands here once, beside the columns and the order that it asks for.
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { SchemaMissingError } from '../errors/index.ts'
import {
  cataloguePluginColumns,
  codeOwnedColumns,
  hasConfig,
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
import type { Dialect } from './dialect.ts'
import { readHeads } from './heads.ts'
import { schemaVersion } from './migrations/index.ts'
import {
  toCataloguePlugin,
  toComparedPlugin,
  toHealth,
  toHistory,
  toInstances,
  toLease,
  toMeta,
  toNumber,
  toPlugin,
  toProcess,
  toSnapshotPlugin,
  toType,
} from './row-mapping.ts'
import { purgeableEntries, purgeableTombstones } from './purge.ts'
import type {
  HealthRow,
  HistoryRow,
  InstanceRow,
  LeaseRow,
  MetaRow,
  PluginRow,
  ProcessRow,
  SealedConfig,
  SealedHistory,
  SealedInstance,
  TypeRow,
} from './rows.ts'
import type {
  Catalogue,
  HistoryFilter,
  HistoryPurge,
  InstanceCount,
  InstanceFilter,
  PurgeCounts,
  RemovedFilter,
  SealedCounts,
  SealedPage,
  SnapshotRows,
  StoreReader,
} from './store.ts'
import { storeProblem } from './store-problem.ts'
import type { Stored, TableNames, Tables } from './tables.ts'

/** What readers and writers work with. */
export interface SqlContext {
  readonly db: Kysely<Tables>
  readonly dialect: Dialect
  readonly names: TableNames
}

const usualHistory = 50
/** Characters of tokens, about, that one page holds: tokens of a megabyte come a few at a time. */
const largestPageSize = 4_000_000
const isSealed = sql<boolean>`(sealed_before is not null or sealed_after is not null)`

/** The reads, on whatever connection it is given: a snapshot's, or a write's own. */
export class SqlReader implements StoreReader {
  protected readonly context: SqlContext
  constructor(context: SqlContext) {
    this.context = context
  }

  async meta(): Promise<MetaRow> {
    const { db, names } = this.context
    const row = await this.ask(db.selectFrom(names.meta).select(metaColumns).executeTakeFirst())
    if (row === undefined) throw new SchemaMissingError(0, schemaVersion)
    return toMeta(row)
  }

  async types(since?: number): Promise<readonly TypeRow[]> {
    const { db, names } = this.context
    const query = db.selectFrom(names.types).select(typeColumns)
    const rows = await this.ask(
      (since === undefined ? query.where('removed_at', 'is', null) : query.where('stamp', '>', since).orderBy('stamp'))
        .orderBy('id')
        .execute(),
    )
    return rows.map(toType)
  }

  async plugins(since?: number): Promise<readonly PluginRow[]> {
    const { db, names } = this.context
    const query = db.selectFrom(names.plugins).select(pluginColumns)
    const rows = await this.ask(
      (since === undefined ? query.where('removed_at', 'is', null) : query.where('stamp', '>', since).orderBy('stamp'))
        .orderBy('id')
        .execute(),
    )
    return rows.map(toPlugin)
  }

  async instances({ since, ids, typeId, removed = false }: InstanceFilter = {}): Promise<readonly InstanceRow[]> {
    const { db, names } = this.context
    let query = db.selectFrom(names.instances).select([...instanceColumns, hasConfig])
    // Ordered by stamp, too, or SQLite walks all rows by id to spare itself the sorting.
    if (since !== undefined) query = query.where('stamp', '>', since).orderBy('stamp')
    else if (!removed) query = query.where('removed_at', 'is', null)
    if (ids !== undefined) query = query.where('id', 'in', this.idSet(ids))
    if (typeId !== undefined) query = query.where('type_id', '=', typeId)
    return toInstances(await this.ask(query.orderBy('id').execute()))
  }

  async snapshot(since?: number): Promise<SnapshotRows> {
    const { db, names } = this.context
    // One after the other: a transaction has one connection. Without an order: to sort ids by a language's rules takes a database longer than to read the rows.
    const types = await this.types(since)
    const ofPlugins = db.selectFrom(names.plugins).select(snapshotPluginColumns)
    const plugins = await this.ask(
      (since === undefined ? ofPlugins.where('removed_at', 'is', null) : ofPlugins.where('stamp', '>', since)).execute(),
    )
    const ofInstances = db.selectFrom(names.instances).select([...instanceColumns, hasConfig])
    const instances = await this.ask(
      (since === undefined ? ofInstances.where('removed_at', 'is', null) : ofInstances.where('stamp', '>', since)).execute(),
    )
    return { types, plugins: plugins.map(toSnapshotPlugin), instances: toInstances(instances) }
  }

  async catalogue({ whole }: { readonly whole: boolean }): Promise<Catalogue> {
    const { db, names } = this.context
    const types = await this.types(-1)
    const query = db.selectFrom(names.plugins).select(cataloguePluginColumns)
    const plugins = whole
      ? (await this.ask(query.select(codeOwnedColumns).execute())).map(toComparedPlugin)
      : (await this.ask(query.execute())).map(toCataloguePlugin)
    return { types, plugins, counts: await this.instanceCounts() }
  }

  async heads(typeIds: readonly string[], most: number): Promise<readonly InstanceRow[]> {
    return this.ask(readHeads(this.context, typeIds, most))
  }

  async removed({ typeIds, limit, after }: RemovedFilter): Promise<readonly InstanceRow[]> {
    const { db, names } = this.context
    let query = db
      .selectFrom(names.instances)
      .select([...instanceColumns, hasConfig])
      .where('removed_at', 'is not', null)
      .orderBy('removed_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
    if (typeIds !== undefined) query = query.where('type_id', 'in', this.idSet(typeIds))
    if (after !== undefined) {
      // The first condition is what an index seeks by.
      query = query
        .where('removed_at', '<=', after.removedAt)
        .where((eb) => eb.or([eb('removed_at', '<', after.removedAt), eb('id', '<', after.id)]))
    }
    return toInstances(await this.ask(query.execute()))
  }

  async hasMoreInstancesThan(count: number): Promise<boolean> {
    const { db, names } = this.context
    const beyond = db.selectFrom(names.instances).select('id').where('removed_at', 'is', null).limit(1).offset(count)
    return (await this.ask(beyond.executeTakeFirst())) !== undefined
  }

  async instanceCounts(): Promise<readonly InstanceCount[]> {
    const { db, names } = this.context
    const rows = await this.ask(
      db
        .selectFrom(names.instances)
        .select([
          'type_id as typeId',
          'plugin_id as pluginId',
          sql<Stored>`count(*)`.as('all'),
          sql<Stored>`count(removed_at)`.as('removed'),
        ])
        .groupBy(['type_id', 'plugin_id'])
        .execute(),
    )
    return rows.map((row) => {
      const removed = toNumber(row.removed)
      return { pluginId: row.pluginId, typeId: row.typeId, live: toNumber(row.all) - removed, removed }
    })
  }

  async configs(ids: readonly string[]): Promise<readonly SealedConfig[]> {
    if (ids.length === 0) return []
    const { db, names } = this.context
    const rows = await this.ask(
      db
        .selectFrom(names.instances)
        .select(['id', 'config', 'config_version as configVersion', 'config_revision as configRevision'])
        .where('id', 'in', this.idSet(ids))
        .execute(),
    )
    return rows.map((row) => ({
      id: row.id,
      config: row.config,
      configVersion: toNumber(row.configVersion),
      configRevision: toNumber(row.configRevision),
    }))
  }

  async history({ instanceId, typeId, limit = usualHistory, before }: HistoryFilter = {}): Promise<readonly HistoryRow[]> {
    const { db, names } = this.context
    let query = db.selectFrom(names.history).select(historyColumns).orderBy('revision', 'desc').orderBy('id', 'desc').limit(limit)
    if (instanceId !== undefined) query = query.where('instance_id', '=', instanceId)
    if (typeId !== undefined) query = query.where('type_id', '=', typeId)
    if (before !== undefined) {
      // The first condition is what an index seeks by.
      query = query
        .where('revision', '<=', before.revision)
        .where((eb) => eb.or([eb('revision', '<', before.revision), eb('id', '<', before.id)]))
    }
    return (await this.ask(query.execute())).map(toHistory)
  }

  async sealedInstances(page: SealedPage): Promise<readonly SealedInstance[]> {
    const { db, names } = this.context
    const size = sql<Stored>`length(config)`.as('size')
    let sizes = db.selectFrom(names.instances).select(['id', size]).where('config', 'is not', null).orderBy('id').limit(page.limit)
    if (page.after !== undefined) sizes = sizes.where('id', '>', page.after)
    const ids = largestPage(await this.ask(sizes.execute()))
    if (ids.length === 0) return []
    const rows = await this.ask(
      db
        .selectFrom(names.instances)
        .select(['id', 'plugin_id as pluginId', 'name', 'removed_at as removedAt', 'config'])
        .where('id', 'in', this.idSet(ids))
        .orderBy('id')
        .execute(),
    )
    // A config that is gone by now, where a read is no snapshot, is left out.
    return rows.flatMap(({ removedAt, config, ...row }) => (config === null ? [] : [{ ...row, removed: removedAt !== null, config }]))
  }

  async sealedHistory(page: SealedPage): Promise<readonly SealedHistory[]> {
    const { db, names } = this.context
    const size = sql<Stored>`coalesce(length(sealed_before), 0) + coalesce(length(sealed_after), 0)`.as('size')
    let sizes = db.selectFrom(names.history).select(['id', size]).where(isSealed).orderBy('id').limit(page.limit)
    if (page.after !== undefined) sizes = sizes.where('id', '>', page.after)
    const ids = largestPage(await this.ask(sizes.execute()))
    if (ids.length === 0) return []
    return this.ask(
      db
        .selectFrom(names.history)
        .select([
          'id',
          'instance_id as instanceId',
          'plugin_id as pluginId',
          'sealed_before as sealedBefore',
          'sealed_after as sealedAfter',
        ])
        .where('id', 'in', this.idSet(ids))
        .orderBy('id')
        .execute(),
    )
  }

  async sealedCounts(): Promise<SealedCounts> {
    const { db, names } = this.context
    const count = sql<Stored>`count(*)`.as('count')
    const instances = await this.ask(db.selectFrom(names.instances).select(count).where('config', 'is not', null).executeTakeFirst())
    const history = await this.ask(db.selectFrom(names.history).select(count).where(isSealed).executeTakeFirst())
    return { instances: toNumber(instances?.count ?? 0), history: toNumber(history?.count ?? 0) }
  }

  async purgeable(purge: HistoryPurge): Promise<PurgeCounts> {
    const { db, names } = this.context
    const entries = await this.ask(
      sql<{ count: Stored }>`select count(*) as count from (${purgeableEntries(names, purge)}) as p`.execute(db),
    )
    const tombstones = await this.ask(
      sql<{ count: Stored }>`select count(*) as count from (${purgeableTombstones(names, purge)}) as p`.execute(db),
    )
    return { entries: toNumber(entries.rows[0]?.count ?? 0), tombstones: toNumber(tombstones.rows[0]?.count ?? 0) }
  }

  async processes(): Promise<readonly ProcessRow[]> {
    const { db, names } = this.context
    return (await this.ask(db.selectFrom(names.processes).select(processColumns).orderBy('id').execute())).map(toProcess)
  }

  async health(ids?: readonly string[]): Promise<readonly HealthRow[]> {
    const { db, names } = this.context
    let query = db.selectFrom(names.health).select(healthColumns).orderBy('instance_id')
    if (ids !== undefined) query = query.where('instance_id', 'in', this.idSet(ids))
    return (await this.ask(query.execute())).map(toHealth)
  }

  async lease(name: string): Promise<LeaseRow | null> {
    const { db, names } = this.context
    const row = await this.ask(db.selectFrom(names.leases).select(leaseColumns).where('name', '=', name).executeTakeFirst())
    return row === undefined ? null : toLease(row)
  }

  /** Any number of ids as one parameter. */
  protected idSet(ids: readonly string[]): ReturnType<typeof sql<string>> {
    const rows = this.context.dialect.jsonRows(JSON.stringify(ids.map((id) => ({ id }))), { id: 'id' })
    return sql<string>`(select r.id from ${rows})`
  }

  /** Awaits a query; what the database says against it becomes an error of ours. */
  protected async ask<T>(query: Promise<T>): Promise<T> {
    try {
      return await query
    } catch (error) {
      throw storeProblem(error, this.context.dialect)
    }
  }
}

/** The ids at the beginning that are not too large together; one at least. */
function largestPage(rows: readonly { readonly id: string; readonly size: Stored }[]): readonly string[] {
  let size = 0
  const fitting = rows.findIndex((row, index) => (size += toNumber(row.size)) > largestPageSize && index > 0)
  return rows.slice(0, fitting < 0 ? rows.length : fitting).map(({ id }) => id)
}
