import { createHmac, timingSafeEqual } from 'node:crypto'

/** What is signed, as Standard Webhooks has it (standardwebhooks.com): the id, the time and the body, byte for byte. */
export interface Signed {
  /** Stays the same when a call is repeated, so that the receiver can tell. */
  readonly id: string
  /** Seconds since the epoch. */
  readonly timestamp: number
  readonly body: string
}

export type SignatureHeaders = {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/** Secrets look like `whsec_<base64>`. */
export const secretPattern = /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/

/** HMAC-SHA256 over `id.timestamp.body`, base64. */
function signature(secret: string, { id, timestamp, body }: Signed): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
}

export function sign(secret: string, signed: Signed): SignatureHeaders {
  return {
    'webhook-id': signed.id,
    'webhook-timestamp': String(signed.timestamp),
    'webhook-signature': `v1,${signature(secret, signed)}`,
  }
}

/**
 * Says why a call is not to be trusted; `undefined` when it is.
 *
 * @param now Seconds since the epoch. A signature older or newer than five minutes is a replay.
 */
export function distrust(secret: string, headers: Readonly<Record<string, unknown>>, body: string, now: number): string | undefined {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': given } = headers
  if (typeof id !== 'string' || typeof time !== 'string' || typeof given !== 'string') return 'the signature headers are missing'
  const timestamp = Number(time)
  if (!Number.isSafeInteger(timestamp) || Math.abs(now - timestamp) > 300) return 'the timestamp is not of now'
  const wanted = Buffer.from(signature(secret, { id, timestamp, body }))
  const fits = given.split(' ').some((each) => {
    const [version, value = ''] = each.split(',')
    const have = Buffer.from(value)
    return version === 'v1' && have.length === wanted.length && timingSafeEqual(have, wanted)
  })
  return fits ? undefined : 'the signature does not fit'
}
