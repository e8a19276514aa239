import { DecryptionError, WrongKeyError } from '../errors/index.ts'
import type { Keyring } from './keyring.ts'
import { keyIdOf, open, seal, type TokenBinding } from './token.ts'

const binding: TokenBinding = { purpose: 'key-check', instanceId: '', pluginId: '' }

/** Makes the token that later tells whether the right keys are at hand. */
export function sealKeyCheck(keyring: Keyring): Promise<string> {
  return seal(keyring, 'plugboard', binding)
}

/**
 * Tells whether the keys fit a database.
 *
 * @throws WrongKeyError naming the key id the database was sealed with.
 */
export async function verifyKeyCheck(keyring: Keyring, token: string): Promise<void> {
  try {
    await open(keyring, token, binding)
  } catch (error) {
    if (error instanceof DecryptionError) throw new WrongKeyError(keyIdOf(token) ?? '(unreadable)', keyring.ids, { cause: error })
    throw error
  }
}
