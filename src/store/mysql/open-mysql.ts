import { DriverMissingError } from '../../errors/index.ts'
import type { MysqlCallbackPool, MysqlPool, MysqlPoolConfig } from './mysql-pool.ts'
import { isMysqlPool, promisePool } from './mysql-pool.ts'

/** A pool, and how it ends: not at all where it is the user's. */
export interface OpenPool {
  readonly pool: MysqlPool
  readonly close: () => Promise<void>
}

interface OwnPool extends MysqlPool {
  end(): Promise<void>
}

type CreatePool = (config: object) => OwnPool

/** Opens a pool with `mysql2`, or takes the one that was handed in. Connects nowhere yet. */
export async function openMysql(place: MysqlPool | MysqlCallbackPool | MysqlPoolConfig, timeout: number): Promise<OpenPool> {
  if (isMysqlPool(place)) return { pool: promisePool(place), close: async () => {} }
  const createPool = await loadCreatePool()
  const pool = createPool({ connectTimeout: timeout, ...place, charset: 'utf8mb4', multipleStatements: false })
  return { pool, close: () => pool.end() }
}

async function loadCreatePool(): Promise<CreatePool> {
  try {
    const loaded = (await import(/* webpackIgnore: true */ /* @vite-ignore */ packageName)) as { default: { createPool: CreatePool } }
    return (config) => loaded.default.createPool(config)
  } catch (error) {
    throw new DriverMissingError("MySQL's driver can't be loaded. Run: npm install mysql2", { cause: error })
  }
}

/** A variable, so that bundlers and the compiler leave the import alone. */
const packageName: string = 'mysql2/promise.js'
