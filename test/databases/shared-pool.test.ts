import { eq, sql as drizzleSql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import knexOf, { type Knex } from 'knex'
import mysqlPromises from 'mysql2/promise'
import pg from 'pg'
import { expect } from 'vitest'
import { createBoard } from '../../src/index.ts'
import { mysql } from '../../src/mysql.ts'
import { postgres, type PostgresClient, type PostgresPool } from '../../src/postgres.ts'
import { skipWithReason } from '../skip.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { mariadbDatabase } from '../support/mysql-test-database.ts'
import { testKeys } from '../support/open-board.ts'
import { postgresDatabase, postgresUrl } from '../support/postgres-test-database.ts'
import type { StoreFactory } from '../../src/index.ts'

const postgresTest = skipWithReason(postgresDatabase.wanting)
const mariadbTest = skipWithReason(mariadbDatabase.wanting)

postgresTest('Drizzle and the board share one pg.Pool, and the pool stays open', async () => {
  await using database = await postgresDatabase.open()
  const schema = database.place.split('#')[1] ?? ''
  const pool = new pg.Pool({ connectionString: postgresUrl(), max: 2, options: `-c search_path=${schema}` })
  const orders = pgTable('orders', { id: integer('id').primaryKey(), label: text('label').notNull() })
  const db = drizzle(pool)
  await db.execute(drizzleSql`create table orders (id integer primary key, label text not null)`)
  await useBoard(postgres(db.$client, { schema }), async (call) => {
    // The user's transaction is on a connection of its own: what the board does meanwhile is not in it.
    await db
      .transaction(async (tx) => {
        await tx.insert(orders).values({ id: 1, label: 'not kept' })
        await call()
        tx.rollback()
      })
      .catch(() => {})
    await db.insert(orders).values({ id: 2, label: 'kept' })
  })
  expect(await db.select().from(orders).where(eq(orders.label, 'kept'))).toHaveLength(1)
  expect(await db.select().from(orders)).toHaveLength(1)
  await pool.end()
})

mariadbTest('Drizzle and the board share one pool of mysql2, and the pool stays open', async () => {
  await using database = await mariadbDatabase.open()
  const pool = mysqlPromises.createPool({ uri: database.place, connectionLimit: 2 })
  const db = drizzleMysql(pool)
  await db.execute(drizzleSql`create table orders (id integer primary key)`)
  await useBoard(mysql(pool), async (call) => {
    await db.execute(drizzleSql`insert into orders values (1)`)
    await call()
  })
  const [rows] = await pool.query('select count(*) as count from orders')
  expect(rows).toEqual([{ count: 1 }])
  await pool.end()
})

postgresTest('Knex lends the board its connections, takes each back, and stays open', async () => {
  await using database = await postgresDatabase.open()
  const schema = database.place.split('#')[1] ?? ''
  const knex = knexOf({ client: 'pg', connection: postgresUrl(), searchPath: [schema], pool: { min: 0, max: 2 } })
  await knex.schema.createTable('orders', (table) => table.integer('id').primary())
  await useBoard(postgres(poolOfKnex(knex), { schema }), async (call) => {
    await knex.transaction(async (trx) => {
      await trx('orders').insert({ id: 1 })
      await call()
    })
  })
  expect(await knex('orders').select()).toEqual([{ id: 1 }])
  await knex.destroy()
})

/** What docs/guide/databases.md shows. */
function poolOfKnex(knex: Knex): PostgresPool {
  // Knex types its client as `any`.
  const client = knex.client as { acquireConnection(): Promise<unknown>; releaseConnection(connection: unknown): Promise<unknown> }
  return {
    async connect() {
      const connection = (await client.acquireConnection()) as PostgresClient & { __knex__disposed?: unknown }
      return {
        query: (statement, values) => connection.query(statement, values),
        release(destroy) {
          if (destroy === true) connection.__knex__disposed = new Error('broken')
          void client.releaseConnection(connection)
        },
      }
    },
  }
}

/** A board on a store: `call` writes and reads, whatever the user is doing with the pool. */
async function useBoard(store: StoreFactory, user: (call: () => Promise<void>) => Promise<void>): Promise<void> {
  const board = createBoard({ plugins: [Bank, Cash], store, keys: testKeys, migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  let count = 0
  await user(async () => {
    count++
    await board.admin.create(
      { type: Gateway, plugin: 'bank', name: `n${count}`, config: { apiKey: 'the-key' }, status: 'active', priority: -1 },
      { actor },
    )
    expect(await board.get(Gateway).charge('o')).toBe(`n${count}: o`)
  })
  expect(count).toBe(1)
  await board.close()
}
