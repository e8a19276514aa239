import type { MethodKind } from '../contract/index.ts'
import { Rejected, Unavailable } from '../errors/index.ts'

/**
 * Whether a failed call may go to the next instance.
 *
 * | method | `Unavailable` | `Rejected` | any other error |
 * | --- | --- | --- | --- |
 * | `once` | yes: the provider certainly did not act | no | no: it may have acted |
 * | `repeatable` | yes | no: the provider answered | yes |
 */
export function mayMoveOn(kind: MethodKind, error: unknown): boolean {
  if (error instanceof Unavailable) return true
  return kind === 'repeatable' && !(error instanceof Rejected)
}
