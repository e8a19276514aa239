import { resolve } from 'node:path'
import { InvalidInputError } from '../../errors/index.ts'
import { SqlStore } from '../sql-store.ts'
import type { StoreFactory } from '../store.ts'
import { tablePrefix } from '../table-prefix.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { isSqliteDatabase } from './sqlite-database.ts'
import { SqliteDialect } from './sqlite-dialect.ts'

/** How the SQLite store behaves. */
export interface SqliteOptions {
  /** What the names of the tables start with: 1 to 30 letters, digits and `_`. Default `plugboard_`. */
  readonly prefix?: string
  /** Milliseconds to wait while another process holds the database. Default 10,000. */
  readonly lockTimeout?: number
}

/**
 * Keeps the board in SQLite.
 *
 * A file is opened with `node:sqlite` where Node has it (22.13 and later), else with `@photostructure/sqlite` or `better-sqlite3`, whichever
 * is installed; on first use, in WAL mode, with two connections. A database that you hand in is used as it is and stays yours to close; what you
 * run on it while the board writes becomes part of that write.
 *
 * @param database A path, `':memory:'`, or an open database of one of the three drivers.
 * @throws `InvalidInputError` for a prefix that can't stand in SQL. Opening later throws `DriverMissingError` or `StoreError`.
 * @example
 * const board = createBoard({ plugins, store: sqlite('plugboard.db'), keys: process.env.PLUGBOARD_KEYS })
 */
export function sqlite(database: string | SqliteDatabase, options: SqliteOptions = {}): StoreFactory {
  const prefix = tablePrefix(options.prefix ?? 'plugboard_')
  const { lockTimeout = 10_000 } = options
  if (!(lockTimeout >= 0)) {
    throw new InvalidInputError([{ pointer: '/lockTimeout', message: `${lockTimeout} is no time to wait. Give milliseconds, 0 or more` }])
  }
  // As it was given; what follows `?` in a file: URI may be a key.
  const name = typeof database === 'string' ? (database.split('?')[0] ?? '') : 'a database handed in'
  const dialect = new SqliteDialect(place(database), { name, lockTimeout })
  return {
    description: dialect.description,
    open: (storeOptions) => new SqlStore({ ...storeOptions, dialect, prefix }),
  }
}

/** A path is fixed now: the working directory may be another one when the file is opened. */
function place(database: string | SqliteDatabase): string | SqliteDatabase {
  if (typeof database !== 'string') {
    if (isSqliteDatabase(database)) return database
    throw notADatabase()
  }
  if (database === '') throw notADatabase()
  return database === ':memory:' || database.startsWith('file:') ? database : resolve(database)
}

function notADatabase(): InvalidInputError {
  return new InvalidInputError([
    {
      pointer: '/database',
      message: "give sqlite() a file's path, ':memory:', or an open database of node:sqlite, @photostructure/sqlite or better-sqlite3",
    },
  ])
}
