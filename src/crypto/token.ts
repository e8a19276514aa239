import type { FlattenedJWE } from 'jose'
import { DecryptionError, messageOf } from '../errors/index.ts'
import type { Keyring } from './keyring.ts'

/** What a token is bound to. It opens only for the same purpose, instance and plugin row, so it can't be pasted elsewhere. */
export interface TokenBinding {
  readonly purpose: 'live' | 'history' | 'key-check'
  /** Row id of the instance; names and keys may change. */
  readonly instanceId: string
  readonly pluginId: string
}

/** A value as JSON carries it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

// jose is loaded when the first config is sealed or opened: importing the library must stay cheap.
let jose: Promise<typeof import('jose')> | undefined
const load = (): Promise<typeof import('jose')> => (jose ??= import('jose'))

function additionalData(binding: TokenBinding): Uint8Array {
  return new TextEncoder().encode(JSON.stringify([binding.purpose, binding.instanceId, binding.pluginId]))
}

/**
 * Seals a JSON value into one token: a flattened JWE (`dir`, `A256GCM`) that names its key.
 *
 * @param value What goes in; it comes out deep-equal.
 * @param binding What the token is bound to.
 */
export async function seal(keyring: Keyring, value: Json, binding: TokenBinding): Promise<string> {
  const { FlattenedEncrypt } = await load()
  const key = keyring.key(keyring.primary)
  if (key === undefined) throw new DecryptionError('unknown_key', { keyId: keyring.primary })
  const token = await new FlattenedEncrypt(new TextEncoder().encode(JSON.stringify(value)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: keyring.primary })
    .setAdditionalAuthenticatedData(additionalData(binding))
    .encrypt(key)
  return JSON.stringify(token)
}

/**
 * Opens a token.
 *
 * @param instance Name for messages.
 * @throws DecryptionError `unknown_key` where the keyring lacks its key, `not_authentic` where the key's bytes differ or the token was changed or
 *   belongs to another row, `malformed` where it is no token.
 */
export async function open(keyring: Keyring, token: string, binding: TokenBinding, instance?: string): Promise<Json> {
  const { flattenedDecrypt } = await load()
  const keyId = keyIdOf(token)
  if (keyId === undefined) throw new DecryptionError('malformed', { instance })
  // A key id was read from it, so it is JSON, and an object.
  const jwe = JSON.parse(token) as FlattenedJWE
  if (typeof jwe.ciphertext !== 'string') throw new DecryptionError('malformed', { instance })
  const key = keyring.key(keyId)
  if (key === undefined) throw new DecryptionError('unknown_key', { keyId, instance })
  // What the token says it is bound to is not believed: it is opened for what is asked.
  const aad = Buffer.from(additionalData(binding)).toString('base64url')
  let plaintext: Uint8Array
  try {
    const opened = await flattenedDecrypt({ ...jwe, aad }, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    plaintext = opened.plaintext
  } catch (cause) {
    throw new DecryptionError('not_authentic', { keyId, instance }, { cause: new Error(messageOf(cause)) })
  }
  return JSON.parse(new TextDecoder().decode(plaintext)) as Json
}

/** The key id a token names; `undefined` where it is no token. Nothing is decrypted. */
export function keyIdOf(token: string): string | undefined {
  try {
    const { protected: header } = JSON.parse(token) as { protected?: unknown }
    if (typeof header !== 'string') return undefined
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { kid?: unknown }
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}
