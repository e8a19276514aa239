import { describe, expect, test } from 'vitest'
import mysqlCallbacks from 'mysql2'
import { skipWithReason } from '../../../test/skip.ts'
import type { DatabaseKind, TestDatabase } from '../../../test/support/databases.ts'
import { mariadbDatabase, mysqlDatabases } from '../../../test/support/mysql-test-database.ts'
import { testStore } from '../../testing/test-store.ts'
import { mysql, type MysqlCallbackPool, type MysqlPool } from '../../mysql.ts'

for (const kind of [mariadbDatabase, ...mysqlDatabases]) {
  const wanted = skipWithReason(kind.wanting)
  const runner = {
    describe,
    test: Object.assign((name: string, body: () => Promise<void>) => wanted(name, body), { skip: test.skip }),
    expect,
  }

  testStore(runner, { name: `${kind.name}, a pool of its own`, database: () => kind.open() })

  testStore(runner, {
    name: `${kind.name}, a pool with callbacks and ways of its own: sql_mode, no autocommit, serializable, changed rows counted, rows nested, cast and named`,
    database: () => withPool(kind, oddPool),
  })
}

function oddPool(uri: string): OwnedPool {
  const pool = mysqlCallbacks.createPool({
    uri,
    connectionLimit: 6,
    flags: ['-FOUND_ROWS'],
    multipleStatements: true,
    namedPlaceholders: true,
    nestTables: true,
    rowsAsArray: true,
    bigNumberStrings: true,
    supportBigNumbers: true,
    dateStrings: true,
    typeCast: () => 'cast',
  })
  pool.on('connection', (connection) => {
    connection.query("set session sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,IGNORE_SPACE,ONLY_FULL_GROUP_BY'")
    connection.query("set session autocommit = 0, session time_zone = '+03:30'")
    connection.query('set session transaction isolation level serializable')
  })
  return { pool, end: () => pool.promise().end() }
}

interface OwnedPool {
  readonly pool: MysqlPool | MysqlCallbackPool
  readonly end: () => Promise<void>
}

async function withPool(kind: DatabaseKind, make: (uri: string) => OwnedPool): Promise<TestDatabase> {
  const database = await kind.open()
  const { pool, end } = make(database.place)
  return {
    ...database,
    factory: mysql(pool, { prefix: 'App2_' }),
    [Symbol.asyncDispose]: async () => {
      await end()
      await database[Symbol.asyncDispose]()
    },
  }
}
