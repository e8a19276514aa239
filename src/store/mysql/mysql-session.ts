import { StoreError } from '../../errors/index.ts'
import type { Session, StatementResult, TransactionKind } from '../server/session.ts'
import type { MysqlHabits } from './mysql-habits.ts'
import type { MysqlConnection, MysqlValue } from './mysql-pool.ts'

/** Bytes for what surrounds the parameters. */
const room = 1024

/** What mysql2 gives for a statement that writes. */
interface WriteHeader {
  readonly affectedRows: number
  /** `Rows matched: 2  Changed: 0  Warnings: 0` */
  readonly info?: string
}

/**
 * One connection of mysql2 while it is borrowed. Statements are prepared by the server: escaping in the client would depend on sql_mode. A pool's ways of
 * giving rows are overridden for each.
 */
export class MysqlSession implements Session {
  readonly #connection: MysqlConnection
  readonly #habits: MysqlHabits
  #inTransaction = false

  constructor(connection: MysqlConnection, habits: MysqlHabits) {
    this.#connection = connection
    this.#habits = habits
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<StatementResult> {
    this.#refuseTooLarge(sql, parameters)
    const [result] = await this.#connection.execute({
      sql,
      values: parameters.map(bindable),
      rowsAsArray: false,
      nestTables: false,
      typeCast: (_field, next) => next(),
    })
    // Without autocommit a transaction has begun that nobody ends, and all later reads would see its snapshot.
    if (!this.#inTransaction && !this.#habits.autocommit) await this.#connection.query('commit')
    if (Array.isArray(result)) return { rows: result as readonly unknown[] }
    // What is no array of rows is the header.
    return { rows: [], affected: matched(result as WriteHeader) }
  }

  async begin({ readOnly, isolation }: TransactionKind): Promise<void> {
    if (!this.#habits.autocommit) await this.#connection.query('rollback')
    // Of the next transaction alone.
    await this.#connection.query(`set transaction isolation level ${isolation}`)
    await this.#connection.query(`start transaction ${readOnly ? 'read only' : 'read write'}`)
    this.#inTransaction = true
  }

  async commit(): Promise<void> {
    await this.#connection.query('commit')
    this.#inTransaction = false
  }

  async rollback(): Promise<void> {
    await this.#connection.query('rollback')
    this.#inTransaction = false
  }

  /** The server would cut the connection, and whether its reason arrives before that is left to chance. */
  #refuseTooLarge(sql: string, parameters: readonly unknown[]): void {
    const bytes = parameters.reduce<number>(
      (sum, each) => sum + (typeof each === 'string' ? Buffer.byteLength(each) : 0),
      sql.length + room,
    )
    if (bytes <= this.#habits.largestPacket) return
    throw new StoreError(
      `The server takes ${this.#habits.largestPacket} bytes at once, and this needs ${bytes}. Raise its max_allowed_packet (64M is usual), or store less; nothing was written.`,
    )
  }

  release(broken: boolean): void {
    if (broken) this.#connection.destroy()
    else this.#connection.release()
  }
}

/** Rows that an UPDATE found, also where it left them as they were and the connection counts only others. */
function matched({ affectedRows, info }: WriteHeader): number {
  const found = /^Rows matched: (\d+)/.exec(info ?? '')?.[1]
  return found === undefined ? affectedRows : Number(found)
}

function bindable(value: unknown): MysqlValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new StoreError(`A value of type ${typeof value} can't be stored in MySQL.`)
}
