import { realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../errors/index.ts'
import { declaredEntries } from './declared-entries.ts'
import { asObject, readManifest } from './read-manifest.ts'

export interface DiscoverOptions {
  /** A file or folder of the application, as a path or `import.meta.url`: the nearest package.json above it names the dependencies. Default: the working directory. */
  readonly from?: string | URL
}

/** A dependency that says it has plugins. */
export interface DiscoveredPackage {
  /** As the application's package.json calls it. */
  readonly name: string
  readonly version: string | null
  /** Its real folder. */
  readonly folder: string
  /** The modules with plugins, as real paths; empty where there is a problem. */
  readonly entries: readonly string[]
  /** Why its plugins can't be loaded; `null` where nothing is known. */
  readonly problem: string | null
}

const kinds = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies']

/**
 * Finds the dependencies of the application that declare plugins in their package.json, `"plugboard": { "plugins": "./dist/plugins.js" }`, wherever npm, pnpm,
 * Yarn or a workspace put them. It loads none of their code.
 *
 * @returns By name. What is wrong with one is told in its `problem`.
 */
export async function discoverPackages(options: DiscoverOptions = {}): Promise<readonly DiscoveredPackage[]> {
  const { folder, names } = await application(options.from)
  const found = await Promise.all(names.map((name) => look(folder, name)))
  return found.filter((each) => each !== undefined)
}

/** The application's folder, and the names of its dependencies. */
export async function application(
  from: string | URL = process.cwd(),
): Promise<{ readonly folder: string; readonly names: readonly string[] }> {
  const start = resolve(from instanceof URL || from.startsWith('file:') ? fileURLToPath(from) : from)
  const isFile = await stat(start).then(
    (found) => found.isFile(),
    () => false,
  )
  for (let folder = isFile ? dirname(start) : start; ; folder = dirname(folder)) {
    const manifest = await readManifest(folder).catch(() => undefined)
    if (manifest !== undefined) {
      const names = kinds.flatMap((kind) => Object.keys(asObject(manifest[kind]) ?? {}))
      return { folder, names: [...new Set(names)].filter(isName).toSorted() }
    }
    if (dirname(folder) === folder) return { folder: start, names: [] }
  }
}

/** A name is the folder of a package below node_modules: nothing that leads elsewhere is one. */
function isName(name: string): boolean {
  return /^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*$/.test(name) && !name.startsWith('@../') && !name.startsWith('@./')
}

/** `undefined` where it is not installed, or declares nothing. */
async function look(from: string, name: string): Promise<DiscoveredPackage | undefined> {
  for (let above = from; ; above = dirname(above)) {
    const link = join(above, 'node_modules', name)
    try {
      const manifest = await readManifest(link)
      if (manifest !== undefined) return await describe(name, link, manifest)
    } catch (error) {
      return { name, version: null, folder: link, entries: [], problem: messageOf(error) }
    }
    if (dirname(above) === above) return undefined
  }
}

async function describe(name: string, link: string, manifest: Readonly<Record<string, unknown>>): Promise<DiscoveredPackage | undefined> {
  if (!Object.hasOwn(manifest, 'plugboard')) return undefined
  const version = typeof manifest['version'] === 'string' ? manifest['version'].slice(0, 100) : null
  const folder = await realpath(link)
  try {
    const entries = await declaredEntries(folder, asObject(manifest['plugboard'])?.['plugins'])
    return { name, version, folder, entries, problem: null }
  } catch (error) {
    return { name, version, folder, entries: [], problem: messageOf(error) }
  }
}
