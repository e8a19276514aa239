import { StoreError } from '../../errors/index.ts'
import type { Session, StatementResult, TransactionKind } from '../server/session.ts'
import type { PostgresClient } from './postgres-pool.ts'

const writing: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

/**
 * One client of `pg` while it is borrowed. Statements have no names and nothing is set beyond a transaction, so a pooler may give each
 * transaction another connection (pgbouncer in transaction mode).
 */
export class PostgresSession implements Session {
  readonly #client: PostgresClient
  readonly #lockTimeout: number

  constructor(client: PostgresClient, lockTimeout: number) {
    this.#client = client
    this.#lockTimeout = lockTimeout
    // A connection that breaks while nothing is asked of it says so by an event, which ends the process where nobody listens.
    client.on?.('error', ignore)
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<StatementResult> {
    const { rows, rowCount, command } = await this.#client.query(sql, [...parameters])
    return writing.has(command) ? { rows, affected: rowCount ?? 0 } : { rows }
  }

  async begin({ readOnly, isolation }: TransactionKind): Promise<void> {
    const begin = `begin isolation level ${isolation} ${readOnly ? 'read only' : 'read write'}`
    await this.#client.query(readOnly ? begin : `${begin}; set local lock_timeout = ${this.#lockTimeout}`)
  }

  async commit(): Promise<void> {
    const { command } = await this.#client.query('commit')
    // A transaction in which a statement failed is rolled back instead, and PostgreSQL calls that no error.
    if (command === 'ROLLBACK')
      throw new StoreError('PostgreSQL rolled the transaction back: a statement in it had failed. Nothing was written.')
  }

  async rollback(): Promise<void> {
    await this.#client.query('rollback')
  }

  release(broken: boolean): void {
    this.#client.removeListener?.('error', ignore)
    this.#client.release(broken)
  }
}

function ignore(): void {}
