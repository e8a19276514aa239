import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreFactory } from '../../src/index.ts'
import { mysql } from '../../src/mysql.ts'
import { postgres } from '../../src/postgres.ts'
import type { DatabaseKind, TestDatabase } from './databases.ts'
import { databaseUrl, mariadbDatabase, mariadbUrl, onMysql } from './mysql-test-database.ts'
import { onPostgres, openSchema, postgresDatabase, postgresUrl } from './postgres-test-database.ts'

/** A database whose store may do no more than docs/guide/databases.md grants to a process that runs: another role migrates. */
export interface RestrictedDatabase extends TestDatabase {
  /** As the role that runs, migrations too. */
  readonly bare: StoreFactory
}

export interface RestrictedKind extends DatabaseKind {
  open(): Promise<RestrictedDatabase>
}

export const restrictedPostgres: RestrictedKind = {
  name: 'postgres-restricted',
  wanting: postgresDatabase.wanting,
  async open() {
    const names = namesOf()
    const url = postgresUrl()
    await onPostgres(url, async (client) => client.query(granted('PostgreSQL', names)))
    const as = (user: string, password: string): StoreFactory =>
      postgres({ connectionString: asUser(url, user, password), max: 4 }, { schema: names.plugboard })
    const database = openSchema(url, names.plugboard)
    return {
      ...database,
      factory: migratedBy(as(names.shop, 'another'), as(names.shop_migrate, 'one')),
      bare: as(names.shop, 'another'),
      [Symbol.asyncDispose]: async () => {
        await database[Symbol.asyncDispose]()
        await onPostgres(url, (client) =>
          client.query(`drop owned by ${names.shop_migrate}, ${names.shop}; drop role ${names.shop_migrate}, ${names.shop}`),
        )
      },
    }
  },
}

export const restrictedMariadb: RestrictedKind = {
  name: 'mariadb-restricted',
  wanting: mariadbDatabase.wanting,
  async open() {
    const names = namesOf()
    const database = await mariadbDatabase.open()
    const all = { ...names, plugboard: new URL(database.place).pathname.slice(1) }
    await onMysql(mariadbUrl(), async (connection) => {
      for (const statement of granted('MariaDB and MySQL', all).split(';')) if (statement.trim() !== '') await connection.query(statement)
    })
    const as = (user: string, password: string): StoreFactory =>
      mysql({ uri: asUser(databaseUrl(mariadbUrl(), all.plugboard), user, password), connectionLimit: 4 })
    return {
      ...database,
      factory: migratedBy(as(names.shop, 'another'), as(names.shop_migrate, 'one')),
      bare: as(names.shop, 'another'),
      [Symbol.asyncDispose]: async () => {
        await database[Symbol.asyncDispose]()
        await onMysql(mariadbUrl(), (connection) => connection.query(`drop user ${names.shop_migrate}, ${names.shop}`))
      },
    }
  },
}

interface Names {
  readonly plugboard: string
  readonly shop: string
  readonly shop_migrate: string
}

function namesOf(): Names {
  const tail = randomBytes(5).toString('hex')
  return { plugboard: `plugboard_test_${tail}`, shop: `shop_${tail}`, shop_migrate: `shop_migrate_${tail}` }
}

/** The page's own statements, with names of the test's own in them. */
function granted(section: string, names: Names): string {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guide', 'databases.md'), 'utf8')
  const block = new RegExp(`^${section}, [^]*?^\`\`\`sql\n([^]*?)^\`\`\``, 'm').exec(page)?.[1]
  if (block === undefined) throw new Error(`docs/guide/databases.md has no statements for ${section}`)
  return block.replaceAll(/\b(?:plugboard|shop_migrate|shop)\b/g, (name) => names[name as keyof Names])
}

function asUser(url: string, user: string, password: string): string {
  const place = new URL(url)
  place.username = user
  place.password = password
  return place.href
}

/** Stores of one role that are migrated by another. */
function migratedBy(running: StoreFactory, migrating: StoreFactory): StoreFactory {
  return {
    description: running.description,
    open(options) {
      const store = running.open(options)
      const migrate = async (): ReturnType<typeof store.migrate> => {
        const other = migrating.open(options)
        try {
          return await other.migrate()
        } finally {
          await other.close()
        }
      }
      return Object.assign(store, { migrate })
    },
  }
}
