import { describe, expect, test } from 'vitest'
import pg from 'pg'
import { skipWithReason } from '../../../test/skip.ts'
import type { TestDatabase } from '../../../test/support/databases.ts'
import { postgresDatabase, postgresUrl } from '../../../test/support/postgres-test-database.ts'
import { transactionPooling } from '../../../test/support/transaction-pooling.ts'
import { testStore } from '../../testing/test-store.ts'
import { postgres } from './postgres.ts'

const wanted = skipWithReason(postgresDatabase.wanting)
const runner = {
  describe,
  test: Object.assign((name: string, body: () => Promise<void>) => wanted(name, body), { skip: test.skip }),
  expect,
}

testStore(runner, { name: 'postgres, a pool of its own', database: () => postgresDatabase.open() })

testStore(runner, {
  name: 'postgres, a pool handed in, whose every transaction has another connection (as behind pgbouncer)',
  database: () =>
    withPool((pool, database) =>
      postgres(transactionPooling(pool), { schema: database.place.split('#')[1] ?? '', prefix: 'App2_', listen: postgresUrl() }),
    ),
})

async function withPool(make: (pool: pg.Pool, database: TestDatabase) => TestDatabase['factory']): Promise<TestDatabase> {
  const database = await postgresDatabase.open()
  const pool = new pg.Pool({ connectionString: postgresUrl(), max: 6 })
  return {
    ...database,
    factory: make(pool, database),
    [Symbol.asyncDispose]: async () => {
      await pool.end()
      await database[Symbol.asyncDispose]()
    },
  }
}
