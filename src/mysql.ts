export {
  mysql,
  type MysqlCallbackPool,
  type MysqlConnection,
  type MysqlOptions,
  type MysqlPool,
  type MysqlPoolConfig,
  type MysqlStatement,
  type MysqlValue,
} from './store/mysql/index.ts'
export type { Store, StoreFactory, StoreOptions } from './store/index.ts'
