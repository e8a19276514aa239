import type { Kysely } from 'kysely'
import type { FoundTable } from '../dialect.ts'
import { migrations, type NewColumn, type NewIndex, type NewTable } from '../migrations/index.ts'
import type { TableName, Tables } from '../tables.ts'
import { indexesOf, laterIndex, typeOf, type SchemaPlace, type TableIndex } from './statements.ts'

/** A table as the migrations make it. */
interface ExpectedTable {
  readonly name: string
  readonly columns: ReadonlyMap<string, { readonly type: string; readonly nullable: boolean }>
  readonly indexes: readonly TableIndex[]
  /** Columns that only the database fills. */
  readonly generated: ReadonlySet<string>
}

/**
 * Says in what the tables differ from those that the migrations up to a version make; nothing where they don't. What a newer release or the owner of the
 * database has added is none of it, unless it would refuse or lose what is written: a further column that must be filled, a further unique index.
 */
export async function findDrift(db: Kysely<Tables>, place: SchemaPlace, version: number): Promise<readonly string[]> {
  const expected = expectedTables(place, version)
  const found = await place.dialect.inspect(
    db,
    expected.map(({ name }) => name),
  )
  return expected.flatMap((table) => differences(table, found.get(table.name)))
}

function differences({ name, columns, indexes, generated }: ExpectedTable, found: FoundTable | undefined): readonly string[] {
  if (found === undefined) return [`table ${name} is missing`]
  const said: string[] = []
  for (const [column, { type, nullable }] of columns) {
    const there = found.columns.get(column)
    if (there === undefined) said.push(`column ${name}.${column} is missing`)
    else if (there.type !== type) said.push(`column ${name}.${column} is ${there.type}, not ${type}`)
    else if (there.nullable !== nullable) said.push(`column ${name}.${column} ${there.nullable ? 'may' : "can't"} be null`)
  }
  for (const [column, { nullable }] of found.columns) {
    if (!columns.has(column) && !generated.has(column) && !nullable) said.push(`column ${name}.${column} is not ours, and can't be null`)
  }
  for (const index of indexes) {
    const there = found.indexes.get(index.name)
    if (there === undefined) said.push(`index ${index.name} is missing`)
    else if (there.unique !== index.unique) said.push(`index ${index.name} is ${there.unique ? '' : 'not '}unique`)
    else if (there.columns.join() !== index.columns.join())
      said.push(`index ${index.name} is of ${there.columns.join(', ')}, not of ${index.columns.join(', ')}`)
  }
  const ours = new Set(indexes.map((index) => index.name))
  for (const [index, { unique }] of found.indexes) if (unique && !ours.has(index)) said.push(`index ${index} is not ours, and unique`)
  return said
}

function expectedTables(place: SchemaPlace, version: number): readonly ExpectedTable[] {
  const additions = migrations.slice(0, version).flatMap(({ adds }) => adds)
  const later = additions.filter((addition): addition is NewColumn => 'addTo' in addition)
  const laterIndexes = additions.filter((addition): addition is NewIndex => 'indexOf' in addition)
  return additions
    .filter((addition): addition is NewTable => 'table' in addition)
    .map((definition) => {
      const added = later.filter(({ addTo }) => addTo === definition.table).map(({ column, kind }) => [column, kind] as const)
      const kinds = [...Object.entries(definition.columns), ...added]
      const indexed = laterIndexes.filter((index) => index.indexOf === definition.table).map((index) => laterIndex(place, index))
      const indexes = indexesOf(place, definition).concat(indexed)
      return {
        name: nameOf(place, definition.table),
        columns: new Map(kinds.map(([column, kind]) => [column, typeOf(place.dialect, kind)])),
        indexes,
        generated: new Set(indexes.flatMap(({ columns }) => columns)),
      }
    })
}

function nameOf({ names }: SchemaPlace, table: TableName): string {
  return names[table]
}
