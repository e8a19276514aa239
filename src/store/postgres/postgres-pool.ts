/** A connection that `pool.connect()` of `pg` gives, as far as the store uses it. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null; readonly command: string }>
  /** `true` throws the connection away. */
  release(destroy?: boolean): void
  on?(event: 'error', listener: (error: Error) => void): unknown
  removeListener?(event: 'error', listener: (error: Error) => void): unknown
}

/** A `pg.Pool`, or anything with its `connect()`: what the store uses of a pool that is handed in. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>
  /** What `pg.Pool` has beside: how to make another client like its own. */
  readonly options?: object
  readonly Client?: unknown
}

/** Settings of a pool that the store opens; every setting of `pg.Pool` is passed on. */
export interface PostgresPoolConfig {
  readonly connectionString?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly database?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | (() => string | Promise<string>) | undefined
  readonly ssl?: boolean | object | undefined
  readonly max?: number | undefined
  /** Keeps a `pg.Client`, which has all of these, from being taken for settings. */
  readonly connect?: never
}

export function isPostgresPool(value: unknown): value is PostgresPool {
  return typeof value === 'object' && value !== null && 'connect' in value && typeof value.connect === 'function'
}
