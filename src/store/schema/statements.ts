import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Dialect } from '../dialect.ts'
import type { Addition, ColumnKind, NewIndex, NewTable } from '../migrations/index.ts'
import type { TableName, TableNames } from '../tables.ts'

/** What statements are made for. */
export interface SchemaPlace {
  readonly dialect: Dialect
  readonly names: TableNames
  readonly prefix: string
}

/** An index as a table has it. */
export interface TableIndex {
  readonly name: string
  readonly columns: readonly string[]
  readonly unique: boolean
}

type Sql = RawBuilder<unknown>

/** The statements that make a table, or add a column or an index. Where making tables can't be rolled back, each is one statement: there whole, or not at all. */
export function statementsFor(place: SchemaPlace, addition: Addition): readonly Sql[] {
  if ('indexOf' in addition) return [createIndex(place, addition.indexOf, laterIndex(place, addition))]
  if ('addTo' in addition) {
    const { addTo, column, kind } = addition
    return [sql`alter table ${sql.table(place.names[addTo])} add column ${columnOf(place.dialect, column, kind)}`]
  }
  const { dialect, names } = place
  const indexes = indexesOf(place, addition)
  if (dialect.transactionalSchema) {
    return [createTable(place, addition, []), ...indexes.map((index) => createIndex(place, addition.table, index))]
  }
  const inside = indexes.map(
    ({ name, columns, unique }) => sql`${sql.raw(unique ? 'unique index' : 'index')} ${sql.id(name)} (${list(columns)})`,
  )
  return [createTable({ dialect, names, prefix: place.prefix }, addition, inside)]
}

/** The indexes that a table has beside its primary key. */
export function indexesOf({ dialect, prefix }: SchemaPlace, { table, uniqueLive, indexes = {} }: NewTable): readonly TableIndex[] {
  const others = Object.entries(indexes).map(([end, columns]) => ({ name: `${prefix}${table}_by_${end}`, columns, unique: false }))
  if (uniqueLive === undefined) return others
  const live = dialect.partialIndexes ? uniqueLive.column : liveColumn(uniqueLive.column)
  return [{ name: `${prefix}${table}_live`, columns: [...uniqueLive.owner, live], unique: true }, ...others]
}

/** An index that a table got later. */
export function laterIndex({ prefix }: SchemaPlace, { indexOf, end, columns }: NewIndex): TableIndex {
  return { name: `${prefix}${indexOf}_by_${end}`, columns, unique: false }
}

/** Stands in where an index can't be partial: empty for removed rows, and compared byte by byte. */
export function liveColumn(column: string): string {
  return `live_${column}`
}

function createTable({ dialect, names, prefix }: SchemaPlace, definition: NewTable, indexes: readonly Sql[]): Sql {
  const { table, columns, oneRow, references = {}, uniqueLive } = definition
  const [key] = Object.keys(columns)
  const parts = Object.entries(columns).map(([column, kind]) =>
    column === key ? sql`${columnOf(dialect, column, kind)} primary key` : columnOf(dialect, column, kind),
  )
  if (uniqueLive !== undefined && dialect.liveColumn !== undefined) {
    parts.push(sql`${sql.id(liveColumn(uniqueLive.column))} ${dialect.liveColumn(uniqueLive.column)}`)
  }
  if (oneRow === true) parts.push(sql`constraint ${sql.id(`${prefix}${table}_one_row`)} check (id = 1)`)
  for (const [end, { column, to }] of Object.entries(references)) {
    const name = sql.id(`${prefix}${table}_${end}`)
    parts.push(sql`constraint ${name} foreign key (${sql.id(column)}) references ${sql.table(names[to])} (${sql.id('id')})`)
  }
  const end = dialect.tableOptions === undefined ? sql`` : sql` ${sql.raw(dialect.tableOptions)}`
  return sql`create table ${sql.table(names[table])} (${sql.join([...parts, ...indexes])})${end}`
}

function createIndex({ names }: SchemaPlace, table: TableName, { name, columns, unique }: TableIndex): Sql {
  const start = sql.raw(unique ? 'create unique index' : 'create index')
  const live = unique ? sql` where removed_at is null` : sql``
  return sql`${start} ${sql.id(name)} on ${sql.table(names[table])} (${list(columns)})${live}`
}

function columnOf(dialect: Dialect, column: string, kind: ColumnKind): Sql {
  const { type, nullable } = typeOf(dialect, kind)
  return nullable ? sql`${sql.id(column)} ${sql.raw(type)}` : sql`${sql.id(column)} ${sql.raw(type)} not null`
}

/** A kind of column as this database says it. */
export function typeOf({ columnTypes }: Dialect, kind: ColumnKind): { readonly type: string; readonly nullable: boolean } {
  // The kind without its `?`.
  return { type: columnTypes[kind.replace('?', '') as keyof typeof columnTypes], nullable: kind.endsWith('?') }
}

function list(columns: readonly string[]): Sql {
  return sql.join(columns.map((column) => sql.id(column)))
}
