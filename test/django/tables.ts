import { createCipheriv, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseKind, TestDatabase } from '../support/databases.ts'

export interface SeedType {
  readonly id: string
  readonly name: string
  readonly manager: string
  readonly description: string
}
export interface SeedItem {
  readonly id: string
  readonly module: string
  readonly name: string
  readonly configurable: boolean
  readonly priority: number
  readonly description: string | null
  readonly plugin_type_id: string
}
export interface SeedInstance {
  readonly id: string
  readonly name: string
  readonly config: string | null
  readonly status: string
  readonly priority: number
  readonly description: string | null
  readonly item_id: string
}
export interface SeedRows {
  readonly types: readonly SeedType[]
  readonly items: readonly SeedItem[]
  readonly instances: readonly SeedInstance[]
}

/** What make-rows.py wrote: sealed by Python's own `cryptography`. */
export const rows: SeedRows & {
  readonly keys: { readonly secret: string; readonly salt: string; readonly older: string }
  readonly damaged: readonly SeedInstance[]
} = JSON.parse(readFileSync(join(import.meta.dirname, 'rows.json'), 'utf8')) as never

/** Makes the seed's tables in a database, as Django makes them there, and fills them. */
export async function fill(kind: DatabaseKind, database: TestDatabase, { types, items, instances }: SeedRows): Promise<void> {
  const dialect = kind.name === 'sqlite' || kind.name === 'postgres' ? kind.name : 'mysql'
  const statements = readFileSync(join(import.meta.dirname, `tables.${dialect}.sql`), 'utf8')
  for (const statement of statements.split(';\n').filter((each) => each.trim() !== '')) await database.sql(statement)
  const insert = async (table: string, all: readonly object[]): Promise<void> => {
    for (const row of all) {
      const names = Object.keys(row).join(', ')
      const values = Object.entries(row).map(([name, value]) => literal(dialect, name, value as unknown))
      await database.sql(`insert into django_plugin_system_${table} (${names}) values (${values.join(', ')})`)
    }
  }
  await insert('plugintype', types)
  await insert('pluginitem', items)
  await insert('plugininstance', instances)
}

/** The place as Plugboard's command takes it. */
export function placeOf({ place }: TestDatabase): string {
  const [url = '', schema] = place.split('#')
  return schema === undefined ? place : `${url}?options=${encodeURIComponent(`-c search_path=${schema}`)}`
}

/** Everything the seed's tables hold, to see that nothing changed. */
export async function contents(database: TestDatabase): Promise<string> {
  const tables = await Promise.all(
    ['plugintype', 'pluginitem', 'plugininstance'].map((table) => database.sql(`select * from django_plugin_system_${table} order by id`)),
  )
  return JSON.stringify(tables)
}

/** A config as the seed seals it: each leaf the token of what Python's `str` makes of it. */
export function sealed(value: unknown, keys: { readonly secret: string; readonly salt: string } = rows.keys): unknown {
  if (Array.isArray(value)) return value.map((item) => sealed(item, keys))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, sealed(item, keys)]))
  return token(value === null ? 'None' : typeof value === 'boolean' ? (value ? 'True' : 'False') : textOf(value), keys)
}

function token(text: string, { secret, salt }: { readonly secret: string; readonly salt: string }): string {
  const key = pbkdf2Sync(secret, salt, 100_000, 32, 'sha256')
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', key.subarray(16), iv)
  const time = Buffer.alloc(8)
  const signed = Buffer.concat([Buffer.of(0x80), time, iv, cipher.update(text, 'utf8'), cipher.final()])
  const all = Buffer.concat([signed, createHmac('sha256', key.subarray(0, 16)).update(signed).digest()])
  return all.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function literal(dialect: string, name: string, value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return dialect === 'postgres' ? String(value) : String(Number(value))
  if (typeof value === 'number') return String(value)
  // Where the database has no type for a UUID, Django keeps its digits.
  const said = textOf(value)
  const given = dialect === 'sqlite' && /^(?:id|.*_id)$/.test(name) ? said.replaceAll('-', '') : said
  const quoted = dialect === 'mysql' ? given.replaceAll('\\', '\\\\') : given
  return `'${quoted.replaceAll("'", "''")}'`
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
