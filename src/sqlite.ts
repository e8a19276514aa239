export { sqlite, type SqliteDatabase, type SqliteOptions, type SqliteStatement, type SqliteValue } from './store/sqlite/index.ts'
export type { Store, StoreFactory, StoreOptions } from './store/index.ts'
