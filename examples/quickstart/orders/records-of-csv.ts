import { CsvError, parse } from 'csv-parse/sync'
import { orderFields } from './order.ts'
import type { Records } from './records.ts'

interface Row {
  readonly record: readonly string[]
  readonly raw: string
  readonly info: { readonly lines: number }
}

/** The rows of a CSV text (RFC 4180) by the names in its first line; other columns are left alone. */
export function recordsOfCsv(text: string): Records {
  let rows: readonly Row[]
  try {
    // Its types know what `info` gives, not what `info` and `raw` give together.
    rows = parse(text, { info: true, raw: true, relax_column_count: true, skip_empty_lines: true }) as unknown as readonly Row[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    // A stray quote makes everything after it uncertain, so this is the one problem that hides others.
    return [{ where: `line ${Number(error['lines'] ?? 1)}`, message: `is not CSV: ${error.message}` }]
  }
  const [head, ...body] = rows
  if (head === undefined) return []
  const columns = head.record.map((name) => name.trim().toLowerCase())
  const missing = orderFields.filter((field) => !columns.includes(field))
  if (missing.length > 0) {
    return [{ where: firstLine(head), message: `must name the columns ${orderFields.join(', ')}. Missing: ${missing.join(', ')}` }]
  }
  return body.map((row) => {
    const where = firstLine(row)
    if (row.record.length !== columns.length)
      return { where, message: `has ${row.record.length} fields where the first line names ${columns.length}` }
    return { where, value: Object.fromEntries(orderFields.map((field) => [field, row.record[columns.indexOf(field)]])) }
  })
}

/** `info.lines` is where a row ends; one with line breaks inside quotes began above that. */
function firstLine({ raw, info }: Row): string {
  return `line ${info.lines - (raw.trim().split(/\r\n|\r|\n/).length - 1)}`
}
