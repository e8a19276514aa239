import type { SqliteDriverSource } from './load-sqlite.ts'
import { loadSqlite } from './load-sqlite.ts'
import { retryWhileBusy } from './retry-while-busy.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { sqliteProblem } from './sqlite-errors.ts'

/** Open databases; `reads` is `writes` where there can be only one connection. */
export interface OpenDatabases {
  readonly reads: SqliteDatabase
  readonly writes: SqliteDatabase
  /** Name of the driver; `undefined` for a database that was handed in. */
  readonly driver?: string
  /** Closes what was opened here. */
  readonly close: () => void
}

/**
 * Opens two connections to a file, so that reads need not wait for writes; one to a database in memory, which no second one would see.
 * A database that was handed in is used as it is: its settings and its end are its owner's.
 */
export async function openSqlite(
  place: string | SqliteDatabase,
  { lockTimeout, drivers }: { readonly lockTimeout: number; readonly drivers?: readonly SqliteDriverSource[] },
): Promise<OpenDatabases> {
  if (typeof place !== 'string') return { reads: place, writes: place, close: () => {} }
  const open = await loadSqlite(drivers)
  const opened: SqliteDatabase[] = []
  const close = (): void => opened.splice(0).forEach((database) => database.close())
  const connect = async (pragmas: readonly string[]): Promise<SqliteDatabase> => {
    const database = open(place)
    opened.push(database)
    const deadline = performance.now() + lockTimeout
    for (const pragma of pragmas) {
      await retryWhileBusy(() => database.exec(`pragma ${pragma}`), { deadline, isBusy: (error) => sqliteProblem(error) === 'busy' })
    }
    return database
  }
  try {
    const writes = await connect(['foreign_keys = on', 'synchronous = full'])
    const { driver } = open
    if (isInMemory(place)) return { reads: writes, writes, driver, close }
    await useWriteAheadLog(writes, performance.now() + lockTimeout)
    const reads = await connect(['query_only = on'])
    const closeFile = (): void => {
      emptyLog(writes)
      close()
    }
    return { reads, writes, driver, close: closeFile }
  } catch (error) {
    close()
    throw error
  }
}

/** Stays as it is where the file can't be changed: then there is nothing to log either. */
async function useWriteAheadLog(database: SqliteDatabase, deadline: number): Promise<void> {
  try {
    await retryWhileBusy(() => database.prepare('pragma journal_mode = wal').all(), {
      deadline,
      isBusy: (error) => sqliteProblem(error) === 'busy',
    })
  } catch (error) {
    if (sqliteProblem(error) !== 'read-only') throw error
  }
}

/**
 * Moves what is in the log into the file, so that the file alone is the whole database once the store is closed. SQLite does it itself when the
 * last connection ends, but @photostructure/sqlite ends one only when its statements are collected.
 */
function emptyLog(database: SqliteDatabase): void {
  try {
    database.exec('pragma wal_checkpoint(truncate)')
  } catch {
    // Another process is reading, or the file is read-only: the log stays, and whoever opens the file next reads it.
  }
}

/** Whether a place is private to its connection. */
function isInMemory(place: string): boolean {
  return place === ':memory:' || (place.startsWith('file:') && /:memory:|[?&]mode=memory/.test(place))
}
