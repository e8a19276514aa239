import { DecryptionError, InstanceUnloadableError, KeysMissingError } from '../errors/index.ts'
import type { Keyring } from '../crypto/index.ts'
import type { IndexedInstance } from './instance-index.ts'
import { checkVersion } from './migrate-config.ts'

/**
 * Why an instance can't be used, as far as its row tells without its config being opened: that its code is missing, that it has no config though its plugin
 * wants one, that its config is sealed with a key that this process lacks, or is of a newer release. `undefined` where none of that is so; building it may
 * still fail. Building says the same of these, so what is said at sight is never undone by a try.
 */
export function unloadableAtSight(
  { row, plugin }: Pick<IndexedInstance, 'row' | 'plugin'>,
  keyring: Keyring | undefined,
): InstanceUnloadableError | undefined {
  if (plugin === undefined) return new InstanceUnloadableError(row, 'code_missing', undefined)
  if (plugin.config === undefined) return undefined
  if (!row.hasConfig) return new InstanceUnloadableError(row, 'needs_config', undefined)
  try {
    checkVersion(plugin, row.configVersion)
  } catch (error) {
    return new InstanceUnloadableError(row, 'config_newer', error)
  }
  if (keyring === undefined) return new InstanceUnloadableError(row, 'cannot_decrypt', new KeysMissingError({ plugins: [plugin.key] }))
  if (row.keyId === null || keyring.ids.includes(row.keyId)) return undefined
  return new InstanceUnloadableError(row, 'cannot_decrypt', new DecryptionError('unknown_key', { keyId: row.keyId, instance: row.name }))
}
