import { describe, expect, test } from 'vitest'
import type { TestDatabase } from '../../testing/test-store.ts'
import { testStore } from '../../testing/test-store.ts'
import { SqlStore } from '../sql-store.ts'
import type { StoreFactory } from '../store.ts'
import { loadSqlite, sqliteDrivers } from './load-sqlite.ts'
import type { SqliteDriverSource } from './load-sqlite.ts'
import { sqlite } from './sqlite.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite-database.ts'
import { SqliteDialect } from './sqlite-dialect.ts'
import { temporaryFolder } from './temporary-folder.ts'

const runner = { describe, test, expect }

for (const driver of await loadable()) {
  testStore(runner, { name: `a file with ${driver.name}`, database: () => inFolder((file) => fileWith(driver, file)) })
}

testStore(runner, {
  name: 'in memory',
  single: 'a database in memory is private to its one connection',
  database: async () => ({ factory: sqlite(':memory:'), [Symbol.asyncDispose]: async () => {} }),
})

testStore(runner, {
  name: 'a database handed in, of an old node:sqlite without columns() and arrays',
  single: 'a database that is handed in is one connection',
  database: async () => {
    const database = (await loadSqlite())(':memory:')
    return { factory: sqlite(bare(database)), [Symbol.asyncDispose]: async () => void database.close() }
  },
})

async function loadable(): Promise<readonly SqliteDriverSource[]> {
  const found = await Promise.all(
    sqliteDrivers.map((driver) =>
      loadSqlite([driver]).then(
        () => [driver],
        () => [],
      ),
    ),
  )
  return found.flat()
}

function fileWith(driver: SqliteDriverSource, file: string): StoreFactory {
  const dialect = new SqliteDialect(file, { name: file, lockTimeout: 10_000, drivers: [driver] })
  return { description: dialect.description, open: (options) => new SqlStore({ ...options, dialect, prefix: 'plugboard_' }) }
}

async function inFolder(make: (file: string) => StoreFactory): Promise<TestDatabase> {
  const folder = await temporaryFolder()
  return { factory: make(folder.file('plugboard.db')), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

/** The same database with nothing but what every version of node:sqlite has. */
function bare(database: SqliteDatabase): SqliteDatabase {
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare: (sql): SqliteStatement => {
      const statement = database.prepare(sql)
      return { all: (...values) => statement.all(...values), run: (...values) => statement.run(...values) }
    },
  }
}
