import type { Kysely, RawBuilder } from 'kysely'
import type { Tables } from './tables.ts'

/** What an error of the database means to us. */
export type StoreProblem =
  | 'busy'
  | 'read-only'
  | 'full'
  | 'unreachable'
  | 'damaged'
  | 'forbidden'
  | 'unique'
  | 'no-table'
  | 'no-transaction'

/** Column types by what they hold. */
export interface ColumnTypes {
  /** A UUID or another short ASCII text that is compared byte by byte. */
  readonly id: string
  /** Text of at most 255 characters that may stand in an index and is compared byte by byte. */
  readonly name: string
  /** Text of any length. */
  readonly text: string
  readonly integer: string
  readonly bigint: string
  readonly double: string
}

/** How a value of a row travels inside a JSON parameter. */
export type JsonColumn = 'text' | 'integer' | 'double'

/** Open connections. `reads` and `writes` are one and the same where a database serves both through one pool. */
export interface Connections {
  readonly reads: Kysely<Tables>
  readonly writes: Kysely<Tables>
  /** Closes what was opened, and nothing that the user handed in. */
  close(): Promise<void>
}

export interface ConnectOptions {
  readonly onStatement?: ((sql: string) => void) | undefined
}

/**
 * What one database does its own way. The store asks for capabilities and never which database it is.
 * A transaction that is not read-only must take the database's write lock, or the meta row's, before it reads anything.
 */
export interface Dialect {
  /** For messages: `sqlite (orders.db)`. Holds no password. */
  readonly description: string
  readonly columnTypes: ColumnTypes
  /** Whether an index can hold only some rows. Otherwise a nullable generated column stands in. */
  readonly partialIndexes: boolean
  /** Whether INSERT, UPDATE and DELETE can give rows back. */
  readonly returning: boolean
  /** How UPDATE takes values from another table: `update … from rows`, or `update … join rows`. */
  readonly updateFrom: 'from' | 'join'
  /** How INSERT replaces a row that is there. */
  readonly upsert: 'on-conflict' | 'on-duplicate-key'
  connect(options: ConnectOptions): Promise<Connections>
  /**
   * A table expression, aliased `r`, over one parameter: a JSON array of objects. Thousands of rows then need one statement and one plan.
   */
  jsonRows(json: string, columns: Readonly<Record<string, JsonColumn>>): RawBuilder<unknown>
  tableExists(db: Kysely<Tables>, table: string): Promise<boolean>
  /** Holds off other migrations until the transaction ends. Absent where beginning to write does that already. */
  lockMigrations?(db: Kysely<Tables>): Promise<void>
  /** See `Store.changeMark`. */
  changeMark?(db: Kysely<Tables>): Promise<number>
  problem(error: unknown): StoreProblem | undefined
}
