export { sqlite, type SqliteOptions } from './sqlite.ts'
export type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite-database.ts'
