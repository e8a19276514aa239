import { setImmediate } from 'node:timers/promises'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { StoreError } from '../../errors/index.ts'
import { Mutex } from '../mutex.ts'
import type { PreparedStatement } from './prepared-statement.ts'
import { prepare } from './prepared-statement.ts'
import { retryWhileBusy } from './retry-while-busy.ts'
import type { SqliteDatabase, SqliteValue } from './sqlite-database.ts'
import { sqliteProblem } from './sqlite-errors.ts'

/** Prepared statements kept per connection; ours are fewer than this. */
const kept = 100

/** One mutex for each open database, also where several stores were handed the same one. */
const mutexes = new WeakMap<SqliteDatabase, Mutex>()

/** One SQLite connection: prepared statements, one user at a time, and patience where the database is busy. */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: SqliteDatabase
  readonly #lockTimeout: number
  readonly #statements = new Map<string, PreparedStatement>()
  readonly #mutex: Mutex
  #unlock: () => void = () => {}
  #requested = 0
  #progress = 0

  constructor(database: SqliteDatabase, lockTimeout: number) {
    this.#database = database
    this.#lockTimeout = lockTimeout
    this.#mutex = mutexes.get(database) ?? new Mutex()
    mutexes.set(database, this.#mutex)
  }

  /**
   * Waits for its turn. Patience counts from the request or from the last time this connection got anywhere, whichever is later: behind a
   * long write one may wait, but behind a hundred others that all met a locked database nobody waits a hundred times as long.
   */
  async acquire(): Promise<this> {
    const requested = performance.now()
    const queued = this.#mutex.isBusy
    this.#unlock = await this.#mutex.lock()
    // SQLite works synchronously: without a turn of the event loop in between, a long queue would hold up all else in the process.
    if (queued) await setImmediate()
    this.#requested = requested
    return this
  }

  release(): void {
    this.#unlock()
  }

  /** Runs a statement without parameters and rows: transaction control. */
  async control(sql: string): Promise<void> {
    await this.#patiently(() => this.#database.exec(sql))
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    // NULL is bound as well; see SqliteValue.
    const values = parameters.map(bindable) as SqliteValue[]
    return this.#patiently(() => {
      const { rows, changes } = this.#prepare(sql).run(values)
      // The rows are what the statement selects; the caller's type says what that is.
      return changes === undefined ? { rows: rows as R[] } : { rows: [], numAffectedRows: BigInt(changes) }
    })
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new StoreError('Streaming is not supported by the SQLite store.')
  }

  async #patiently<T>(step: () => T): Promise<T> {
    const deadline = Math.max(this.#requested, this.#progress) + this.#lockTimeout
    const result = await retryWhileBusy(step, { deadline, isBusy: (error) => sqliteProblem(error) === 'busy' })
    this.#progress = performance.now()
    return result
  }

  #prepare(sql: string): PreparedStatement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const prepared = prepare(this.#database, sql)
    if (this.#statements.size >= kept) this.#statements.clear()
    this.#statements.set(sql, prepared)
    return prepared
  }
}

/** node:sqlite refuses booleans and stores a Date as NULL in silence. */
function bindable(value: unknown): SqliteValue | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date) return value.getTime()
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array)
    return value
  throw new StoreError(`A value of type ${typeof value} can't be stored in SQLite.`)
}
