import { InvalidInputError } from '../../errors/index.ts'
import { SqlStore } from '../sql-store.ts'
import type { StoreFactory } from '../store.ts'
import { schemaName, tablePrefix } from '../table-prefix.ts'
import { milliseconds } from '../server/milliseconds.ts'
import { PostgresDialect } from './postgres-dialect.ts'
import type { PostgresPool, PostgresPoolConfig } from './postgres-pool.ts'
import { isPostgresPool } from './postgres-pool.ts'

/** How the PostgreSQL store behaves. */
export interface PostgresOptions {
  /** What the names of the tables start with: 1 to 30 letters, digits and `_`. Default `plugboard_`. */
  readonly prefix?: string
  /** The schema that the tables are in; `migrate` creates it. Default: the first one of the connection's search path. */
  readonly schema?: string
  /**
   * Where to listen for changes. A URL: the server itself, for when `database` leads to a pooler, such as pgbouncer in transaction mode, through which nothing
   * is heard. `false`: nowhere; changes are then seen within `refreshEvery`. Default: where `database` leads. It takes one connection of its own.
   */
  readonly listen?: string | false
  /** Milliseconds that a write waits while another transaction holds what it needs. Default 10,000. */
  readonly lockTimeout?: number
  /** Milliseconds to wait for a connection, and for each answer; making tables waits as long as it takes. Default 30,000. */
  readonly timeout?: number
}

/**
 * Keeps the board in PostgreSQL 12 or later, through the `pg` package.
 *
 * A pool that you hand in is used beside whatever else uses it, and stays yours to close; one that is opened here is closed with the board. Nothing
 * is kept on a connection beyond a transaction, so a pooler such as pgbouncer may stand between, in transaction mode.
 *
 * @param database A URL, settings of a `pg.Pool`, or a pool.
 * @throws `InvalidInputError` for a URL or name that can't be used. Opening later throws `DriverMissingError` or `StoreError`.
 * @example
 * const board = createBoard({ plugins, store: postgres(process.env.DATABASE_URL), keys: process.env.PLUGBOARD_KEYS })
 */
export function postgres(database: string | undefined | PostgresPool | PostgresPoolConfig, options: PostgresOptions = {}): StoreFactory {
  const prefix = tablePrefix(options.prefix ?? 'plugboard_')
  const schema = options.schema === undefined ? undefined : schemaName(options.schema)
  const place = checked(typeof database === 'string' ? { connectionString: database } : database)
  const dialect = new PostgresDialect(place, {
    name: nameOf(place),
    schema,
    listen: typeof options.listen === 'string' ? checkedUrl(options.listen) : options.listen,
    lockTimeout: milliseconds('lockTimeout', options.lockTimeout ?? 10_000),
    timeout: milliseconds('timeout', options.timeout ?? 30_000),
  })
  return {
    description: dialect.description,
    open: (storeOptions) => new SqlStore({ ...storeOptions, dialect, prefix, schema }),
  }
}

/** The driver's own error about a URL quotes it, password and all; so it is looked at here. */
function checked(database: unknown): PostgresPool | PostgresPoolConfig {
  if (typeof database !== 'object' || database === null || Array.isArray(database) || database instanceof URL) throw notADatabase()
  if (isPostgresPool(database)) return database
  const { connectionString } = database as PostgresPoolConfig
  if (connectionString !== undefined) checkedUrl(connectionString)
  return database
}

function checkedUrl(url: string): string {
  if (/^postgres(?:ql)?:/.test(url) && URL.canParse(url)) return url
  throw notADatabase()
}

/** Host, port and database: never the user's part of a URL, nor what follows `?`. */
function nameOf(database: PostgresPool | PostgresPoolConfig): string {
  if (isPostgresPool(database)) return 'a pool handed in'
  const { connectionString, host, port, database: name } = database
  if (connectionString !== undefined) return placeOf(connectionString)
  return `${host ?? 'localhost'}${port === undefined ? '' : `:${port}`}/${name ?? ''}`
}

function placeOf(text: string): string {
  const { host, pathname, searchParams } = new URL(text)
  return `${host || (searchParams.get('host') ?? 'localhost')}${pathname}`
}

function notADatabase(): InvalidInputError {
  return new InvalidInputError([
    {
      pointer: '/database',
      message: 'give postgres() a URL (postgres://user:password@host:5432/database), the settings of a pg.Pool, or a pg.Pool',
    },
  ])
}
