import { keyIdOf, sealKeyCheck, verifyKeyCheck, type Keyring } from '../crypto/index.ts'
import { KeysMissingError } from '../errors/index.ts'
import type { Registry } from '../registry/index.ts'
import type { MetaRow, Store } from '../store/index.ts'

/**
 * Sees that the keys fit the database, and seals the first key check where there is none. Plugins without config need no keys.
 *
 * @throws KeysMissingError, WrongKeyError
 */
export async function checkKeys(
  registry: Registry,
  store: Store,
  keyring: Keyring | undefined,
  meta: Pick<MetaRow, 'keyCheck'>,
): Promise<void> {
  const plugins = Array.from(registry.types.values(), (type) => Array.from(type.plugins.values())).flat()
  const configurable = plugins.filter((plugin) => plugin.config !== undefined)
  if (configurable.length === 0) return
  if (keyring === undefined) {
    const keyId = meta.keyCheck === null ? undefined : keyIdOf(meta.keyCheck)
    throw new KeysMissingError({ ...(keyId === undefined ? {} : { keyId }), plugins: configurable.map((plugin) => plugin.key) })
  }
  await verifyKeyCheck(keyring, meta.keyCheck ?? (await store.initKeyCheck(await sealKeyCheck(keyring))))
}
