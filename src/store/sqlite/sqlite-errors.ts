import type { StoreProblem } from '../dialect.ts'

/** SQLite's primary result codes that mean something to us. https://sqlite.org/rescode.html */
const problems: Readonly<Record<number, StoreProblem>> = {
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  10: 'unreachable',
  11: 'damaged',
  13: 'full',
  14: 'unreachable',
  23: 'forbidden',
  26: 'damaged',
}
/** Extended ones that say more than their primary one. A full disk has a code of its own, 13; this is any other refusal to write. */
const extended: Readonly<Record<number, StoreProblem>> = { 778: 'unwritable' }
const named: Readonly<Record<string, number>> = {
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_READONLY: 8,
  SQLITE_IOERR: 10,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_AUTH: 23,
  SQLITE_NOTADB: 26,
}

/** SQLite's own words, which all drivers pass on: some of their errors have neither number nor name. */
const worded: readonly (readonly [RegExp, StoreProblem])[] = [
  [/^UNIQUE constraint failed/i, 'unique'],
  [/^no such table/i, 'no-table'],
  [/database (?:table |schema )?is locked/i, 'busy'],
  // A database that was handed in, and whose owner is in the middle of a transaction.
  [/^cannot start a transaction within a transaction/i, 'busy'],
  [/^cannot rollback - no transaction is active/i, 'no-transaction'],
  [/attempt to write a readonly database/i, 'read-only'],
  [/database or disk is full/i, 'full'],
  [/unable to open database file|disk I\/O error/i, 'unreachable'],
  [/database disk image is malformed|file is not a database/i, 'damaged'],
]

/** What a driver's error means; `undefined` for anything that needs no answer of its own. */
export function sqliteProblem(error: unknown): StoreProblem | undefined {
  if (!(error instanceof Error)) return undefined
  const code = resultCode(error)
  const { [code]: precise } = extended
  if (precise !== undefined) return precise
  return worded.find(([words]) => words.test(error.message))?.[1] ?? problems[code & 0xff]
}

/** The result code, 0 where the error has none. The extended ones hold the primary one in their lowest byte. */
function resultCode(error: Error): number {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown }
  if (typeof errcode === 'number') return errcode
  if (typeof code !== 'string') return 0
  if (code === 'SQLITE_IOERR_WRITE') return 778
  const primary = /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? ''
  return named[primary] ?? 0
}
