import { createDecipheriv, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** A Fernet key in its two halves. */
export interface FernetKey {
  readonly signing: Buffer
  readonly encryption: Buffer
}

const rounds = 100_000
const version = 0x80
/** Version, time, IV. */
const headerLength = 1 + 8 + 16
const macLength = 32

/** The keys that Django's settings stand for: each SECRET_KEY with each SALT_KEY, in the order in which they are tried. */
export async function keysFrom(secrets: readonly string[], salts: readonly string[]): Promise<readonly FernetKey[]> {
  const pairs = secrets.flatMap((secret) => salts.map((salt) => ({ secret, salt })))
  const derive = promisify(pbkdf2)
  return Promise.all(
    pairs.map(async ({ secret, salt }) => {
      const key = await derive(Buffer.from(secret), Buffer.from(salt), rounds, 32, 'sha256')
      return keyOf(key)
    }),
  )
}

/** Of 32 bytes the first half signs, the second encrypts. */
export function keyOf(bytes: Buffer): FernetKey {
  return { signing: bytes.subarray(0, 16), encryption: bytes.subarray(16, 32) }
}

/**
 * Opens a token of the [Fernet specification](https://github.com/fernet/spec): AES-128-CBC, under an HMAC-SHA256 that is compared in constant time.
 * How old it is does not matter: it is stored.
 *
 * @returns Its text, or `undefined` where none of the keys opens it.
 */
export function openToken(token: string, keys: readonly FernetKey[]): string | undefined {
  // Node's decoder passes over what is no base64: a token must be all of it.
  if (!/^[\w-]+={0,2}$/.test(token)) return undefined
  const bytes = Buffer.from(token, 'base64url')
  const sealed = bytes.subarray(headerLength, -macLength)
  if (bytes.length < headerLength + 16 + macLength || bytes[0] !== version || sealed.length % 16 !== 0) return undefined
  const signed = bytes.subarray(0, -macLength)
  const mac = bytes.subarray(-macLength)
  const key = keys.find(({ signing }) => timingSafeEqual(createHmac('sha256', signing).update(signed).digest(), mac))
  if (key === undefined) return undefined
  try {
    const decipher = createDecipheriv('aes-128-cbc', key.encryption, bytes.subarray(9, headerLength))
    const text = Buffer.concat([decipher.update(sealed), decipher.final()])
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text)
  } catch {
    // Signed by the key, and yet not what it seals.
    return undefined
  }
}
