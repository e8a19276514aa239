import type pg from 'pg'
import type { PostgresClient, PostgresPool } from '../../src/postgres.ts'

/**
 * What pgbouncer does in transaction mode, at its meanest: each transaction, and each statement outside of one, has a connection of the server that
 * another one had before, with nothing left of what was set on it.
 */
export function transactionPooling(pool: pg.Pool): PostgresPool {
  return { connect: async () => pooledClient(pool) }
}

function pooledClient(pool: pg.Pool): PostgresClient {
  let held: pg.PoolClient | undefined
  const drop = async (client: pg.PoolClient): Promise<void> => {
    await client.query('discard all')
    client.release()
  }
  return {
    async query(text, values) {
      const client = held ?? (await pool.connect())
      held = text.startsWith('begin') ? client : held
      try {
        return asOne(await client.query<Record<string, unknown>>(text, values))
      } finally {
        if (held === undefined || /^(?:commit|rollback)/.test(text)) {
          held = undefined
          await drop(client)
        }
      }
    },
    release: () => {
      // pgbouncer rolls back what a client leaves behind.
      const left = held
      held = undefined
      if (left !== undefined) void left.query('rollback').then(() => drop(left))
    },
  }
}

/** Several statements in one query give an array, which the types of `pg` do not know. */
function asOne(result: pg.QueryResult<Record<string, unknown>>): pg.QueryResult<Record<string, unknown>> {
  return Array.isArray(result) ? (result as pg.QueryResult<Record<string, unknown>>[]).at(-1)! : result
}
