import type { StoreProblem } from '../dialect.ts'
import { isNetworkError } from '../server/network-errors.ts'

/** Error numbers that mean something to us. https://dev.mysql.com/doc/mysql-errors/8.0/en/ and https://mariadb.com/kb/en/mariadb-error-codes/ */
const numbers: Readonly<Record<number, StoreProblem>> = {
  1062: 'unique',
  1146: 'no-table',
  1213: 'conflict',
  // Record has changed since last read: MariaDB with snapshot isolation.
  1020: 'conflict',
  1205: 'busy',
  3024: 'busy',
  1969: 'busy',
  3572: 'busy',
  1290: 'read-only',
  1792: 'read-only',
  1836: 'read-only',
  1021: 'full',
  1114: 'full',
  1040: 'unreachable',
  1049: 'unreachable',
  1053: 'unreachable',
  1077: 'unreachable',
  1129: 'unreachable',
  1130: 'unreachable',
  1203: 'unreachable',
  1226: 'unreachable',
  1317: 'unreachable',
  1927: 'unreachable',
  4031: 'unreachable',
  1044: 'forbidden',
  1045: 'forbidden',
  1142: 'forbidden',
  1143: 'forbidden',
  1227: 'forbidden',
  1370: 'forbidden',
  1698: 'forbidden',
  1034: 'damaged',
  1194: 'damaged',
  1195: 'damaged',
  // The server ends the connection after this one, so what follows on it is a network error.
  1153: 'too-large',
}

const codes: ReadonlySet<unknown> = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'POOL_CLOSED',
  'HANDSHAKE_NO_SSL_SUPPORT',
])

/** Words of mysql2 itself, whose errors have no code. */
const worded: readonly RegExp[] = [/^Can't add new command when connection is in closed state/i, /^Pool is closed/i, /^Connection lost/i]

/** What an error of `mysql2` means; `undefined` for anything that needs no answer of its own. */
export function mysqlProblem(error: unknown): StoreProblem | undefined {
  if (!(error instanceof Error)) return undefined
  const { errno, code } = error as { errno?: unknown; code?: unknown }
  const known = typeof errno === 'number' ? numbers[errno] : undefined
  if (known !== undefined) return known
  if (isNetworkError(error) || codes.has(code) || worded.some((words) => words.test(error.message))) return 'unreachable'
  return undefined
}
