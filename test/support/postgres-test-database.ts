import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { postgres } from '../../src/postgres.ts'
import type { DatabaseKind, TestDatabase } from './databases.ts'
import { placeOfSchema } from './store-at.ts'
import { postgresServer } from './test-servers.ts'

const server = await postgresServer()

/** A schema of its own on the server that was found. */
export const postgresDatabase: DatabaseKind = {
  name: 'postgres',
  wanting: server.wanting,
  async open() {
    const schema = `plugboard_test_${randomBytes(6).toString('hex')}`
    await onPostgres(server.url, (client) => client.query(`create schema ${schema}`))
    return openSchema(server.url, schema)
  },
}

/** As an owner of the server: to make roles, and to look from outside. Throws where there is none. */
export function postgresUrl(): string {
  return server.url
}

/** Runs statements on a connection of its own. */
export async function onPostgres<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** A schema that is there. Disposing of it drops it. */
export function openSchema(url: string, schema: string): TestDatabase & { readonly schema: string } {
  const inSchema = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> =>
    onPostgres(url, async (client) => {
      await client.query(`set search_path = ${schema}`)
      return work(client)
    })
  return {
    schema,
    factory: postgres({ connectionString: url, max: 4 }, { schema }),
    place: placeOfSchema(url, schema),
    sql: (statement) =>
      inSchema(async (client) => {
        const result = await client.query<Readonly<Record<string, unknown>>>(statement)
        return result.rows
      }),
    dump: () =>
      inSchema(async (client) => {
        const tables = await client.query<{ name: string }>('select tablename as name from pg_tables where schemaname = $1', [schema])
        const rows: string[] = []
        for (const { name } of tables.rows) {
          const all = await client.query<{ row: string }>(`select row_to_json(t)::text as row from "${name}" as t`)
          rows.push(name, ...all.rows.map(({ row }) => row))
        }
        return Buffer.from(rows.join('\n'))
      }),
    [Symbol.asyncDispose]: () =>
      onPostgres(url, async (client) => {
        // Somebody who holds a lock should fail the test, not hang it.
        await client.query(`set lock_timeout = 20000`)
        await client.query(`drop schema ${schema} cascade`)
      }),
  }
}
