import type { CreateTableBuilder } from 'kysely'
import { sql } from 'kysely'
import type { TableName } from '../tables.ts'
import type { Migration, MigrationContext } from './migration.ts'

/** The first schema: every table there is. */
export const initial: Migration = {
  name: '0001-initial',
  oldestReader: 1,
  async up(context) {
    await meta(context)
    await types(context)
    await plugins(context)
    await instances(context)
    await history(context)
    await processes(context)
    await health(context)
  },
}

type ColumnKind = keyof MigrationContext['dialect']['columnTypes']

/** Creates a table from `name: kind` pairs; a kind that ends in `?` may be null. */
async function table(
  { db, dialect, names }: MigrationContext,
  name: TableName,
  columns: Readonly<Record<string, ColumnKind | `${ColumnKind}?`>>,
  finish: (builder: CreateTableBuilder<string, string>) => CreateTableBuilder<string, string> = (builder) => builder,
): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(names[name])
  const [key] = Object.keys(columns)
  for (const [column, kind] of Object.entries(columns)) {
    const type = sql.raw(dialect.columnTypes[kind.replace('?', '') as ColumnKind])
    builder = builder.addColumn(column, type, (define) => {
      const filled = kind.endsWith('?') ? define : define.notNull()
      return column === key ? filled.primaryKey() : filled
    })
  }
  await finish(builder).execute()
}

async function index({ db, names, prefix }: MigrationContext, on: TableName, suffix: string, columns: string[]): Promise<void> {
  await db.schema.createIndex(`${prefix}${on}_by_${suffix}`).on(names[on]).columns(columns).execute()
}

/** Unique among the rows that are not removed. */
async function uniqueLive(
  { db, dialect, names, prefix }: MigrationContext,
  on: TableName,
  owner: readonly string[],
  column: string,
): Promise<void> {
  let live = column
  if (!dialect.partialIndexes) {
    live = `live_${column}`
    await db.schema
      .alterTable(names[on])
      .addColumn(live, sql.raw(dialect.columnTypes.name), (define) =>
        define.generatedAlwaysAs(sql`case when removed_at is null then ${sql.ref(column)} end`),
      )
      .execute()
  }
  const builder = db.schema
    .createIndex(`${prefix}${on}_live`)
    .unique()
    .on(names[on])
    .columns([...owner, live])
  await (dialect.partialIndexes ? builder.where(sql.ref('removed_at'), 'is', null) : builder).execute()
}

async function meta(context: MigrationContext): Promise<void> {
  await table(
    context,
    'meta',
    { id: 'integer', epoch: 'id', revision: 'bigint', schema_version: 'integer', oldest_reader: 'integer', key_check: 'text?' },
    (builder) => builder.addCheckConstraint(`${context.prefix}meta_one_row`, sql`id = 1`),
  )
}

async function types(context: MigrationContext): Promise<void> {
  await table(context, 'types', {
    id: 'id',
    key: 'name',
    label: 'text',
    description: 'text',
    strategy: 'text?',
    order_revision: 'bigint',
    stamp: 'bigint',
    created_at: 'bigint',
    updated_at: 'bigint',
    removed_at: 'bigint?',
  })
  await uniqueLive(context, 'types', [], 'key')
  await index(context, 'types', 'stamp', ['stamp'])
}

async function plugins(context: MigrationContext): Promise<void> {
  const { names, prefix } = context
  await table(
    context,
    'plugins',
    {
      id: 'id',
      type_id: 'id',
      key: 'name',
      label: 'text',
      description: 'text',
      configurable: 'integer',
      default_priority: 'integer',
      defaulted: 'integer',
      stamp: 'bigint',
      created_at: 'bigint',
      updated_at: 'bigint',
      removed_at: 'bigint?',
      schema: 'text?',
    },
    (builder) => builder.addForeignKeyConstraint(`${prefix}plugins_of_type`, ['type_id'], names.types, ['id']),
  )
  await uniqueLive(context, 'plugins', ['type_id'], 'key')
  await index(context, 'plugins', 'stamp', ['stamp'])
}

async function instances(context: MigrationContext): Promise<void> {
  const { names, prefix } = context
  await table(
    context,
    'instances',
    {
      id: 'id',
      type_id: 'id',
      plugin_id: 'id',
      name: 'name',
      status: 'id',
      priority: 'integer',
      weight: 'double',
      tags: 'text',
      config_version: 'integer',
      managed_by: 'text?',
      key_id: 'text?',
      revision: 'bigint',
      config_revision: 'bigint',
      created_revision: 'bigint',
      stamp: 'bigint',
      created_at: 'bigint',
      updated_at: 'bigint',
      removed_at: 'bigint?',
      config: 'text?',
    },
    (builder) =>
      builder
        .addForeignKeyConstraint(`${prefix}instances_of_type`, ['type_id'], names.types, ['id'])
        .addForeignKeyConstraint(`${prefix}instances_of_plugin`, ['plugin_id'], names.plugins, ['id']),
  )
  await uniqueLive(context, 'instances', ['plugin_id'], 'name')
  await index(context, 'instances', 'stamp', ['stamp'])
  // Covers the counts, too.
  await index(context, 'instances', 'type', ['type_id', 'plugin_id', 'removed_at'])
}

async function history(context: MigrationContext): Promise<void> {
  // No foreign keys: what happened stays true whatever becomes of the rows.
  await table(context, 'history', {
    id: 'id',
    revision: 'bigint',
    at: 'bigint',
    actor_id: 'text',
    actor_name: 'text',
    action: 'id',
    type_id: 'id?',
    plugin_id: 'id?',
    instance_id: 'id?',
    changed: 'text',
    config_version_before: 'integer?',
    config_version_after: 'integer?',
    before: 'text?',
    after: 'text?',
    sealed_before: 'text?',
    sealed_after: 'text?',
  })
  await index(context, 'history', 'revision', ['revision', 'id'])
  await index(context, 'history', 'instance', ['instance_id', 'revision', 'id'])
  await index(context, 'history', 'type', ['type_id', 'revision', 'id'])
}

async function processes(context: MigrationContext): Promise<void> {
  await table(context, 'processes', {
    id: 'id',
    host: 'text',
    pid: 'integer',
    release: 'text',
    key_ids: 'text',
    revision: 'bigint',
    started_at: 'bigint',
    seen_at: 'bigint',
  })
}

async function health(context: MigrationContext): Promise<void> {
  await table(context, 'health', { instance_id: 'id', at: 'bigint', ok: 'integer', latency_ms: 'double', message: 'text' })
}
