import type { Board } from '../index.ts'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { visible, visibleLine } from './visible.ts'

/** A dependency that declares plugins, and what of it this board has. */
export interface ListedPackage {
  readonly name: string
  readonly version: string | null
  readonly folder: string
  readonly entries: readonly string[]
  /** Plugins that `loadPlugins` took from it, as `type/plugin`. */
  readonly loaded: readonly string[]
  readonly problem: string | null
}

/** The dependencies that declare plugins. None of their code is loaded by this. */
export async function discoveredPackages(board: Board): Promise<readonly ListedPackage[]> {
  const [{ discoverPackages }, { originOf }] = await Promise.all([import('../index.ts'), import('../contract/index.ts')])
  const { types } = board.internals.registry
  const registered = [...types.values()].flatMap((type) => [...type.plugins.values()].map((plugin) => ({ type, plugin })))
  const found = await discoverPackages()
  return found.map(({ name, version, folder, entries, problem }) => {
    const origin = version === null ? name : `${name} ${version}`
    const loaded = registered
      .filter(({ plugin }) => originOf(plugin.class) === origin)
      .map(({ type, plugin }) => `${type.key}/${plugin.key}`)
    return { name, version, folder, entries, loaded, problem }
  })
}

export function describePackages(packages: readonly ListedPackage[], paint: Paint): string {
  if (packages.length === 0) return 'No dependency of this application declares plugins.'
  const rows = packages.map(({ name, version, loaded, problem }) => [
    visibleLine(name),
    visibleLine(version ?? ''),
    problem !== null
      ? paint.red(visibleLine(visible(problem)))
      : loaded.length > 0
        ? paint.green(`loaded: ${loaded.map(visibleLine).join(', ')}`)
        : `not loaded by loadPlugins({ packages: ['${visibleLine(name)}'] }); its classes may be named in code`,
  ])
  return table(
    ['PACKAGE', 'VERSION', 'PLUGINS'].map((title) => ({ title })),
    rows,
    paint.bold,
  )
}
