import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { FoundTable } from '../dialect.ts'
import { foundTables } from '../schema/found-tables.ts'
import { toNumber } from '../row-mapping.ts'
import type { Stored, Tables } from '../tables.ts'

/** Tables, columns and indexes as the database that is in use has them. */
export async function inspectMysql(db: Kysely<Tables>, tables: readonly string[]): Promise<ReadonlyMap<string, FoundTable>> {
  if (tables.length === 0) return new Map()
  const names = sql.join(tables)
  const columns = await sql<{
    table: string
    column: string
    type: string
    charset: string | null
    collation: string | null
    nullable: string
  }>`
    select table_name as ${sql.id('table')}, column_name as ${sql.id('column')}, column_type as type,
      character_set_name as charset, collation_name as collation, is_nullable as nullable
    from information_schema.columns where table_schema = database() and table_name in (${names}) order by table_name, ordinal_position`.execute(
    db,
  )
  const indexes = await sql<{ table: string; index: string; repeats: Stored; column: string }>`
    select table_name as ${sql.id('table')}, index_name as ${sql.id('index')}, non_unique as repeats, column_name as ${sql.id('column')}
    from information_schema.statistics where table_schema = database() and table_name in (${names}) and index_name <> 'PRIMARY'
    order by table_name, index_name, seq_in_index`.execute(db)
  return foundTables(
    columns.rows.map(({ table, column, charset, collation, nullable, type }) => ({
      table,
      column,
      // Older servers write the width at which an integer is shown.
      type:
        charset === null || collation === null
          ? type.replace(/^(.*int)\(\d+\)/, '$1')
          : `${type} character set ${charset} collate ${collation}`,
      nullable: nullable === 'YES',
    })),
    indexes.rows.map(({ table, index, column, repeats }) => ({ table, index, column, unique: toNumber(repeats) === 0 })),
  )
}
