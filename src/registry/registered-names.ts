import type { Registry } from './registry.ts'

/** Type names to plugin names, aliases included: what of the stored code a process answers for. `null`: which plugins, it does not say. */
export type RegisteredNames = Readonly<Record<string, readonly string[] | null>>

/** Characters of it as JSON. It stands in each process's sign of life, so that of thousands of plugins only the types are told. */
const mostCharacters = 65_536

/** What the code of this process answers for. */
export function registeredNames(registry: Registry): RegisteredNames {
  const types = [...registry.types.values()]
  const names = types.flatMap((type) => {
    const plugins = Array.from(type.plugins.values(), ({ key, aliases }) => [key, ...aliases]).flat()
    return [type.key, ...type.aliases].map((name) => [name, plugins] as const)
  })
  const all = Object.fromEntries(names)
  if (JSON.stringify(all).length <= mostCharacters) return all
  return Object.fromEntries(names.map(([name]) => [name, null]))
}
