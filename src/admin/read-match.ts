import type { Endpoint } from './endpoints.ts'
import { refuse } from './problem.ts'
import type { Reply } from './reply.ts'

/** The revision that `If-Match` names; `undefined` for any. */
export type ReadMatch = { readonly revision: number | undefined } | { readonly refusal: Reply }

/** Reads `If-Match`, for a route that compares it. */
export function readMatch(headers: Headers, match: Endpoint['match']): ReadMatch {
  if (match === undefined) return { revision: undefined }
  const text = headers.get('if-match')
  if (text === null) {
    if (match === 'order, optional') return { revision: undefined }
    const what = match === 'order' ? 'orderRevision of the type' : 'revision of the instance'
    return {
      refusal: refuse(
        428,
        'match_required',
        `Say what you saw, so that nobody's change is written over: If-Match with the ${what}, as its ETag has it; or If-Match: * to write all the same.`,
      ),
    }
  }
  if (text.trim() === '*') return { revision: undefined }
  const revision = /^"(\d{1,15})"$/.exec(text.trim())?.[1]
  if (revision === undefined)
    return { refusal: refuse(400, 'match_malformed', 'If-Match takes one ETag as an answer had it, e.g. If-Match: "7", or *.') }
  return { revision: Number(revision) }
}
