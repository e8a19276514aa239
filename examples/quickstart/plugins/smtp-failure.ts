import { Rejected, Unavailable, unavailableIfNotConnected } from 'plugboard'

/** Ends a dialogue before any message was handed over: name lookup, TLS, login. */
const beforeTheMessage: ReadonlySet<unknown> = new Set(['EDNS', 'ETLS', 'EAUTH', 'ENOAUTH', 'EOAUTH2'])
/** The server's own answer to the envelope or to the message. */
const answered: ReadonlySet<unknown> = new Set(['EENVELOPE', 'EMESSAGE'])

/**
 * What a failed SMTP dialogue says about the message.
 *
 * - `Unavailable` where the server certainly has not taken it: not reached, login refused, "try later" (4xx), sender refused.
 * - `Rejected` where it refused this recipient or this message for good (5xx).
 * - Otherwise the error itself: the connection broke, and nobody can say whether the message was taken.
 */
export function meaningOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  // What nodemailer adds to its errors.
  const { code, originalCode, responseCode, command, timeoutType } = error as Error & Readonly<Record<string, unknown>>
  if (beforeTheMessage.has(code) || timeoutType === 'CONNECT_TIMEOUT' || timeoutType === 'GREETING_TIMEOUT') {
    return new Unavailable(error.message, { cause: error })
  }
  // 421 is "closing the connection": a server going down may say it while it still stores the message.
  if (answered.has(code) && typeof responseCode === 'number' && responseCode !== 421) {
    if (responseCode < 500 || command === 'MAIL FROM') return new Unavailable(error.message, { cause: error })
    return new Rejected(error.message, { cause: error })
  }
  // nodemailer keeps the socket's own code, ECONNREFUSED and its like, in `originalCode`.
  if (typeof originalCode !== 'string') return error
  const socketError = Object.assign(new Error(error.message, { cause: error }), { code: originalCode })
  const meaning = unavailableIfNotConnected(socketError)
  return meaning === socketError ? error : meaning
}
