export { mysql, type MysqlOptions } from './mysql.ts'
export type { MysqlCallbackPool, MysqlConnection, MysqlPool, MysqlPoolConfig, MysqlStatement, MysqlValue } from './mysql-pool.ts'
