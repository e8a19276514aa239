import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { generateKey, type StoreFactory } from 'plugboard'
import { postgres } from 'plugboard/postgres'
import { sqlite } from 'plugboard/sqlite'
import { contractCount, fillSql, prepare } from './contracts-with-instances.ts'
import { benchSchema, postgresUrl } from './postgres.ts'

/** A database that holds the sixteen contracts with so many instances in all. */
export interface FilledDatabase extends AsyncDisposable {
  readonly store: StoreFactory
  readonly keys: string
  /** Runs a query on a connection of the bench's own, and gives how many rows came. */
  query(sql: string): Promise<number>
}

export async function filledSqlite(instances: number): Promise<FilledDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-bench-'))
  const file = join(folder, 'board.db')
  const keys = generateKey('k1')
  await prepare(sqlite(file), keys)
  const database = new DatabaseSync(file)
  if (instances > contractCount) {
    const series = '(with recursive c(n) as (select 1 union all select n + 1 from c where n < COUNT) select n from c)'
    database.exec(
      fillSql(
        instances,
        series,
        "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-7' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))",
      ),
    )
    database.exec('analyze')
  }
  return {
    store: sqlite(file),
    keys,
    query: async (sql) => database.prepare(sql).all().length,
    [Symbol.asyncDispose]: async () => {
      database.close()
      rmSync(folder, { recursive: true })
    },
  }
}

export async function filledPostgres(instances: number): Promise<FilledDatabase> {
  const bench = await benchSchema()
  const keys = generateKey('k1')
  const store = postgres(postgresUrl, { schema: bench.schema })
  await prepare(store, keys)
  if (instances > contractCount) {
    await bench.client.query(fillSql(instances, '(select generate_series as n from generate_series(1, COUNT))', 'gen_random_uuid()::text'))
    await bench.client.query('analyze')
  }
  return {
    store,
    keys,
    query: async (sql) => (await bench.client.query(sql)).rows.length,
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  }
}
