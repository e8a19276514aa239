import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { StoreError } from '../../errors/index.ts'
import { within } from './patience.ts'
import type { Session, SessionSource, TransactionKind } from './session.ts'

/** A session as Kysely uses it: it knows whether it still can be used, and waits for no answer for ever. */
export class ServerConnection implements DatabaseConnection {
  readonly #session: Session
  readonly #source: SessionSource
  readonly #timeout: number
  #broken = false

  constructor(session: Session, source: SessionSource, timeout: number) {
    this.#session = session
    this.#source = source
    this.#timeout = timeout
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const asked = this.#session.query(sql, parameters)
    // Building an index takes as long as it takes.
    const { rows, affected } = await (/^(?:create|alter|drop) /.test(sql) ? this.#watched(asked) : this.#answer(asked))
    // The rows are what the statement selects; the caller's type says what that is.
    return { rows: rows as R[], ...(affected !== undefined && { numAffectedRows: BigInt(affected) }) }
  }

  begin(kind: TransactionKind): Promise<void> {
    return this.#answer(this.#session.begin(kind))
  }

  commit(): Promise<void> {
    return this.#answer(this.#session.commit())
  }

  /** Never fails: what can't be rolled back is thrown away, and the server does it. */
  async rollback(): Promise<void> {
    if (this.#broken) return
    try {
      await this.#answer(this.#session.rollback())
    } catch {
      this.#broken = true
    }
  }

  release(): void {
    this.#session.release(this.#broken)
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new StoreError('Streaming is not supported by the store.')
  }

  #answer<T>(promise: Promise<T>): Promise<T> {
    const message = `${this.#source.description} gave no answer for ${this.#timeout} ms. Check the network and what the server is doing; whether it did what was asked is not known.`
    const expired = (): void => {
      this.#broken = true
    }
    return this.#watched(within(promise, { timeout: this.#timeout, message, expired }))
  }

  async #watched<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise
    } catch (error) {
      if (this.#source.problem(error) === 'unreachable') this.#broken = true
      throw error
    }
  }
}
