import { InvalidInputError } from '../../errors/index.ts'
import { milliseconds } from '../server/milliseconds.ts'
import { SqlStore } from '../sql-store.ts'
import type { StoreFactory } from '../store.ts'
import { tablePrefix } from '../table-prefix.ts'
import { MysqlDialect } from './mysql-dialect.ts'
import type { MysqlCallbackPool, MysqlPool, MysqlPoolConfig } from './mysql-pool.ts'
import { isMysqlPool } from './mysql-pool.ts'

/** How the MySQL and MariaDB store behaves. */
export interface MysqlOptions {
  /** What the names of the tables start with: 1 to 30 letters, digits and `_`. Default `plugboard_`. */
  readonly prefix?: string
  /** Milliseconds to wait for a connection, and for each answer; making tables waits as long as it takes. Default 30,000. */
  readonly timeout?: number
}

/**
 * Keeps the board in MySQL 8 or MariaDB 10.11, or later, through the `mysql2` package.
 *
 * A pool that you hand in, with promises or with callbacks, is used beside whatever else uses it, and stays yours to close; one that is opened here is closed
 * with the board. Its connections must have the character set utf8mb4, which is mysql2's own default.
 *
 * @param database A URL, settings of `mysql2.createPool`, or a pool.
 * @throws `InvalidInputError` for a URL or prefix that can't be used. Opening later throws `DriverMissingError` or `StoreError`.
 * @example
 * const board = createBoard({ plugins, store: mysql('mysql://app:secret@db/shop'), keys: process.env.PLUGBOARD_KEYS })
 */
export function mysql(
  database: string | undefined | MysqlPool | MysqlCallbackPool | MysqlPoolConfig,
  options: MysqlOptions = {},
): StoreFactory {
  const prefix = tablePrefix(options.prefix ?? 'plugboard_')
  const place = checked(typeof database === 'string' ? { uri: database } : database)
  const dialect = new MysqlDialect(place, {
    name: nameOf(place),
    prefix,
    timeout: milliseconds('timeout', options.timeout ?? 30_000),
  })
  return {
    description: dialect.description,
    open: (storeOptions) => new SqlStore({ ...storeOptions, dialect, prefix }),
  }
}

/** The driver's own error about a URL quotes it, password and all; so it is looked at here. */
function checked(database: unknown): MysqlPool | MysqlCallbackPool | MysqlPoolConfig {
  if (typeof database !== 'object' || database === null || Array.isArray(database) || database instanceof URL) throw notADatabase()
  if (isMysqlPool(database)) return database
  // A connection is neither a pool nor settings.
  if ('query' in database) throw notADatabase()
  const { uri } = database as MysqlPoolConfig
  if (uri !== undefined && !(/^(?:mysql|mariadb):/.test(uri) && URL.canParse(uri))) throw notADatabase()
  return database
}

/** Host, port and database: never the user's part of a URL, nor what follows `?`. */
function nameOf(database: MysqlPool | MysqlCallbackPool | MysqlPoolConfig): string {
  if (isMysqlPool(database)) return 'a pool handed in'
  const { uri, host, port, socketPath, database: name } = database
  if (uri !== undefined) return hostAndDatabase(uri)
  return `${socketPath ?? host ?? 'localhost'}${port === undefined ? '' : `:${port}`}/${name ?? ''}`
}

function hostAndDatabase(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

function notADatabase(): InvalidInputError {
  return new InvalidInputError([
    {
      pointer: '/database',
      message: 'give mysql() a URL (mysql://user:password@host:3306/database), the settings of mysql2.createPool, or a pool of mysql2',
    },
  ])
}
