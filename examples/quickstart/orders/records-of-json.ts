import type { Records } from './records.ts'

/** The entries of a JSON array, or of `{ "orders": [...] }`. */
export function recordsOfJson(text: string): Records {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const position = /position (\d+)/.exec(message)?.[1]
    const where = position === undefined ? 'the file' : `line ${text.slice(0, Number(position)).split('\n').length}`
    return [{ where, message: `is not JSON: ${message}` }]
  }
  const list = typeof value === 'object' && value !== null && 'orders' in value ? value.orders : value
  if (!Array.isArray(list)) return [{ where: 'the file', message: 'must be an array of orders, or { "orders": [...] }' }]
  return list.map((each: unknown, index) => ({ where: `order ${index + 1}`, value: each }))
}
