import type { Driver, TransactionSettings } from 'kysely'
import { Mutex } from '../mutex.ts'
import { within } from './patience.ts'
import { ServerConnection } from './server-connection.ts'
import type { Session, SessionSource } from './session.ts'

export interface ServerDriverOptions {
  /** Milliseconds to wait for a connection, and for each answer. */
  readonly timeout: number
  /** One at a time, in the order they were asked for: what would wait for the same row anyway holds no connection meanwhile. */
  readonly queue: boolean
}

/** Kysely's driver over a pool of sessions. It opens nothing and closes nothing. */
export class ServerDriver implements Driver {
  readonly #source: SessionSource
  readonly #options: ServerDriverOptions
  readonly #mutex = new Mutex()
  readonly #unlock = new WeakMap<ServerConnection, () => void>()

  constructor(source: SessionSource, options: ServerDriverOptions) {
    this.#source = source
    this.#options = options
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ServerConnection> {
    const unlock = this.#options.queue ? await this.#mutex.lock() : () => {}
    try {
      const { timeout } = this.#options
      const session = await within(this.#source.acquire(), {
        timeout,
        message: `${this.#source.description} had no connection free for ${timeout} ms. Check that the server answers, or make the pool larger; nothing was written.`,
        late: (tooLate: Session) => tooLate.release(false),
      })
      const connection = new ServerConnection(session, this.#source, timeout)
      this.#unlock.set(connection, unlock)
      return connection
    } catch (error) {
      unlock()
      throw error
    }
  }

  beginTransaction(connection: ServerConnection, { accessMode, isolationLevel }: TransactionSettings): Promise<void> {
    return connection.begin({
      readOnly: accessMode === 'read only',
      isolation: isolationLevel === 'repeatable read' ? isolationLevel : 'read committed',
    })
  }

  commitTransaction(connection: ServerConnection): Promise<void> {
    return connection.commit()
  }

  rollbackTransaction(connection: ServerConnection): Promise<void> {
    return connection.rollback()
  }

  async releaseConnection(connection: ServerConnection): Promise<void> {
    try {
      connection.release()
    } finally {
      this.#unlock.get(connection)?.()
    }
  }

  async destroy(): Promise<void> {}
}
