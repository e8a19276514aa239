import { pathToFileURL } from 'node:url'
import { pluginBrand, setOrigin, type PluginClass } from '../contract/index.ts'
import { DiscoveryError, messageOf, type DiscoveryProblem } from '../errors/index.ts'
import { application, discoverPackages, type DiscoveredPackage, type DiscoverOptions } from './discover-packages.ts'

export interface LoadPluginsOptions extends DiscoverOptions {
  /** Whose code may run: names of dependencies, or scopes as `@acme/*`. There is no default: nothing is loaded that was not named. */
  readonly packages: readonly string[]
}

/**
 * Loads the plugins of dependencies that declare some. Those that are not named are not loaded.
 *
 * @returns Plugin classes, each once, for `createBoard({ plugins })`.
 * @throws DiscoveryError listing each package, with its version, that is missing, declares nothing, points outside of itself, or throws when it is imported.
 * @example
 * const plugins = await loadPlugins({ from: import.meta.url, packages: ['acme-payments'] })
 * export const board = createBoard({ plugins: [CardApi, ...plugins], store: sqlite('plugboard.db') })
 */
export async function loadPlugins(options: LoadPluginsOptions): Promise<readonly PluginClass[]> {
  const { packages }: { readonly packages?: unknown } = options
  const wanted: readonly unknown[] = Array.isArray(packages) ? packages : []
  if (wanted.length === 0 || !wanted.every((each) => typeof each === 'string')) {
    const message = "name the packages whose code may run: loadPlugins({ packages: ['acme-payments', '@acme/*'] })"
    throw new DiscoveryError([{ package: '(none)', version: null, message }])
  }
  const found = await discoverPackages(options)
  const named = wanted
  const problems: DiscoveryProblem[] = []
  const allowed = found.filter(({ name }) => named.some((each) => matches(each, name)))
  for (const each of named) {
    if (!allowed.some(({ name }) => matches(each, name)))
      problems.push({ package: each, version: null, message: await whyMissing(each, options) })
  }
  const classes = new Set<PluginClass>()
  const causes: unknown[] = []
  for (const each of allowed) {
    const { name, version } = each
    try {
      if (each.problem !== null) throw new Error(each.problem)
      for (const plugin of await pluginsOf(each)) classes.add(plugin)
    } catch (error) {
      causes.push(error)
      problems.push({ package: name, version, message: messageOf(error) })
    }
  }
  if (problems.length > 0) throw new DiscoveryError(problems, causes.length === 0 ? {} : { cause: causes[0] })
  return [...classes]
}

/** A name, or a scope: no other pattern, so that nobody allows more than they see. */
function matches(wanted: string, name: string): boolean {
  return wanted === name || (/^@[\w.~-]+\/\*$/.test(wanted) && name.startsWith(wanted.slice(0, -1)))
}

async function whyMissing(name: string, { from }: DiscoverOptions): Promise<string> {
  const { folder, names } = await application(from)
  if (name.endsWith('*')) return `no dependency of '${folder}' that matches declares plugins`
  if (!names.includes(name)) return `is no dependency of '${folder}'. Install it: npm install ${name}`
  return 'is not installed, or its package.json declares no plugins: "plugboard": { "plugins": "./dist/plugins.js" }'
}

async function pluginsOf({ name, version, entries }: DiscoveredPackage): Promise<readonly PluginClass[]> {
  const found: PluginClass[] = []
  for (const entry of entries) {
    let module: Readonly<Record<string, unknown>>
    try {
      module = (await import(pathToFileURL(entry).href)) as Readonly<Record<string, unknown>>
    } catch (error) {
      throw new Error(`importing it failed: ${messageOf(error)}`, { cause: error })
    }
    const classes = classesIn(module)
    if (classes.length === 0)
      throw new Error('its module exports no plugin: export classes that extend Plugin(Type, { key }), or a list called plugins')
    for (const each of classes) setOrigin(each, version === null ? name : `${name} ${version}`)
    found.push(...classes)
  }
  return found
}

/** The list called `plugins`, where there is one; else every exported plugin class, of CommonJS too. */
function classesIn(module: Readonly<Record<string, unknown>>): readonly PluginClass[] {
  const standard = module['default']
  const inner = typeof standard === 'object' && standard !== null ? (standard as Readonly<Record<string, unknown>>) : {}
  const list = module['plugins'] ?? inner['plugins']
  const values: readonly unknown[] = Array.isArray(list) ? list : [...Object.values(module), ...Object.values(inner)]
  return [...new Set(values)].filter((value): value is PluginClass => typeof value === 'function' && pluginBrand in value)
}
