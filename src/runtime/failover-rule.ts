import type { MethodKind } from '../contract/index.ts'
import { DeadlineError, Rejected, Unavailable } from '../errors/index.ts'

/** How one attempt of a call failed. */
export type Failure =
  /** It was never asked: it could not be built, or was switched off in between. */
  | 'not_asked'
  /** The plugin says that its provider certainly did not act. */
  | 'unavailable'
  /** The provider answered no. */
  | 'rejected'
  /** Nothing was heard in time. */
  | 'deadline'
  /** The caller gave up. */
  | 'aborted'
  /** Anything else. */
  | 'other'

/** What becomes of the call: on to the next instance, or the error to the caller. */
export type Verdict = 'next' | 'caller'

/** What a thrown value says about the attempt. */
export function failureOf(error: unknown): Exclude<Failure, 'not_asked' | 'aborted'> {
  if (error instanceof Unavailable) return 'unavailable'
  if (error instanceof Rejected) return 'rejected'
  return error instanceof DeadlineError ? 'deadline' : 'other'
}

/**
 * The failover rule: whether a call may go to the next instance after an attempt failed.
 *
 * | the attempt | `once` | `repeatable` |
 * | --- | --- | --- |
 * | was never made | next | next |
 * | `Unavailable`: the provider certainly did not act | next | next |
 * | `Rejected`: the provider answered no | caller | caller |
 * | its deadline passed | caller: it may have acted, or may yet | next |
 * | any other error | caller: it may have acted | next |
 * | the caller gave up, or the whole call's deadline passed | caller | caller |
 */
export function verdictOn(kind: MethodKind, failure: Failure): Verdict {
  switch (failure) {
    case 'not_asked':
    case 'unavailable':
      return 'next'
    case 'rejected':
    case 'aborted':
      return 'caller'
    case 'deadline':
    case 'other':
      return kind === 'repeatable' ? 'next' : 'caller'
  }
}

/** Whether a failure speaks against the instance: an answer does not, and neither does a caller that gave up. */
export function speaksAgainst(failure: Failure): boolean {
  return failure === 'unavailable' || failure === 'deadline' || failure === 'other'
}
