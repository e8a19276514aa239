import type { Json } from '../config/index.ts'
import { seal, type Keyring } from '../crypto/index.ts'
import { KeysMissingError } from '../errors/index.ts'

/** A config sealed for its row, and for the history. */
export interface SealedPair {
  readonly live: string
  readonly history: string
  readonly keyId: string
}

/**
 * Seals a config twice: tokens of the row and of the history don't open in each other's place.
 *
 * @throws KeysMissingError
 */
export async function sealConfig(
  keyring: Keyring | undefined,
  plugin: string,
  row: { readonly id: string; readonly pluginId: string },
  config: Json,
): Promise<SealedPair> {
  if (keyring === undefined) throw new KeysMissingError({ plugins: [plugin] })
  const binding = { instanceId: row.id, pluginId: row.pluginId }
  const live = await seal(keyring, config, { ...binding, purpose: 'live' })
  const history = await seal(keyring, config, { ...binding, purpose: 'history' })
  return { live, history, keyId: keyring.primary }
}
