import type { Kysely, RawBuilder } from 'kysely'
import { Kysely as KyselyClass, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import { StoreError } from '../../errors/index.ts'
import type { ColumnTypes, Connections, ConnectOptions, Dialect, FoundTable, JsonColumn, StoreProblem, WatchOptions } from '../dialect.ts'
import { driverVersion } from '../driver-version.ts'
import { ServerDriver } from '../server/server-driver.ts'
import type { SessionSource } from '../server/session.ts'
import type { StoreAbout } from '../store.ts'
import type { Tables } from '../tables.ts'
import type { ChangeWatch } from '../watch.ts'
import { inspectPostgres, quoted } from './inspect-postgres.ts'
import { listeningClient, openPostgres } from './open-postgres.ts'
import { postgresProblem } from './postgres-errors.ts'
import type { PostgresClient, PostgresPool, PostgresPoolConfig } from './postgres-pool.ts'
import { isPostgresPool } from './postgres-pool.ts'
import { PostgresSession } from './postgres-session.ts'
import { channelOf, PostgresWatch } from './postgres-watch.ts'

export interface PostgresDialectOptions {
  /** For messages. */
  readonly name: string
  readonly schema: string | undefined
  readonly lockTimeout: number
  readonly timeout: number
  /** Another place to listen at, or `false` for none. */
  readonly listen?: string | false | undefined
}

/** Ours among the advisory locks of a database. */
const lockClass = 1_886_152_039

const jsonTypes: Readonly<Record<JsonColumn, string>> = { id: 'text', text: 'text', integer: 'bigint', double: 'double precision' }

/** The store's Dialect for PostgreSQL 12 and later. */
export class PostgresDialect implements Dialect {
  readonly description: string
  /** The C collation compares byte by byte, whatever the database's own is. */
  readonly columnTypes: ColumnTypes = {
    id: 'text collate "C"',
    name: 'text collate "C"',
    text: 'text',
    integer: 'integer',
    bigint: 'bigint',
    double: 'double precision',
  }
  readonly partialIndexes = true
  readonly transactionalSchema = true
  readonly returning = true
  readonly updateFrom = 'from'
  readonly upsert = 'on-conflict'
  /** See `Dialect.watch`. */
  readonly watch?: (options: WatchOptions) => ChangeWatch
  readonly #place: PostgresPool | PostgresPoolConfig
  readonly #options: PostgresDialectOptions

  constructor(place: PostgresPool | PostgresPoolConfig, options: PostgresDialectOptions) {
    this.#place = place
    this.#options = options
    this.description = `postgres (${options.name})`
    const { listen, schema, timeout } = options
    if (listen === false) return
    const at = listen === undefined ? place : { connectionString: listen }
    this.watch = ({ prefix, changed }) =>
      new PostgresWatch({
        source: `LISTEN on ${this.description}`,
        client: () => listeningClient(at, timeout),
        channel: channelOf(schema, prefix),
        changed,
      })
  }

  async connect({ onStatement }: ConnectOptions): Promise<Connections> {
    const { timeout, lockTimeout } = this.#options
    const { pool, close } = await openPostgres(this.#place, timeout)
    const source: SessionSource = {
      description: this.description,
      acquire: async () => new PostgresSession(this.#client(await pool.connect()), lockTimeout),
      problem: postgresProblem,
    }
    const kysely = (queue: boolean): Kysely<Tables> =>
      new KyselyClass<Tables>({
        dialect: {
          createDriver: () => new ServerDriver(source, { timeout, queue }),
          createQueryCompiler: () => new PostgresQueryCompiler(),
          createAdapter: () => new PostgresAdapter(),
          createIntrospector: (db) => new PostgresIntrospector(db),
        },
        ...(onStatement && { log: ({ query }) => onStatement(query.sql) }),
      })
    return { reads: kysely(false), writes: kysely(true), close }
  }

  jsonRows(json: string, columns: Readonly<Record<string, JsonColumn>>): RawBuilder<unknown> {
    const definitions = Object.entries(columns).map(([column, kind]) => sql`${sql.id(column)} ${sql.raw(jsonTypes[kind])}`)
    return sql`json_to_recordset(${json}::json) as r(${sql.join(definitions)})`
  }

  async tableExists(db: Kysely<Tables>, table: string): Promise<boolean> {
    // To read a catalogue is to hear first of what others have made; alone, to_regclass() may answer from before the lock of migrations was waited for.
    const { rows } = await sql<{ found: boolean }>`select to_regclass(${quoted(table)}) is not null as found from pg_class limit 1`.execute(
      db,
    )
    return rows[0]?.found === true
  }

  inspect(db: Kysely<Tables>, tables: readonly string[]): Promise<ReadonlyMap<string, FoundTable>> {
    return inspectPostgres(db, tables)
  }

  /** Asked for first: whoever may not create a schema may still use one that is there. */
  async groundwork(db: Kysely<Tables>): Promise<readonly RawBuilder<unknown>[]> {
    const { schema } = this.#options
    if (schema === undefined) return []
    const { rows } = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(db)
    return rows.length > 0 ? [] : [sql`create schema ${sql.id(schema)}`]
  }

  async lockMigrations<T>(db: Kysely<Tables>, work: () => Promise<T>): Promise<T> {
    // Ends with the transaction, so a pooler may stand between.
    await sql`select pg_advisory_xact_lock(${sql.lit(lockClass)}, hashtext(${this.#options.schema ?? ''}))`.execute(db)
    return work()
  }

  async about(db: Kysely<Tables>): Promise<StoreAbout> {
    const { rows } = await sql<{ version: string }>`select current_setting('server_version') as version`.execute(db)
    const driver = isPostgresPool(this.#place) ? 'a pool handed in' : driverVersion('pg')
    return { driver, server: `PostgreSQL ${rows[0]?.version ?? ''}`.trim() }
  }

  announcement(prefix: string): RawBuilder<unknown> {
    return sql`pg_notify(${channelOf(this.#options.schema, prefix)}, revision::text)`
  }

  /** A `pg.Client` has a `connect()` too, and gives nothing. */
  #client(given: PostgresClient | undefined): PostgresClient {
    if (typeof given?.query === 'function' && typeof given.release === 'function') return given
    throw new StoreError(`${this.description} gave no connection: what was handed in is no pool. Hand in a pg.Pool.`)
  }

  problem(error: unknown): StoreProblem | undefined {
    return postgresProblem(error)
  }
}
