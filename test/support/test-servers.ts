import { userInfo } from 'node:os'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { Skip } from '../skip.ts'
import { embeddedPostgres } from './embedded-postgres.ts'

/** A server for tests: where it is, or why there is none. */
export interface TestServer {
  readonly wanting: Skip | undefined
  /** Throws where there is none. */
  readonly url: string
}

const user = userInfo().username

/**
 * PostgreSQL: the one in PLUGBOARD_TEST_POSTGRES_URL, else one that answers on this machine, else one that npm brings (which the variable asks for by
 * `embedded`). Its user must be allowed to create schemas and roles.
 */
export async function postgresServer(): Promise<TestServer> {
  const asked = process.env['PLUGBOARD_TEST_POSTGRES_URL']
  const given = asked === 'embedded' ? await embeddedPostgres() : asked
  const usual = ['test', 'postgres'].flatMap((database) =>
    ['postgres', user].map((name) => `postgres://${name}@127.0.0.1:5432/${database}`),
  )
  const failures: string[] = []
  for (const url of given === undefined ? usual : [given]) {
    const failure = await failureOf(url)
    if (failure === undefined) return { wanting: undefined, url }
    failures.push(failure)
  }
  const embedded = given === undefined ? await embeddedPostgres().catch((error: unknown) => String(error)) : undefined
  if (embedded?.startsWith('postgres://') === true) return { wanting: undefined, url: embedded }
  const reason = given === undefined ? 'no PostgreSQL answers on 127.0.0.1:5432' : 'PLUGBOARD_TEST_POSTGRES_URL does not answer'
  return missing(reason, 'PLUGBOARD_TEST_POSTGRES_URL=postgres://user:password@host:5432/database npm test', [...failures, embedded])
}

/** MariaDB or MySQL: the ones in PLUGBOARD_TEST_MARIADB_URL and PLUGBOARD_TEST_MYSQL_URL, else MariaDB where it answers on this machine. Its user must be allowed to create databases and users. */
export async function mysqlServer(variable: 'PLUGBOARD_TEST_MARIADB_URL' | 'PLUGBOARD_TEST_MYSQL_URL'): Promise<TestServer> {
  const url = process.env[variable] ?? 'mysql://root@127.0.0.1:3306'
  try {
    const connection = await mysql.createConnection({ uri: url, connectTimeout: 10_000 })
    await connection.end()
    return { wanting: undefined, url }
  } catch (error) {
    const reason = process.env[variable] === undefined ? 'no MariaDB answers on 127.0.0.1:3306' : `${variable} does not answer`
    return missing(reason, `${variable}=mysql://user:password@host:3306 npm test`, [String(error)])
  }
}

async function failureOf(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
    return undefined
  } catch (error) {
    return String(error)
  } finally {
    await client.end()
  }
}

/** A skip's words hold no `;`, `{` or `}`. */
export function missing(reason: string, enable: string, failures: readonly (string | undefined)[]): TestServer {
  return {
    wanting: { reason, enable },
    get url(): string {
      throw new Error([reason, ...failures].filter((line) => line !== undefined).join('\n'))
    },
  }
}
