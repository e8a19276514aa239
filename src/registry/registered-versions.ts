import type { Registry } from './registry.ts'

/** Type keys to plugin keys to versions of their configs; those of version 1 are left out. `null`: it does not say. */
export type RegisteredVersions = Readonly<Record<string, Readonly<Record<string, number>>>> | null

/** Characters of it as JSON: where the names of all plugins are told, their versions are too. */
const mostCharacters = 131_072

/** The versions of configs that the code of this process reads. */
export function registeredVersions(registry: Registry): RegisteredVersions {
  const all = [...registry.types.values()].flatMap((type) => {
    const versions = [...type.plugins.values()].filter(({ versions: { current } }) => current > 1)
    return versions.length === 0
      ? []
      : [[type.key, Object.fromEntries(versions.map((plugin) => [plugin.key, plugin.versions.current]))] as const]
  })
  const told = Object.fromEntries(all)
  return JSON.stringify(told).length <= mostCharacters ? told : null
}
