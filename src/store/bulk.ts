import type { Kysely, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { StoreError } from '../errors/index.ts'
import type { Dialect, JsonColumn } from './dialect.ts'
import { storableText } from './storable-text.ts'
import type { Tables } from './tables.ts'

/** A row by column name. */
export type ColumnValues = Readonly<Record<string, string | number | null>>

/** Where to write. */
export interface BulkTarget {
  readonly db: Kysely<Tables>
  readonly dialect: Dialect
  readonly table: string
}

/** One row's new values. */
export interface RowUpdate {
  readonly id: string
  readonly set: ColumnValues
  /** Counters to raise by one. */
  readonly raise: readonly string[]
}

/** Bytes, about, that go into one parameter: servers limit a packet (MariaDB to 16 MB, unless told otherwise), and one 10,000-row write is well below. */
const largestParameter = 8_000_000

/** Inserts rows that all have the same columns; `same` is added to each. One statement, unless the rows are megabytes. */
export async function insertRows(target: BulkTarget, rows: readonly ColumnValues[], same: ColumnValues = {}): Promise<void> {
  for (const batch of batches(rows)) await insertSelect(target, batch, same).execute(target.db)
}

/** Inserts rows, or replaces those whose `key` is there. */
export async function upsertRows(target: BulkTarget, key: string, rows: readonly ColumnValues[]): Promise<void> {
  for (const batch of batches(rows)) {
    const others = batch.columns.filter((column) => column !== key)
    const replaced =
      target.dialect.upsert === 'on-conflict'
        ? sql`on conflict (${sql.id(key)}) do update set ${list(others, (column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`)}`
        : sql`on duplicate key update ${list(others, (column) => sql`${sql.id(column)} = values(${sql.id(column)})`)}`
    await sql`${insertSelect(target, batch, {})} ${replaced}`.execute(target.db)
  }
}

/** Updates rows by id: one statement for each set of columns that occurs. Fails where an id is not there. */
export async function updateRows(target: BulkTarget, updates: readonly RowUpdate[], same: ColumnValues): Promise<void> {
  for (const { columns, raise, rows } of byShape(updates)) {
    for (const batch of batches(rows)) {
      const set = list([...columns, ...raise, ...Object.keys(same)], (column) => {
        const value = columns.includes(column)
          ? given(column, batch.kinds)
          : raise.includes(column)
            ? sql`t.${sql.id(column)} + 1`
            : sql`${same[column]}`
        // `t.` may not stand before the column in PostgreSQL and SQLite, and need not in MySQL unless both sides have it.
        return target.dialect.updateFrom === 'from' ? sql`${sql.id(column)} = ${value}` : sql`t.${sql.id(column)} = ${value}`
      })
      const from = target.dialect.jsonRows(batch.json, batch.kinds)
      const table = sql`${sql.table(target.table)} as t`
      const statement =
        target.dialect.updateFrom === 'from'
          ? sql`update ${table} set ${set} from ${from} where t.id = r.id`
          : sql`update ${table} join ${from} on t.id = r.id set ${set}`
      const { numAffectedRows } = await statement.execute(target.db)
      if (numAffectedRows !== undefined && Number(numAffectedRows) !== batch.size) {
        throw new StoreError(
          `${batch.size - Number(numAffectedRows)} of ${batch.size} rows to update in ${target.table} do not exist. Read them again.`,
        )
      }
    }
  }
}

export interface Batch {
  readonly json: string
  readonly size: number
  readonly columns: readonly string[]
  /** Of those columns that hold anything. */
  readonly kinds: Readonly<Record<string, JsonColumn>>
}

/** `where true` keeps SQLite from reading ON CONFLICT as a join. */
function insertSelect({ table, dialect }: BulkTarget, { json, columns, kinds }: Batch, same: ColumnValues): RawBuilder<unknown> {
  const all = [...columns, ...Object.keys(same)]
  const values = list(all, (column) => (columns.includes(column) ? given(column, kinds) : sql`${same[column]}`))
  return sql`insert into ${sql.table(table)} (${list(all, (column) => sql.id(column))}) select ${values} from ${dialect.jsonRows(json, kinds)} where true`
}

/** A column of the parameter; where it holds nothing but null, the database should not ask what type that is. */
function given(column: string, kinds: Batch['kinds']): RawBuilder<unknown> {
  return kinds[column] === undefined ? sql`null` : sql`r.${sql.id(column)}`
}

function list(columns: readonly string[], each: (column: string) => RawBuilder<unknown>): RawBuilder<unknown> {
  return sql.join(columns.map(each))
}

/** Parts of at most a parameter's size. */
export function* batches(rows: readonly ColumnValues[]): Generator<Batch> {
  const [first] = rows
  if (first === undefined) return
  const columns = Object.keys(first)
  const kinds: Record<string, JsonColumn> = {}
  for (const column of columns) {
    const kind = column === 'id' ? 'id' : kindOf(rows, column)
    if (kind !== undefined) kinds[column] = kind
  }
  let pieces: string[] = []
  let length = 0
  for (const row of rows) {
    for (const column of columns) {
      const value = row[column]
      if (typeof value === 'string') storableText(column, value)
    }
    const piece = JSON.stringify(row)
    const size = Buffer.byteLength(piece)
    if (length > 0 && length + size > largestParameter) {
      yield { json: `[${pieces.join()}]`, size: pieces.length, columns, kinds }
      pieces = []
      length = 0
    }
    pieces.push(piece)
    length += size
  }
  yield { json: `[${pieces.join()}]`, size: pieces.length, columns, kinds }
}

/** The first value that is not null says what a column holds; numbers are whole unless one is not. */
function kindOf(rows: readonly ColumnValues[], column: string): JsonColumn | undefined {
  let kind: JsonColumn | undefined
  for (const row of rows) {
    const value = row[column]
    if (typeof value === 'string') return 'text'
    if (typeof value === 'number') {
      if (!Number.isInteger(value)) return 'double'
      kind = 'integer'
    }
  }
  return kind
}

interface Shape {
  readonly columns: readonly string[]
  readonly raise: readonly string[]
  readonly rows: ColumnValues[]
}

/** Groups by which columns change; several updates of one row become one, the later values winning. */
function byShape(updates: readonly RowUpdate[]): Iterable<Shape> {
  const merged = new Map<string, RowUpdate>()
  for (const update of updates) {
    const before = merged.get(update.id)
    merged.set(
      update.id,
      before === undefined
        ? update
        : { id: update.id, set: { ...before.set, ...update.set }, raise: [...new Set([...before.raise, ...update.raise])] },
    )
  }
  const shapes = new Map<string, Shape>()
  for (const { id, set, raise } of merged.values()) {
    const columns = Object.keys(set).toSorted()
    const key = `${columns.join()}+${raise.toSorted().join()}`
    const shape = shapes.get(key) ?? { columns, raise, rows: [] }
    shape.rows.push({ id, ...Object.fromEntries(columns.map((column) => [column, set[column] ?? null])) })
    shapes.set(key, shape)
  }
  return shapes.values()
}
