/** What SQLite binds without conversion, NULL apart: better-sqlite3's types leave it out, and a database handed in must fit. */
export type SqliteValue = string | number | bigint | Uint8Array

/** A prepared statement, as far as node:sqlite, @photostructure/sqlite and better-sqlite3 agree. */
export interface SqliteStatement {
  all(...parameters: SqliteValue[]): unknown[]
  run(...parameters: SqliteValue[]): { readonly changes: number | bigint }
  /** node:sqlite from 22.16 on, better-sqlite3 (only where the statement gives rows). */
  columns?(): readonly { readonly name: string }[]
  /** node:sqlite from 22.16 on: rows as arrays. */
  setReturnArrays?(on: boolean): unknown
  /** better-sqlite3: whether the statement gives rows. */
  readonly reader?: boolean
  /** better-sqlite3: rows as arrays. */
  raw?(on: boolean): unknown
}

/** An open database of node:sqlite, @photostructure/sqlite or better-sqlite3. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
}

/** Whether a value is an open database of one of the drivers. */
export function isSqliteDatabase(value: unknown): value is SqliteDatabase {
  if (typeof value !== 'object' || value === null) return false
  const { prepare, exec, close } = value as Partial<SqliteDatabase>
  return typeof prepare === 'function' && typeof exec === 'function' && typeof close === 'function'
}
