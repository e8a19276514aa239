import type { Dialect as KyselyDialect, Driver, TransactionSettings } from 'kysely'
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Tables } from '../tables.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { sqliteProblem } from './sqlite-errors.ts'

/** Kysely over one open connection. Read-only transactions take no lock, others take the write lock at once. */
export function sqliteKysely(connection: SqliteConnection, onStatement: ((sql: string) => void) | undefined): Kysely<Tables> {
  const dialect: KyselyDialect = {
    createDriver: () => new SqliteDriver(connection),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new QueuelessAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
  return new Kysely<Tables>({ dialect, ...(onStatement && { log: ({ query }) => onStatement(query.sql) }) })
}

/** Keeps Kysely 0.29 from queueing before us: our queue knows how long each has waited, and lets the event loop turn. */
class QueuelessAdapter extends SqliteAdapter {
  get supportsMultipleConnections(): boolean {
    return true
  }
}

class SqliteDriver implements Driver {
  readonly #connection: SqliteConnection
  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<SqliteConnection> {
    return this.#connection.acquire()
  }

  async beginTransaction(_connection: unknown, { accessMode }: TransactionSettings): Promise<void> {
    await this.#connection.control(accessMode === 'read only' ? 'begin deferred' : 'begin immediate')
  }

  async commitTransaction(): Promise<void> {
    await this.#connection.control('commit')
  }

  async rollbackTransaction(): Promise<void> {
    try {
      await this.#connection.control('rollback')
    } catch (error) {
      // After some failures (a full disk) SQLite has rolled back by itself.
      if (sqliteProblem(error) !== 'no-transaction') throw error
    }
  }

  async releaseConnection(): Promise<void> {
    this.#connection.release()
  }

  async destroy(): Promise<void> {}
}
