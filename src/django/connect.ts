import { existsSync } from 'node:fs'
import { DjangoTablesError, messageOf, PlugboardError } from '../errors/index.ts'
import { loadSqlite, openMysql, openPostgres } from '../store/index.ts'
import { readTables, type DjangoInstance, type ReadOnlyConnection } from './tables.ts'

const timeout = 30_000

/**
 * Reads what the seed stored, in one transaction that can't write.
 *
 * @param place `postgres://…`, `mysql://…`, `sqlite:FILE`, or the path of an SQLite file that is there.
 * @throws DjangoTablesError, DriverMissingError
 */
export async function readDjango(place: string): Promise<readonly DjangoInstance[]> {
  const shown = withoutPassword(place)
  let connection: ReadOnlyConnection | undefined
  try {
    connection = await connect(place)
    return await readTables(connection)
  } catch (error) {
    if (error instanceof PlugboardError) throw error
    const why = messageOf(error)
    const hint = /django_plugin_system/.test(why)
      ? " The tables of django-plugin-system 2 are needed: is it that application's database, migrated to 2.0?"
      : ''
    throw new DjangoTablesError(`What django-plugin-system stored can't be read from ${shown}: ${why}.${hint}`, { cause: error })
  } finally {
    await connection?.close()
  }
}

/** A place as it may be shown. What can't be read as a URL is not shown at all where it may hold a password. */
export function withoutPassword(place: string): string {
  if (!place.includes('://')) return place
  if (!URL.canParse(place)) return 'that database'
  const url = new URL(place)
  return `${url.protocol}//${url.username === '' ? '' : `${url.username}@`}${url.host}${url.pathname}`
}

/** Whether a place holds a password. */
export function hasPassword(place: string): boolean {
  if (!place.includes('://')) return false
  if (!URL.canParse(place)) return place.includes('@')
  const url = new URL(place)
  return url.password !== '' || [...url.searchParams.keys()].some((name) => /password/i.test(name))
}

/** Opens a transaction that can't write, at one moment. @throws DjangoTablesError, DriverMissingError, or what the driver throws */
export async function connect(place: string): Promise<ReadOnlyConnection> {
  const scheme = /^([a-z][\w+]*):/i.exec(place)?.[1]?.toLowerCase()
  if (place.includes('://') && !URL.canParse(place))
    throw new DjangoTablesError("The database's URL can't be read. Write postgres://user:password@host/database.")
  if (scheme === 'postgres' || scheme === 'postgresql') return postgres(place)
  if (scheme === 'mysql' || scheme === 'mariadb') return mysql(place.replace(/^mariadb:/i, 'mysql:'))
  if (place.includes('://'))
    throw new DjangoTablesError(`'${scheme ?? ''}' is no database that can be read: postgres, mysql, or the path of an SQLite file.`)
  return sqlite(place.replace(/^sqlite:/i, ''))
}

async function sqlite(path: string): Promise<ReadOnlyConnection> {
  const open = await loadSqlite()
  // A path that is not there would become an empty database.
  if (!existsSync(path)) throw new DjangoTablesError(`There is no file ${path}.`)
  const database = open(path)
  // The application may be writing.
  database.exec('pragma busy_timeout = 10000')
  database.exec('pragma query_only = on')
  database.exec('begin')
  return {
    text: (column) => column,
    rows: async (sql) => database.prepare(sql).all() as Readonly<Record<string, unknown>>[],
    close: async () => {
      database.exec('rollback')
      database.close()
    },
  }
}

async function postgres(url: string): Promise<ReadOnlyConnection> {
  const { pool, close } = await openPostgres({ connectionString: url, max: 1 }, timeout)
  const client = await pool.connect().catch(async (error: unknown) => {
    await close()
    throw error
  })
  await client.query('begin transaction isolation level repeatable read, read only')
  return {
    text: (column) => `${column}::text`,
    rows: async (sql) => (await client.query(sql)).rows as Readonly<Record<string, unknown>>[],
    close: async () => {
      client.release(true)
      await close()
    },
  }
}

async function mysql(url: string): Promise<ReadOnlyConnection> {
  const { pool, close } = await openMysql({ uri: url, connectionLimit: 1 }, timeout)
  const connection = await pool.getConnection().catch(async (error: unknown) => {
    await close()
    throw error
  })
  await connection.query('set session transaction isolation level repeatable read')
  await connection.query('start transaction with consistent snapshot, read only')
  return {
    text: (column) => `cast(${column} as char)`,
    rows: async (sql) => (await connection.query(sql))[0] as Readonly<Record<string, unknown>>[],
    close: async () => {
      connection.destroy()
      await close()
    },
  }
}
