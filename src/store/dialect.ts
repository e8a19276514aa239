import type { Kysely, RawBuilder } from 'kysely'
import type { StoreAbout } from './store.ts'
import type { Tables } from './tables.ts'
import type { ChangeListener, ChangeWatch } from './watch.ts'

/** What an error of the database means to us. */
export type StoreProblem =
  | 'busy'
  /** The database ended the transaction in favour of another one: a deadlock, a failed serialization. */
  | 'conflict'
  | 'read-only'
  | 'full'
  /** The disk refused a write: a quota, a limit on the size of files, or it fails. */
  | 'unwritable'
  | 'unreachable'
  | 'damaged'
  /** What was sent is larger than the server takes. */
  | 'too-large'
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

/** How a value of a row travels inside a JSON parameter. `id` is short text. */
export type JsonColumn = 'id' | 'text' | 'integer' | 'double'

/** A table as the database has it. */
export interface FoundTable {
  /** Types in the words of `columnTypes`. */
  readonly columns: ReadonlyMap<string, { readonly type: string; readonly nullable: boolean }>
  /** The primary key's left out. */
  readonly indexes: ReadonlyMap<string, { readonly columns: readonly string[]; readonly unique: boolean }>
}

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

/** What a dialect that watches is given. */
export interface WatchOptions {
  readonly changed: ChangeListener
  /** The database, once it can be reached. */
  readonly connect: () => Promise<Connections>
  /** Epoch and revision now. */
  readonly head: () => Promise<{ readonly epoch: string; readonly revision: number }>
  /** See `Store.changeMark`; rejects where there is none. */
  readonly mark: () => Promise<number>
  /** What the tables' names start with. */
  readonly prefix: string
}

/**
 * What one database does its own way. The store asks for capabilities and never which database it is.
 * A transaction that is not read-only must take the database's write lock, or the meta row's, before it reads anything.
 */
export interface Dialect {
  /** For messages: `sqlite (orders.db)`. Holds no password. */
  readonly description: string
  readonly columnTypes: ColumnTypes
  /** Whether an index can hold only some rows. Otherwise a generated column stands in: `liveColumn`. */
  readonly partialIndexes: boolean
  /** Type and expression of a generated column that holds another one's bytes in rows that are not removed, and nothing in others. */
  readonly liveColumn?: (column: string) => RawBuilder<unknown>
  /** Whether making tables can be rolled back. Otherwise each is made whole by one statement, and an interrupted migration goes on where it stopped. */
  readonly transactionalSchema: boolean
  /** What follows the columns of a new table. */
  readonly tableOptions?: string
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
  /** What there is of these tables, by name as given. */
  inspect(db: Kysely<Tables>, tables: readonly string[]): Promise<ReadonlyMap<string, FoundTable>>
  /** Statements that make what must be there before the first table, where it is not. */
  groundwork?(db: Kysely<Tables>): Promise<readonly RawBuilder<unknown>[]>
  /** Holds off other migrations during the work. Absent where beginning to write does that already. */
  lockMigrations?<T>(db: Kysely<Tables>, work: () => Promise<T>): Promise<T>
  /** See `Store.about`. Asked for once it is connected. */
  about?(db: Kysely<Tables>): Promise<StoreAbout>
  /** See `Store.changeMark`. */
  changeMark?(db: Kysely<Tables>): Promise<number>
  /** See `Store.watch`. */
  watch?(options: WatchOptions): ChangeWatch
  /**
   * An expression over the column `revision`, part of the statement that raises it, that tells watching processes of a write: they hear of it when it is
   * committed. Needs `returning`.
   */
  announcement?(prefix: string): RawBuilder<unknown>
  problem(error: unknown): StoreProblem | undefined
}
