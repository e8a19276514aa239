export { postgres, type PostgresClient, type PostgresOptions, type PostgresPool, type PostgresPoolConfig } from './store/postgres/index.ts'
export type { Store, StoreFactory, StoreOptions } from './store/index.ts'
