import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { orderSchema, type Order } from './order.ts'
import { OrdersFileError, type OrderProblem } from './orders-file-error.ts'
import { recordsOfCsv } from './records-of-csv.ts'
import { recordsOfJson } from './records-of-json.ts'

/** Reads an orders file, CSV or JSON, UTF-8. Throws an `OrdersFileError` that lists every problem. */
export async function readOrders(path: string): Promise<readonly Order[]> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(error)
    throw new OrdersFileError(path, [{ where: 'the file', message: `${why}. Give a CSV or JSON file to --orders` }])
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new OrdersFileError(path, [{ where: 'the file', message: 'it is not UTF-8 text. Save it as UTF-8' }])
  }
  return parseOrders(text, basename(path))
}

/** Takes a text that starts with `[` or `{` for JSON, any other for CSV. */
export function parseOrders(text: string, name: string): readonly Order[] {
  const entries = /^\s*[[{]/.test(text) ? recordsOfJson(text) : recordsOfCsv(text)
  const problems: OrderProblem[] = []
  const orders: Order[] = []
  const firstSeen = new Map<string, string>()
  for (const entry of entries) {
    if ('message' in entry) {
      problems.push(entry)
      continue
    }
    const { where, value } = entry
    const parsed = orderSchema.safeParse(value)
    if (parsed.success) orders.push(parsed.data)
    else problems.push(...parsed.error.issues.map((issue) => ({ where, message: said(issue.path, issue.message, value) })))

    const { data: named } = orderSchema.pick({ id: true }).safeParse(value)
    const first = named && firstSeen.get(named.id)
    if (first !== undefined) problems.push({ where, message: `id '${named?.id}' stands on ${first} already; each order needs its own` })
    else if (named) firstSeen.set(named.id, where)
  }
  if (problems.length === 0 && orders.length === 0) problems.push({ where: 'the file', message: 'it has no orders' })
  if (problems.length > 0) throw new OrdersFileError(name, problems)
  return orders
}

function said(path: readonly PropertyKey[], message: string, value: unknown): string {
  const [field] = path.map(String)
  if (field === undefined || typeof value !== 'object' || value === null) {
    return 'is not an order: an object with id, customer, email, items, total and currency'
  }
  const given: unknown = Object.entries(value).find(([name]) => name === field)?.[1]
  if (given === undefined) return `${field} is missing`
  const quoted = JSON.stringify(given)
  return given === '' ? `${field} is empty` : `${field} ${quoted.length > 60 ? `${quoted.slice(0, 57)}...` : quoted} ${message}`
}
