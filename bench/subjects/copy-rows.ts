import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from } from 'pg-copy-streams'

/** Rows of a table in COPY's own text format, taken from what stands in it. */
export async function copyText(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<unknown[]>({ text: `select * from ${table}`, rowMode: 'array' })
  return `${rows.map((row) => row.map(copyValue).join('\t')).join('\n')}\n`
}

/** The fastest way into PostgreSQL that there is. */
export async function copyInto(client: pg.Client, table: string, text: string): Promise<void> {
  await pipeline(Readable.from([text]), client.query(from(`copy ${table} from stdin`)))
}

function copyValue(value: unknown): string {
  if (value === null) return '\\N'
  // The tables hold text and numbers only; the driver gives 64-bit ones as text.
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}
