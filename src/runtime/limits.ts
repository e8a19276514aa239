import { InvalidInputError, quote } from '../errors/index.ts'
import { durationProblem } from '../registry/index.ts'
import { Line } from './deadline-wheel.ts'

/** How long a call may take, as the application says. */
export interface CallLimits {
  /** Milliseconds for the whole call, every attempt included; `Infinity` for no end. Default: the type's, else no end. */
  readonly deadline?: number
  /** Milliseconds for each attempt; a `repeatable` call then goes to the next instance. Default: the type's, else as long as the whole call may take. */
  readonly attemptDeadline?: number
  /** Ends the wait when the caller does not need the answer any more; a function is asked at each call. */
  readonly signal?: AbortSignal | (() => AbortSignal | undefined)
}

/** The same, with the type's own times, and ready for the wheel. */
export interface Limits {
  readonly total: number
  readonly attempt: number
  /** Of the whole call. */
  readonly totalLine: Line | undefined
  /** Of an attempt, where that ends before the whole call. */
  readonly attemptLine: Line | undefined
  readonly signal: CallLimits['signal']
}

/**
 * Joins what a call says to what its type says.
 *
 * @returns `undefined` where a call may take as long as it likes.
 * @throws InvalidInputError
 */
export function limitsOf(type: Pick<CallLimits, 'deadline' | 'attemptDeadline'>, call: CallLimits): Limits | undefined {
  const total = call.deadline ?? type.deadline ?? Number.POSITIVE_INFINITY
  const attempt = call.attemptDeadline ?? type.attemptDeadline ?? Number.POSITIVE_INFINITY
  const { signal } = call
  const issues = Object.entries({ deadline: total, attemptDeadline: attempt }).flatMap(([name, value]) => {
    const problem = deadlineProblem(value)
    return problem === undefined ? [] : [{ pointer: `/${name}`, message: problem }]
  })
  if (signal !== undefined && typeof signal !== 'function' && !(signal instanceof AbortSignal))
    issues.push({ pointer: '/signal', message: `is ${quote(signal)}, not an AbortSignal` })
  if (issues.length > 0) throw new InvalidInputError(issues)
  if (total === Number.POSITIVE_INFINITY && attempt === Number.POSITIVE_INFINITY && signal === undefined) return undefined
  return { total, attempt, totalLine: lineOf(total), attemptLine: attempt < total ? lineOf(attempt) : undefined, signal }
}

/** What is wrong with a deadline of a call; `undefined` where nothing is. */
export function deadlineProblem(value: unknown): string | undefined {
  return value === Number.POSITIVE_INFINITY ? undefined : durationProblem(value, 1)
}

function lineOf(duration: number): Line | undefined {
  return duration === Number.POSITIVE_INFINITY ? undefined : new Line(duration)
}
