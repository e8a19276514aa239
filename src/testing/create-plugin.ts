import type { Json } from '../config/index.ts'
import { toJson } from '../config/index.ts'
import type { Hooks, InstanceView, PluginClass, PluginContext } from '../contract/index.ts'
import { ConfigInvalidError, type ConfigIssue } from '../errors/index.ts'
import { buildRegistry, type RegisteredPlugin } from '../registry/index.ts'
import { migrateConfig } from '../runtime/index.ts'

/** What a plugin under test is given. */
export interface CreatePluginOptions {
  /** The schema's input, as an operator would type it. Default `{}`. */
  readonly config?: unknown
  /** The version `config` is of: an older one is brought to the plugin's by its own steps, as a board does. Default: the plugin's. */
  readonly configVersion?: number
  /** What `this.instance` shows. */
  readonly instance?: Partial<InstanceView>
  readonly signal?: AbortSignal
}

/**
 * Builds one plugin for a test, without a board or a database: its registration is checked, its config validated, defaults and transforms applied.
 * `onStart` is not called.
 *
 * @throws RegistrationError, ConfigInvalidError, ConfigMigrationError, ConfigNewerError
 * @example
 * const gateway = await createPlugin(Zarinpal, { config: { merchantId: 'm', apiKey: 'k' } })
 */
export async function createPlugin<T extends Hooks>(plugin: PluginClass<T>, options: CreatePluginOptions = {}): Promise<T> {
  const registry = buildRegistry({ plugins: [plugin] })
  const registered = Array.from(registry.types.values(), (type) => Array.from(type.plugins.values()))
    .flat()
    .find((each) => each.class === plugin)
  const issues: ConfigIssue[] = []
  const input: Json = toJson(options.config ?? {}, issues)
  if (issues.length > 0) throw new ConfigInvalidError(plugin.name, issues)
  const context: PluginContext = {
    config: await configOf(registered, input, options.configVersion),
    instance: Object.assign(blankInstance(plugin.name), options.instance),
    signal: options.signal ?? new AbortController().signal,
  }
  // The board's own cast: the class takes the context of its config's type, which the schema has just made.
  return new (plugin as unknown as new (context: PluginContext) => T)(context)
}

/** Milliseconds for a step, as a board's default. */
const stepDeadline = 10_000

async function configOf(plugin: RegisteredPlugin | undefined, input: Json, version: number | undefined): Promise<unknown> {
  if (plugin?.config === undefined) return {}
  return plugin.config.parse(version === undefined ? input : await migrateConfig(plugin, input, version, stepDeadline))
}

function blankInstance(name: string): InstanceView {
  return { id: '00000000-0000-7000-8000-000000000000', name, status: 'active', tags: [] }
}
