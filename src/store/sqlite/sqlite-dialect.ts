import type { Kysely, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { StoreError } from '../../errors/index.ts'
import type { ColumnTypes, Connections, ConnectOptions, Dialect, FoundTable, JsonColumn, StoreProblem, WatchOptions } from '../dialect.ts'
import { toNumber } from '../row-mapping.ts'
import { driverVersion } from '../driver-version.ts'
import type { StoreAbout } from '../store.ts'
import type { Stored, Tables } from '../tables.ts'
import type { ChangeWatch } from '../watch.ts'
import type { SqliteDriverSource } from './load-sqlite.ts'
import { inspectSqlite } from './inspect-sqlite.ts'
import { LogWatch } from './log-watch.ts'
import { openSqlite } from './open-sqlite.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { sqliteProblem } from './sqlite-errors.ts'
import { sqliteKysely } from './sqlite-kysely.ts'

export interface SqliteDialectOptions {
  /** For messages. */
  readonly name: string
  /** Milliseconds to wait for another process's lock. */
  readonly lockTimeout: number
  /** The drivers to try. Default: all there are. */
  readonly drivers?: readonly SqliteDriverSource[]
}

/** The store's Dialect for SQLite 3.38 and later. */
export class SqliteDialect implements Dialect {
  readonly description: string
  readonly columnTypes: ColumnTypes = { id: 'text', name: 'text', text: 'text', integer: 'integer', bigint: 'integer', double: 'real' }
  readonly partialIndexes = true
  readonly transactionalSchema = true
  readonly returning = true
  readonly updateFrom = 'from'
  readonly upsert = 'on-conflict'
  readonly #place: string | SqliteDatabase
  readonly #options: SqliteDialectOptions
  /** Spares reading each row's JSON once a column, where SQLite is 3.51 or later. */
  #each: 'json_each' | 'jsonb_each' = 'json_each'
  #driver: string | undefined

  constructor(place: string | SqliteDatabase, options: SqliteDialectOptions) {
    this.#place = place
    this.#options = options
    this.description = `sqlite (${options.name})`
  }

  async connect({ onStatement }: ConnectOptions): Promise<Connections> {
    const { reads, writes, driver, close } = await openSqlite(this.#place, this.#options)
    this.#driver = driver
    this.#each = knowsJsonbEach(reads) ? 'jsonb_each' : 'json_each'
    const writing = sqliteKysely(new SqliteConnection(writes, this.#options.lockTimeout), onStatement)
    const reading = reads === writes ? writing : sqliteKysely(new SqliteConnection(reads, this.#options.lockTimeout), onStatement)
    return {
      reads: reading,
      writes: writing,
      close: async () => {
        await writing.destroy()
        if (reading !== writing) await reading.destroy()
        close()
      },
    }
  }

  jsonRows(json: string, columns: Readonly<Record<string, JsonColumn>>): RawBuilder<unknown> {
    const values = Object.keys(columns).map((column) => sql`value ->> ${sql.lit(column)} as ${sql.id(column)}`)
    return sql`(select ${sql.join(values)} from ${sql.raw(this.#each)}(${json})) as r`
  }

  async tableExists(db: Kysely<Tables>, table: string): Promise<boolean> {
    const { rows } = await sql`select 1 from sqlite_master where type = 'table' and name = ${table}`.execute(db)
    return rows.length > 0
  }

  async about(db: Kysely<Tables>): Promise<StoreAbout> {
    const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db)
    const driver = this.#driver === undefined ? 'handed in' : driverVersion(this.#driver)
    return { driver, server: `SQLite ${rows[0]?.version ?? ''}`.trim() }
  }

  inspect(db: Kysely<Tables>, tables: readonly string[]): Promise<ReadonlyMap<string, FoundTable>> {
    return inspectSqlite(db, tables)
  }

  /** What other connections wrote, and what this one did: several stores may have been handed the same one. Neither ever goes down. */
  async changeMark(db: Kysely<Tables>): Promise<number> {
    const { rows } = await sql<{ mark: Stored }>`select data_version + total_changes() as mark from pragma_data_version`.execute(db)
    const [row] = rows
    if (row === undefined) throw new StoreError(`${this.description} did not answer PRAGMA data_version.`)
    return toNumber(row.mark)
  }

  watch(options: WatchOptions): ChangeWatch {
    return new LogWatch(`the log of ${this.description}`, options)
  }

  problem(error: unknown): StoreProblem | undefined {
    return sqliteProblem(error)
  }
}

function knowsJsonbEach(database: SqliteDatabase): boolean {
  try {
    database.prepare("select 1 from jsonb_each('[]')").all()
    return true
  } catch {
    return false
  }
}
