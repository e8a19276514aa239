import { createHash } from 'node:crypto'
import type { RawBuilder } from 'kysely'
import { Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, sql } from 'kysely'
import { StoreError } from '../../errors/index.ts'
import type { ColumnTypes, Connections, ConnectOptions, Dialect, FoundTable, JsonColumn, StoreProblem } from '../dialect.ts'
import { driverVersion } from '../driver-version.ts'
import { ServerDriver } from '../server/server-driver.ts'
import type { Session, SessionSource } from '../server/session.ts'
import type { StoreAbout } from '../store.ts'
import type { Tables } from '../tables.ts'
import { inspectMysql } from './inspect-mysql.ts'
import { mysqlProblem } from './mysql-errors.ts'
import { habitsOf, habitsQuery, type MysqlHabits } from './mysql-habits.ts'
import type { MysqlCallbackPool, MysqlConnection, MysqlPool, MysqlPoolConfig } from './mysql-pool.ts'
import { isMysqlPool } from './mysql-pool.ts'
import { MysqlSession } from './mysql-session.ts'
import { openMysql } from './open-mysql.ts'

export interface MysqlDialectOptions {
  /** For messages. */
  readonly name: string
  readonly prefix: string
  readonly timeout: number
}

/** Compares code point by code point. It takes no notice of spaces at an end, and so nothing unique relies on it. */
const binary = 'character set utf8mb4 collate utf8mb4_bin'

const jsonTypes: Readonly<Record<JsonColumn, string>> = {
  id: `varchar(64) ${binary}`,
  text: `longtext ${binary}`,
  integer: 'bigint',
  double: 'double',
}

/** How often a migration asks for its lock before it gives up: ten minutes, with the usual timeout. */
const lockAttempts = 40

/** The store's Dialect for MySQL 8 and MariaDB 10.11, and later ones. */
export class MysqlDialect implements Dialect {
  readonly description: string
  readonly columnTypes: ColumnTypes = {
    id: `varchar(64) ${binary}`,
    name: `varchar(255) ${binary}`,
    text: `longtext ${binary}`,
    integer: 'int',
    bigint: 'bigint',
    double: 'double',
  }
  readonly partialIndexes = false
  readonly transactionalSchema = false
  readonly tableOptions: string = `engine=InnoDB default ${binary}`
  readonly returning = false
  readonly updateFrom = 'join'
  readonly upsert = 'on-duplicate-key'
  readonly #place: MysqlPool | MysqlCallbackPool | MysqlPoolConfig
  readonly #options: MysqlDialectOptions
  readonly #habits = new WeakMap<object, MysqlHabits>()

  constructor(place: MysqlPool | MysqlCallbackPool | MysqlPoolConfig, options: MysqlDialectOptions) {
    this.#place = place
    this.#options = options
    this.description = `mysql (${options.name})`
  }

  async connect({ onStatement }: ConnectOptions): Promise<Connections> {
    const { timeout } = this.#options
    const { pool, close } = await openMysql(this.#place, timeout)
    const source: SessionSource = {
      description: this.description,
      acquire: async () => this.#session(await pool.getConnection()),
      problem: mysqlProblem,
    }
    const kysely = (queue: boolean): Kysely<Tables> =>
      new Kysely<Tables>({
        dialect: {
          createDriver: () => new ServerDriver(source, { timeout, queue }),
          createQueryCompiler: () => new MysqlQueryCompiler(),
          createAdapter: () => new MysqlAdapter(),
          createIntrospector: (db) => new MysqlIntrospector(db),
        },
        ...(onStatement && { log: ({ query }) => onStatement(query.sql) }),
      })
    return { reads: kysely(false), writes: kysely(true), close }
  }

  /** As many bytes as 255 characters may have: bytes are compared as they are, spaces at the end too. */
  liveColumn(column: string): RawBuilder<unknown> {
    return sql`varbinary(1020) generated always as (case when removed_at is null then cast(${sql.id(column)} as binary) end) virtual`
  }

  jsonRows(json: string, columns: Readonly<Record<string, JsonColumn>>): RawBuilder<unknown> {
    const definitions = Object.entries(columns).map(
      ([column, kind]) => sql`${sql.id(column)} ${sql.raw(jsonTypes[kind])} path ${sql.lit(`$.${column}`)}`,
    )
    return sql`json_table(convert(${json} using utf8mb4), '$[*]' columns (${sql.join(definitions)})) as r`
  }

  async tableExists(db: Kysely<Tables>, table: string): Promise<boolean> {
    const { rows } =
      await sql`select 1 as found from information_schema.tables where table_schema = database() and table_name = ${table}`.execute(db)
    return rows.length > 0
  }

  inspect(db: Kysely<Tables>, tables: readonly string[]): Promise<ReadonlyMap<string, FoundTable>> {
    return inspectMysql(db, tables)
  }

  /** The lock is the connection's: it goes with the process that holds it. */
  async lockMigrations<T>(db: Kysely<Tables>, work: () => Promise<T>): Promise<T> {
    const { rows: places } = await sql<{ place: string | null }>`select database() as place`.execute(db)
    const key = createHash('sha1')
      .update(`${places[0]?.place ?? ''}.${this.#options.prefix}`)
      .digest('hex')
    const name = `plugboard-${key}`
    for (let attempt = 1; !(await this.#take(db, name)); attempt++) {
      if (attempt >= lockAttempts)
        throw new StoreError(`${this.description} is being migrated by another process, which does not end. Find it and try again.`)
    }
    try {
      return await work()
    } finally {
      // A connection that broke took the lock with it.
      await sql`select release_lock(${name}) as released`.execute(db).catch(() => {})
    }
  }

  async about(db: Kysely<Tables>): Promise<StoreAbout> {
    const { rows } = await sql<{ version: string }>`select version() as version`.execute(db)
    const version = rows[0]?.version ?? ''
    const driver = isMysqlPool(this.#place) ? 'a pool handed in' : driverVersion('mysql2')
    return { driver, server: version.includes('MariaDB') ? `MariaDB ${version}` : `MySQL ${version}` }
  }

  problem(error: unknown): StoreProblem | undefined {
    return mysqlProblem(error)
  }

  async #take(db: Kysely<Tables>, name: string): Promise<boolean> {
    const seconds = Math.max(1, Math.floor(this.#options.timeout / 2000))
    const { rows } = await sql<{ taken: unknown }>`select get_lock(${name}, ${seconds}) as taken`.execute(db)
    return Number(rows[0]?.taken) === 1
  }

  async #session(connection: MysqlConnection): Promise<Session> {
    try {
      return new MysqlSession(connection, await this.#habitsOf(connection))
    } catch (error) {
      // It may be half-way through an answer.
      connection.destroy()
      throw error
    }
  }

  /** Asked once of each connection. mysql2 wraps one anew each time it gives it. */
  async #habitsOf(connection: MysqlConnection & { readonly connection?: object }): Promise<MysqlHabits> {
    const physical = connection.connection ?? connection
    const known = this.#habits.get(physical)
    if (known !== undefined) return known
    const asked = { sql: habitsQuery, rowsAsArray: false, nestTables: false, typeCast: (_field: unknown, next: () => unknown) => next() }
    const [rows] = await connection.execute(asked)
    const habits = habitsOf(this.description, rows)
    this.#habits.set(physical, habits)
    return habits
  }
}
