/** What the store binds. */
export type MysqlValue = string | number | null

/** Settings of one statement; they go before the pool's own. */
export interface MysqlStatement {
  sql: string
  values?: MysqlValue[]
  rowsAsArray?: boolean
  nestTables?: boolean
  typeCast?: (field: unknown, next: () => unknown) => unknown
}

/** A connection of `mysql2/promise`, as far as the store uses it. */
export interface MysqlConnection {
  execute(statement: MysqlStatement): Promise<[unknown, unknown]>
  query(sql: string): Promise<[unknown, unknown]>
  release(): void
  /** Throws the connection away. */
  destroy(): void
}

/** A pool of `mysql2/promise`, or anything with its `getConnection()`: what the store uses of a pool that is handed in. */
export interface MysqlPool {
  getConnection(): Promise<MysqlConnection>
}

/** A pool of `mysql2` with callbacks: it gives its other self. */
export interface MysqlCallbackPool {
  promise(): MysqlPool
}

/** Settings of a pool that the store opens; every setting of `mysql2.createPool` is passed on. */
export interface MysqlPoolConfig {
  readonly uri?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly database?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly socketPath?: string | undefined
  readonly ssl?: string | object | undefined
  readonly connectionLimit?: number | undefined
}

export function isMysqlPool(value: unknown): value is MysqlPool | MysqlCallbackPool {
  return typeof value === 'object' && value !== null && 'getConnection' in value && typeof value.getConnection === 'function'
}

/** The pool that gives promises. */
export function promisePool(pool: MysqlPool | MysqlCallbackPool): MysqlPool {
  return 'promise' in pool && typeof pool.promise === 'function' ? pool.promise() : (pool as MysqlPool)
}
