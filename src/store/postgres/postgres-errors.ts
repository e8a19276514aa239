import type { StoreProblem } from '../dialect.ts'
import { codeOf, isNetworkError } from '../server/network-errors.ts'

/** SQLSTATEs that mean something to us. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const states: Readonly<Record<string, StoreProblem>> = {
  '23505': 'unique',
  '42P01': 'no-table',
  '40001': 'conflict',
  '40P01': 'conflict',
  '55P03': 'busy',
  '57014': 'busy',
  '25006': 'read-only',
  '53100': 'full',
  '53300': 'unreachable',
  '57P01': 'unreachable',
  '57P02': 'unreachable',
  '57P03': 'unreachable',
  '57P05': 'unreachable',
  '3D000': 'unreachable',
  '28000': 'forbidden',
  '28P01': 'forbidden',
  '42501': 'forbidden',
  XX001: 'damaged',
  XX002: 'damaged',
}

/** Words of `pg` itself and of poolers, whose errors have no code. */
const worded: readonly RegExp[] = [
  /^Connection terminated/i,
  /^timeout (?:exceeded|expired) when trying to connect|^connection timeout/i,
  /^Client has encountered a connection error/i,
  /^Client was closed/i,
  /^Cannot use a pool after calling end/i,
  /^server conn crashed|^query_wait_timeout|^client_idle_timeout/i,
]

/** What an error of `pg` means; `undefined` for anything that needs no answer of its own. */
export function postgresProblem(error: unknown): StoreProblem | undefined {
  if (!(error instanceof Error)) return undefined
  const state = codeOf(error)
  if (typeof state === 'string') {
    const known = states[state]
    if (known !== undefined) return known
    // Class 08: connection exceptions.
    if (/^08...$/.test(state)) return 'unreachable'
  }
  if (isNetworkError(error) || worded.some((words) => words.test(error.message))) return 'unreachable'
  return undefined
}
