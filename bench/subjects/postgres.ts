import { randomUUID } from 'node:crypto'
import pg from 'pg'

/** Where the benches find a PostgreSQL: each run in a schema of its own, dropped at the end. */
export const postgresUrl: string = process.env['PLUGBOARD_TEST_POSTGRES_URL'] ?? 'postgres://root@127.0.0.1:5432/test'

export interface BenchSchema extends AsyncDisposable {
  readonly schema: string
  /** A connection of the bench's own, in that schema. */
  readonly client: pg.Client
}

export async function benchSchema(): Promise<BenchSchema> {
  const schema = `bench_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  await client.query(`create schema ${schema}`)
  await client.query(`set search_path to ${schema}`)
  return {
    schema,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.query(`drop schema ${schema} cascade`)
      await client.end()
    },
  }
}
