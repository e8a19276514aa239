import type { FoundTable } from '../dialect.ts'

interface FoundColumn {
  readonly table: string
  readonly column: string
  readonly type: string
  readonly nullable: boolean
}

interface FoundIndexColumn {
  readonly table: string
  readonly index: string
  readonly unique: boolean
  readonly column: string
}

/** Tables of their columns, and of the columns of their indexes, each in order. */
export function foundTables(columns: readonly FoundColumn[], indexColumns: readonly FoundIndexColumn[]): ReadonlyMap<string, FoundTable> {
  const tables = new Map<string, { columns: Map<string, { type: string; nullable: boolean }>; indexes: Map<string, FoundIndex> }>()
  for (const { table, column, type, nullable } of columns) {
    const found = tables.get(table) ?? { columns: new Map(), indexes: new Map() }
    tables.set(table, found)
    found.columns.set(column, { type, nullable })
  }
  for (const { table, index, unique, column } of indexColumns) {
    const found = tables.get(table)?.indexes
    const known = found?.get(index)
    if (known === undefined) found?.set(index, { unique, columns: [column] })
    else known.columns.push(column)
  }
  return tables
}

interface FoundIndex {
  readonly unique: boolean
  readonly columns: string[]
}
