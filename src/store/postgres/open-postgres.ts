import { DriverMissingError, StoreError } from '../../errors/index.ts'
import type { PostgresPool, PostgresPoolConfig } from './postgres-pool.ts'
import { isPostgresPool } from './postgres-pool.ts'
import type { ListeningClient } from './postgres-watch.ts'

/** A pool, and how it ends: not at all where it is the user's. */
export interface OpenPool {
  readonly pool: PostgresPool
  readonly close: () => Promise<void>
}

interface OwnPool extends PostgresPool {
  on(event: 'error', listener: () => void): unknown
  end(): Promise<void>
}

type PoolClass = new (config: object) => OwnPool
type ClientClass = new (config: object) => ListeningClient

/** Opens a pool with `pg`, or takes the one that was handed in. Connects nowhere yet. */
export async function openPostgres(place: PostgresPool | PostgresPoolConfig, timeout: number): Promise<OpenPool> {
  if (isPostgresPool(place)) return { pool: place, close: async () => {} }
  const { Pool } = await loadPg()
  const pool = new Pool({
    connectionTimeoutMillis: timeout,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    fallback_application_name: 'plugboard',
    ...place,
  })
  // An idle connection that breaks is no news: the next one is opened when it is needed.
  pool.on('error', () => {})
  return { pool, close: () => pool.end() }
}

/**
 * A connection that listens, not yet connected. Of a pool that was handed in it is made like the pool's own, and not borrowed: it is kept for good.
 *
 * @throws DriverMissingError, StoreError
 */
export async function listeningClient(place: PostgresPool | PostgresPoolConfig, timeout: number): Promise<ListeningClient> {
  const own = {
    connectionTimeoutMillis: timeout,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    fallback_application_name: 'plugboard',
  }
  if (!isPostgresPool(place)) return new (await loadPg()).Client({ ...own, ...place })
  const { Client, options } = place
  if (typeof Client !== 'function' || options === undefined) {
    throw new StoreError(
      "The pool that was handed in can't make a connection to listen on. Say postgres(pool, { listen: 'postgres://…' }).",
    )
  }
  // `pg.Pool` keeps the class of its clients. Its options hide the password from being copied: they are passed as they are.
  return new (Client as ClientClass)(options)
}

async function loadPg(): Promise<{ readonly Pool: PoolClass; readonly Client: ClientClass }> {
  interface Classes {
    readonly Pool?: PoolClass
    readonly Client?: ClientClass
  }
  try {
    const loaded = (await import(/* webpackIgnore: true */ /* @vite-ignore */ packageName)) as Classes & { readonly default?: Classes }
    const { Pool, Client } = loaded.Pool === undefined ? (loaded.default ?? loaded) : loaded
    if (Pool !== undefined && Client !== undefined) return { Pool, Client }
  } catch (error) {
    throw new DriverMissingError("PostgreSQL's driver can't be loaded. Run: npm install pg", { cause: error })
  }
  throw new DriverMissingError("The package 'pg' has no Pool. Run: npm install pg")
}

/** A variable, so that bundlers and the compiler leave the import alone. */
const packageName: string = 'pg'
