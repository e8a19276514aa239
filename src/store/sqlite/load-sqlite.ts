import { DriverMissingError } from '../../errors/index.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

/** Opens a file, or a database in memory. */
export type OpenSqlite = ((path: string) => SqliteDatabase) & {
  /** Name of what it opens them with. */
  readonly driver: string
}

type DatabaseClass = new (path: string, options?: { readonly timeout: number }) => SqliteDatabase

/** A name and how to get its database class; `undefined` where the runtime has none. */
export interface SqliteDriverSource {
  readonly name: string
  readonly load: () => Promise<DatabaseClass | undefined>
}

/** Milliseconds SQLite itself waits for a lock. Short, since it blocks the event loop; the driver waits on, asynchronously. */
const timeout = 2

/** The drivers in the order they are tried: what needs no installation first. */
export const sqliteDrivers: readonly SqliteDriverSource[] = [
  {
    name: 'node:sqlite',
    load: () => Promise.resolve(builtIn()?.DatabaseSync),
  },
  {
    name: '@photostructure/sqlite',
    load: async () => ((await optional('@photostructure/sqlite')) as { DatabaseSync: DatabaseClass }).DatabaseSync,
  },
  { name: 'better-sqlite3', load: async () => ((await optional('better-sqlite3')) as { default: DatabaseClass }).default },
]

/** The first driver that loads. */
export async function loadSqlite(drivers: readonly SqliteDriverSource[] = sqliteDrivers): Promise<OpenSqlite> {
  const failures: unknown[] = []
  for (const driver of drivers) {
    try {
      const Database = await driver.load()
      if (Database === undefined) continue
      return Object.assign((path: string) => new Database(path, { timeout }), { driver: driver.name })
    } catch (error) {
      failures.push(error)
    }
  }
  const broken = failures.filter((error) => !isNotFound(error)).map((error) => ` One is installed but did not load: ${String(error)}.`)
  throw new DriverMissingError(
    `No SQLite driver can be loaded on Node ${process.versions.node}. Use Node 22.13 or later, which has one built in, ` +
      `or run: npm install @photostructure/sqlite.${broken.join('')}`,
    { cause: failures.length === 1 ? failures[0] : new AggregateError(failures) },
  )
}

/**
 * Node's own SQLite. Node 22 warns at each start of each process that it is experimental: whoever chose this store would read that at every command and
 * every deploy. That one warning is held back while the module loads; any other is let through.
 */
function builtIn(): { readonly DatabaseSync: DatabaseClass } | undefined {
  // eslint-disable-next-line typescript/unbound-method -- it is called on its process, and put back as it was.
  const { emitWarning } = process
  const quiet = (warning: string | Error, ...rest: readonly unknown[]): void => {
    if (!/SQLite is an experimental feature/.test(String(warning))) Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  process.emitWarning = quiet
  try {
    return process.getBuiltinModule?.('node:sqlite') as { DatabaseSync: DatabaseClass } | undefined
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Imports a package that need not be there. The name is a variable so that bundlers and the compiler leave it alone. */
function optional(name: string): Promise<unknown> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name)
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
}
