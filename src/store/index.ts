export * from './history-of.ts'
export * from './living-processes.ts'
export * from './rows.ts'
export * from './store.ts'
export * from './watch.ts'
// For reading another application's database; each loads its driver when it is called.
export { loadSqlite } from './sqlite/load-sqlite.ts'
export { openMysql } from './mysql/open-mysql.ts'
export { openPostgres } from './postgres/open-postgres.ts'
