import { PlugboardError } from './plugboard-error.ts'

/**
 * Thrown by a plugin when its provider certainly did not act on the request: it answered "try later", or was never reached.
 * A handle then moves on to the next instance, even for a `once` method. So let none through from inside, once something was done: what a plugin calls
 * after it has acted itself may be unavailable, while the plugin's own work is not undone.
 *
 * @example
 * if (response.status === 503) throw new Unavailable(`${host} answers 503`)
 */
export class Unavailable extends PlugboardError {
  static override readonly code: string = 'unavailable'
}

/**
 * Thrown by a plugin when its provider understood the request and refused it: card declined, unknown recipient.
 * A handle gives it to the caller and tries nobody else, even for a `repeatable` method.
 */
export class Rejected extends PlugboardError {
  static override readonly code: string = 'rejected'
}

const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
])

/**
 * Gives an {@link Unavailable} when `error`, or a cause of it, says that no connection was made; otherwise the error itself.
 *
 * Only for a call that makes exactly one request: a client that retries may have sent something before the connection was refused.
 *
 * @example
 * try { return await fetch(url) } catch (error) { throw unavailableIfNotConnected(error) }
 */
export function unavailableIfNotConnected(error: unknown): unknown {
  let current = error
  for (let depth = 0; depth < 8 && typeof current === 'object' && current !== null; depth++) {
    const { code, errors, cause } = current as { code?: unknown; errors?: unknown; cause?: unknown }
    if (typeof code === 'string' && neverConnected.has(code)) {
      const message = error instanceof Error ? error.message : String(error)
      return new Unavailable(`No connection was made: ${message} (${code})`, { cause: error })
    }
    // Happy eyeballs: an AggregateError of one failed attempt per address.
    if (Array.isArray(errors) && errors.length > 0) {
      const all = errors.every((each: unknown) => unavailableIfNotConnected(each) instanceof Unavailable)
      return all ? new Unavailable('No connection was made to any address', { cause: error }) : error
    }
    current = cause
  }
  return error
}
