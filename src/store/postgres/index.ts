export { postgres, type PostgresOptions } from './postgres.ts'
export type { PostgresClient, PostgresPool, PostgresPoolConfig } from './postgres-pool.ts'
