import type { ReferenceReason } from '../errors/index.ts'

/** What a reference gives: something, or why not. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: ReferenceReason; readonly message: string }

/** The reasons that are about what a reference names, as it is now: tomorrow it may be otherwise. */
const passing: ReadonlySet<ReferenceReason> = new Set<ReferenceReason>([
  'not_found',
  'unreadable',
  'not_text',
  'too_large',
  'failed',
  'deadline',
])

/** Whether a reference with this problem may be saved all the same, by `force`. */
export function mayPass(reason: ReferenceReason): boolean {
  return passing.has(reason)
}

/** @param message Of what it names: 'is no file'. */
export function notNow(reason: ReferenceReason, message: string): Outcome<never> {
  return { ok: false, reason, message: `what it refers to ${message}` }
}
