import { Rejected } from 'plugboard'

/**
 * What an error of either SDK means for the call. 400, 413 and 422 are about the question, and another model would say the same; anything else (no connection, a bad key,
 * too many requests, overloaded) is about this provider, so the next one is asked.
 */
export function meaningOf(error: unknown): unknown {
  const { status, message } = error as { readonly status?: unknown; readonly message?: unknown }
  return status === 400 || status === 413 || status === 422 ? new Rejected(String(message), { cause: error }) : error
}
