import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import { mysql as mysqlStore } from '../../src/mysql.ts'
import type { DatabaseKind, TestDatabase } from './databases.ts'
import { mysqlServer, type TestServer } from './test-servers.ts'

const mariadb = await mysqlServer('PLUGBOARD_TEST_MARIADB_URL')

/** A database of its own on the MariaDB that was found. */
export const mariadbDatabase: DatabaseKind = kindOf('mariadb', mariadb)

/** The same on MySQL, where the environment names one: there is none on usual machines, and nothing brings one. */
export const mysqlDatabases: readonly DatabaseKind[] =
  process.env['PLUGBOARD_TEST_MYSQL_URL'] === undefined ? [] : [kindOf('mysql', await mysqlServer('PLUGBOARD_TEST_MYSQL_URL'))]

/** As an owner of the server: to make users, and to look from outside. Throws where there is none. */
export function mariadbUrl(): string {
  return mariadb.url
}

/** Runs statements on a connection of its own. */
export async function onMysql<T>(url: string, work: (connection: mysql.Connection) => Promise<T>): Promise<T> {
  const connection = await mysql.createConnection({ uri: url, charset: 'utf8mb4' })
  try {
    return await work(connection)
  } finally {
    await connection.end()
  }
}

/** The URL of a database on a server. */
export function databaseUrl(url: string, database: string): string {
  const place = new URL(url)
  place.pathname = database
  return place.href
}

function kindOf(name: string, server: TestServer): DatabaseKind {
  return { name, wanting: server.wanting, open: () => openDatabase(server.url) }
}

async function openDatabase(url: string): Promise<TestDatabase> {
  const name = `plugboard_test_${randomBytes(6).toString('hex')}`
  await onMysql(url, (connection) => connection.query(`create database ${name}`))
  const place = databaseUrl(url, name)
  return {
    factory: mysqlStore({ uri: place, connectionLimit: 4 }),
    place,
    sql: (statement) =>
      onMysql(place, async (connection) => {
        const [rows] = await connection.query(statement)
        // Statements that only write give a header.
        return Array.isArray(rows) ? (rows as Readonly<Record<string, unknown>>[]) : []
      }),
    dump: () =>
      onMysql(place, async (connection) => {
        const [tables] = await connection.query<mysql.RowDataPacket[]>(
          'select table_name as name from information_schema.tables where table_schema = database()',
        )
        const rows: string[] = []
        for (const { name: table } of tables as { name: string }[]) {
          const [all] = await connection.query<mysql.RowDataPacket[]>(`select * from \`${table}\``)
          rows.push(table, ...all.map((row) => JSON.stringify(row)))
        }
        return Buffer.from(rows.join('\n'))
      }),
    [Symbol.asyncDispose]: () =>
      onMysql(url, async (connection) => {
        // Somebody who holds a lock should fail the test, not hang it.
        await connection.query('set session lock_wait_timeout = 20')
        await connection.query(`drop database ${name}`)
      }),
  }
}
