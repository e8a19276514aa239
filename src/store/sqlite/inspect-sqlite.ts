import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { FoundTable } from '../dialect.ts'
import { toNumber } from '../row-mapping.ts'
import { foundTables } from '../schema/found-tables.ts'
import type { Stored, Tables } from '../tables.ts'

/** Tables, columns and indexes as SQLite has them. */
export async function inspectSqlite(db: Kysely<Tables>, tables: readonly string[]): Promise<ReadonlyMap<string, FoundTable>> {
  const names = sql`(select value from json_each(${JSON.stringify(tables)}))`
  const columns = await sql<{ table: string; column: string; type: string; required: Stored }>`
    select m.name as "table", c.name as "column", lower(c.type) as type, c."notnull" as required
    from sqlite_master as m join pragma_table_info(m.name) as c where m.type = 'table' and m.name in ${names} order by m.name, c.cid`.execute(
    db,
  )
  const indexes = await sql<{ table: string; index: string; unique: Stored; column: string }>`
    select m.name as "table", i.name as "index", i."unique" as "unique", c.name as "column"
    from sqlite_master as m join pragma_index_list(m.name) as i join pragma_index_info(i.name) as c
    where m.type = 'table' and m.name in ${names} and i.origin <> 'pk' order by m.name, i.name, c.seqno`.execute(db)
  return foundTables(
    columns.rows.map(({ table, column, type, required }) => ({ table, column, type, nullable: toNumber(required) === 0 })),
    indexes.rows.map(({ table, index, column, unique }) => ({ table, index, column, unique: toNumber(unique) === 1 })),
  )
}
