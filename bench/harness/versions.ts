import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import pg from 'pg'
import { postgresUrl } from '../subjects/postgres.ts'

const bench = join(import.meta.dirname, '..')

/** The versions of what a row names: packages that are installed, `PostgreSQL` and `SQLite`. */
export async function versionsOf(names: readonly string[]): Promise<Record<string, string>> {
  const versions: Record<string, string> = {}
  for (const name of names) versions[name] = await versionOf(name)
  return versions
}

async function versionOf(name: string): Promise<string> {
  if (name === 'PostgreSQL') return postgresVersion()
  if (name === 'SQLite') return sqliteVersion()
  const file = [bench, join(bench, '..')]
    .map((folder) => join(folder, 'node_modules', name, 'package.json'))
    .find((each) => existsSync(each))
  if (file === undefined) throw new Error(`${name} is named by a row and not installed.`)
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version
}

async function postgresVersion(): Promise<string> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ readonly server_version: string }>('show server_version')
    // Whose packaging it is, is no matter.
    return rows[0]?.server_version.split(' ')[0] ?? 'unknown'
  } finally {
    await client.end()
  }
}

function sqliteVersion(): string {
  const database = new DatabaseSync(':memory:')
  const { version } = database.prepare('select sqlite_version() as version').get() as { readonly version: string }
  database.close()
  return version
}
