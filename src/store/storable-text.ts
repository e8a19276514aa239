import { InvalidInputError } from '../errors/index.ts'

/** Half a surrogate pair; whole ones are one character in this mode. */
const loneSurrogate = /\p{Surrogate}/u

/** Columns that stand in unique indexes. MySQL cuts off what is longer, unless its sql_mode is strict. */
const indexed: ReadonlySet<string> = new Set(['key', 'name'])
const longestIndexed = 255

/**
 * Refuses text that a database would change in silence: SQLite's drivers cut it at a NUL, PostgreSQL refuses a NUL, and half a surrogate pair
 * has no UTF-8.
 */
export function storableText(column: string, text: string): string {
  if (indexed.has(column) && text.length > longestIndexed) {
    const message = `it is ${text.length} characters long; at most ${longestIndexed} can be stored`
    throw new InvalidInputError([{ pointer: `/${column}`, message }])
  }
  if (!text.includes('\0') && !loneSurrogate.test(text)) return text
  const what = text.includes('\0') ? 'a NUL character' : 'half a character (a lone surrogate)'
  throw new InvalidInputError([{ pointer: `/${column}`, message: `it holds ${what}, which can't be stored. Take it out` }])
}

/** The same text with what can't be stored replaced by U+FFFD: for messages, which must never make a write fail. */
export function madeStorable(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\uFFFD')
}
