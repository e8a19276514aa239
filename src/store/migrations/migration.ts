import type { ColumnTypes } from '../dialect.ts'
import type { TableName } from '../tables.ts'

/** What a column holds; with `?` it may also hold nothing. */
export type ColumnKind = keyof ColumnTypes | `${keyof ColumnTypes}?`

/** A new table. Databases differ in how it is said, so it is data. */
export interface NewTable {
  readonly table: TableName
  /** By name, in order; the first one is the primary key. */
  readonly columns: Readonly<Record<string, ColumnKind>>
  /** The table has the one row whose key is 1. */
  readonly oneRow?: true
  /** Foreign keys, by the ends of their names. */
  readonly references?: Readonly<Record<string, { readonly column: string; readonly to: TableName }>>
  /** A column that is unique, for each owner, among the rows that are not removed. */
  readonly uniqueLive?: { readonly owner: readonly string[]; readonly column: string }
  /** Other indexes, by the ends of their names. */
  readonly indexes?: Readonly<Record<string, readonly string[]>>
}

/** A new column of a table that is there; rows that are there have nothing in it. */
export interface NewColumn {
  readonly addTo: TableName
  readonly column: string
  readonly kind: `${keyof ColumnTypes}?`
}

/** A new index of a table that is there. */
export interface NewIndex {
  readonly indexOf: TableName
  /** The end of its name. */
  readonly end: string
  readonly columns: readonly string[]
}

/** What a migration adds. */
export type Addition = NewTable | NewColumn | NewIndex

/** One step of the schema. Its place in the list is its version. */
export interface Migration {
  readonly name: string
  /** The lowest schema version a release must know to work with the database afterwards. Within a major it stays: migrations only expand. */
  readonly oldestReader: number
  readonly adds: readonly Addition[]
}
