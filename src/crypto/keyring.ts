import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { KeyringError } from '../errors/index.ts'

/** The encryption keys: the first one seals, all of them open. */
export interface Keyring {
  /** Id of the key that seals. */
  readonly primary: string
  /** Ids of all keys, the first one first. */
  readonly ids: readonly string[]
  key(id: string): KeyObject | undefined
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const keyBytes = 32
const variable = 'PLUGBOARD_KEYS'
const howTo = 'Run plugboard keys generate to make one.'

/**
 * Reads a keyring: `id:base64` pairs, separated by commas, each key 32 bytes.
 *
 * @param text What `PLUGBOARD_KEYS` holds, e.g. `k2:<base64>,k1:<base64>`. Empty or absent gives `undefined`: no keys.
 * @throws KeyringError listing every entry that can't be read. It quotes ids, never key material.
 */
export function parseKeyring(text: string | undefined): Keyring | undefined {
  if (text === undefined) return undefined
  const keys = new Map<string, KeyObject>()
  const problems: string[] = []
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  entries.forEach((entry, index) => {
    const where = `entry ${index + 1}`
    const colon = entry.indexOf(':')
    // An entry without a colon may be a bare key: it is not quoted.
    if (colon < 0) return void problems.push(`${where} has no id: write it as <id>:<base64 of ${keyBytes} bytes>`)
    const id = entry.slice(0, colon)
    if (!idPattern.test(id)) return void problems.push(`${where} has an id that is not 1 to 64 of A-Z a-z 0-9 . _ -`)
    if (keys.has(id)) return void problems.push(`the id '${id}' stands twice`)
    const bytes = decodeBase64(entry.slice(colon + 1))
    if (bytes === undefined) return void problems.push(`the key '${id}' is not base64`)
    if (bytes.length !== keyBytes) return void problems.push(`the key '${id}' has ${bytes.length} bytes instead of ${keyBytes}`)
    keys.set(id, createSecretKey(bytes))
  })
  if (problems.length > 0) throw new KeyringError(`${variable} can't be read: ${problems.join('; ')}. ${howTo}`)
  const ids = [...keys.keys()]
  const primary = ids[0]
  if (primary === undefined) return undefined
  return { primary, ids, key: (id) => keys.get(id) }
}

/**
 * Makes a new key as `id:base64`, to be put first into `PLUGBOARD_KEYS`.
 *
 * @param id Default `k1`.
 * @throws KeyringError for an id that is not 1 to 64 of `A-Z a-z 0-9 . _ -`.
 */
export function generateKey(id: string = 'k1'): string {
  if (!idPattern.test(id)) throw new KeyringError(`'${id.slice(0, 80)}' can't be a key id: use 1 to 64 of A-Z a-z 0-9 . _ -`)
  return `${id}:${randomBytes(keyBytes).toString('base64')}`
}

/** Buffer.from accepts anything; this accepts base64 and base64url, padded or not, and nothing else. */
function decodeBase64(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  const bare = text.replaceAll('=', '').replaceAll('-', '+').replaceAll('_', '/')
  return bytes.toString('base64').replaceAll('=', '') === bare ? bytes : undefined
}
