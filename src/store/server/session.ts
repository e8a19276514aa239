import type { StoreProblem } from '../dialect.ts'

/** What a statement gave. */
export interface StatementResult {
  readonly rows: readonly unknown[]
  /** How many rows INSERT, UPDATE or DELETE wrote; `undefined` for statements that only read. */
  readonly affected?: number | undefined
}

/** How a transaction begins. */
export interface TransactionKind {
  readonly readOnly: boolean
  readonly isolation: 'read committed' | 'repeatable read'
}

/** One connection, borrowed from a pool: what a driver must do for the store. */
export interface Session {
  /** Parametrised, and with nothing left on the connection afterwards. */
  query(sql: string, parameters: readonly unknown[]): Promise<StatementResult>
  begin(kind: TransactionKind): Promise<void>
  /** Throws where the database rolled back instead. */
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Gives it back to its pool; a broken one is thrown away there. */
  release(broken: boolean): void
}

/** Where sessions come from. */
export interface SessionSource {
  /** For messages. */
  readonly description: string
  acquire(): Promise<Session>
  problem(error: unknown): StoreProblem | undefined
}
