import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { FoundTable } from '../dialect.ts'
import { foundTables } from '../schema/found-tables.ts'
import type { Tables } from '../tables.ts'

/** A name of ours, `schema.table` or `table`, as SQL quotes it. */
export function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.')
}

/** Tables, columns and indexes as PostgreSQL has them, by the names that were asked for. */
export async function inspectPostgres(db: Kysely<Tables>, tables: readonly string[]): Promise<ReadonlyMap<string, FoundTable>> {
  const asked = JSON.stringify(tables.map((name) => ({ name, quoted: quoted(name) })))
  const names = sql`json_to_recordset(${asked}::json) as n(name text, quoted text)`
  const columns = await sql<{ table: string; column: string; type: string; nullable: boolean }>`
    select n.name as "table", a.attname as "column", not a.attnotnull as nullable,
      format_type(a.atttypid, a.atttypmod)
        || case when a.attcollation <> t.typcollation then ' collate ' || quote_ident(c.collname) else '' end as type
    from ${names} join pg_attribute as a on a.attrelid = to_regclass(n.quoted)
      join pg_type as t on t.oid = a.atttypid left join pg_collation as c on c.oid = a.attcollation
    where a.attnum > 0 and not a.attisdropped order by n.name, a.attnum`.execute(db)
  const indexes = await sql<{ table: string; index: string; unique: boolean; column: string }>`
    select n.name as "table", i.relname as "index", x.indisunique as "unique", a.attname as "column"
    from ${names} join pg_index as x on x.indrelid = to_regclass(n.quoted) join pg_class as i on i.oid = x.indexrelid
      join lateral unnest(x.indkey) with ordinality as k(number, place) on true
      join pg_attribute as a on a.attrelid = x.indrelid and a.attnum = k.number
    where not x.indisprimary and x.indisvalid order by n.name, i.relname, k.place`.execute(db)
  return foundTables(columns.rows, indexes.rows)
}
