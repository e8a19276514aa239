import { AsyncLocalStorage } from 'node:async_hooks'
import { scrubError, scrubText, secretValues, typedNames, type Json } from '../config/index.ts'
import type { Hooks, InstanceView, PluginContext } from '../contract/index.ts'
import { open, type Keyring } from '../crypto/index.ts'
import {
  ConfigInvalidError,
  ConfigMigrationError,
  ConfigNewerError,
  DeadlineError,
  DecryptionError,
  InstanceUnloadableError,
  KeysMissingError,
  messageOf,
  SecretReferenceError,
} from '../errors/index.ts'
import type { References } from '../references/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import type { SealedConfig, Store } from '../store/index.ts'
import { unloadableAtSight } from './at-sight.ts'
import { Built } from './built.ts'
import { buildChannel, disposeChannel } from './channels.ts'
import type { Clock } from './clock.ts'
import { ConfigReads } from './config-reads.ts'
import { withDeadline } from './deadline.ts'
import type { EventInstance, Events } from './events.ts'
import type { IndexedInstance } from './instance-index.ts'
import { checkVersion, migrateConfig } from './migrate-config.ts'
import { traced } from './trace.ts'

/** Set while a plugin's onStart runs. */
const starting = new AsyncLocalStorage<true>()

/** Whether the caller is an onStart: it must not wait for the board to be ready, since the board waits for it. */
export function isStarting(): boolean {
  return starting.getStore() === true
}

/** What building needs. */
export interface BuilderOptions {
  readonly store: Store
  readonly keyring: Keyring | undefined
  readonly events: Events
  readonly references: References
  /** Milliseconds for construction with `onStart`, and for `onDispose`. */
  readonly deadline: number
  /** For what an object waits for after it was replaced. */
  readonly after: Clock['after']
}

/** Makes plugin objects from stored instances: fetch, open, migrate, validate, construct, start. */
export class Builder {
  readonly #options: BuilderOptions
  readonly #configs: ConfigReads

  constructor(options: BuilderOptions) {
    this.#options = options
    this.#configs = new ConfigReads(options.store)
  }

  /** Configs that came with what has just changed: who builds from those rows needs not read them. */
  offer(configs: readonly SealedConfig[]): void {
    this.#configs.offer(configs)
  }

  /**
   * Builds what is stored.
   *
   * @throws InstanceUnloadableError where this instance can't be built; StoreError where the database can't be read, which says nothing about the instance.
   */
  build(instance: IndexedInstance, view: InstanceView): Promise<Built> {
    return traced(
      buildChannel,
      () => ({ type: instance.typeKey, instance: named(instance) }),
      () => this.#build(instance, view),
    )
  }

  async #build(instance: IndexedInstance, view: InstanceView): Promise<Built> {
    const plugin = instance.plugin
    if (plugin === undefined) throw new InstanceUnloadableError(instance.row, 'code_missing', undefined)
    const sealed = await this.#configs.read(instance.row.id, instance.row.configRevision)
    if (sealed === undefined) throw new InstanceUnloadableError(instance.row, 'build_failed', new Error('Its row is gone.'))
    const stored = await this.openConfig(instance, plugin, sealed)
    return this.construct(instance, plugin, await this.resolveReferences(instance, plugin, stored), view, sealed.configRevision)
  }

  /** Why an instance can't be used, as far as its row tells. See {@link unloadableAtSight}. */
  atSight(instance: Pick<IndexedInstance, 'row' | 'plugin'>): InstanceUnloadableError | undefined {
    return unloadableAtSight(instance, this.#options.keyring)
  }

  /**
   * The stored config in clear, in the version of this code; `{}` for a plugin without config. Nothing is written.
   *
   * @throws InstanceUnloadableError `needs_config`, `config_newer`, `cannot_decrypt` or `migration_failed`
   */
  async openConfig(
    instance: Pick<IndexedInstance, 'row'>,
    plugin: RegisteredPlugin,
    sealed: Pick<SealedConfig, 'config' | 'configVersion'>,
  ): Promise<Json> {
    // Before it is opened: which of its fields are secret is not known here.
    await this.checkVersion(instance, plugin, sealed)
    return this.migrate(instance, plugin, await this.openStored(instance, plugin, sealed), sealed.configVersion)
  }

  /** @throws InstanceUnloadableError `config_newer` where the config is of a newer release than this code. */
  async checkVersion(
    instance: Pick<IndexedInstance, 'row'>,
    plugin: RegisteredPlugin,
    { config, configVersion }: Pick<SealedConfig, 'config' | 'configVersion'>,
  ): Promise<void> {
    if (config !== null) await unloadableWhere(instance, () => checkVersion(plugin, configVersion))
  }

  /**
   * A stored config brought to the version of this code.
   *
   * @throws InstanceUnloadableError `config_newer` or `migration_failed`
   */
  async migrate(instance: Pick<IndexedInstance, 'row'>, plugin: RegisteredPlugin, stored: Json, version: number): Promise<Json> {
    return unloadableWhere(instance, () => migrateConfig(plugin, stored, version, this.#options.deadline))
  }

  /**
   * The stored config in clear, in the version it was stored with.
   *
   * @throws InstanceUnloadableError `needs_config` or `cannot_decrypt`
   */
  async openStored(instance: Pick<IndexedInstance, 'row'>, plugin: RegisteredPlugin, sealed: Pick<SealedConfig, 'config'>): Promise<Json> {
    if (plugin.config === undefined) return {}
    if (sealed.config === null) throw new InstanceUnloadableError(instance.row, 'needs_config', undefined)
    const { id, pluginId, name } = instance.row
    try {
      if (this.#options.keyring === undefined) throw new KeysMissingError({ plugins: [plugin.key] })
      return await open(this.#options.keyring, sealed.config, { purpose: 'live', instanceId: id, pluginId }, name)
    } catch (error) {
      if (error instanceof DecryptionError || error instanceof KeysMissingError)
        throw new InstanceUnloadableError(instance.row, 'cannot_decrypt', error)
      throw error
    }
  }

  /**
   * A stored config with what its references stand for now.
   *
   * @throws InstanceUnloadableError `reference_unresolved`
   */
  async resolveReferences(instance: Pick<IndexedInstance, 'row'>, plugin: RegisteredPlugin, stored: Json): Promise<Json> {
    if (plugin.config === undefined) return stored
    const { config, problems } = await this.#options.references.resolve(plugin.config, stored, this.#options.deadline)
    if (problems.length === 0) return config
    throw new InstanceUnloadableError(instance.row, 'reference_unresolved', new SecretReferenceError(plugin.key, problems))
  }

  /**
   * Builds from a config in clear, its references resolved.
   *
   * @throws InstanceUnloadableError
   */
  async construct(
    instance: IndexedInstance,
    plugin: RegisteredPlugin,
    input: Json,
    view: InstanceView,
    configRevision: number,
  ): Promise<Built> {
    const config = await this.validate(instance, plugin, input)
    // As stored, and as the plugin gets them: trimmed, decoded, completed.
    const secrets = plugin.config?.secrets ?? []
    const typed = plugin.config === undefined ? [] : typedNames(plugin.config, input)
    const scrub = scrubText([...secretValues(secrets, input), ...secretValues(secrets, config), ...typed])
    const abort = new AbortController()
    const context: PluginContext = { config, instance: view, signal: abort.signal }
    let built: Built | undefined
    try {
      // The class is abstract to TypeScript only where `Plugin()` made it; registration has seen that the methods are there.
      const object = new (plugin.class as unknown as new (context: PluginContext) => Hooks)(context)
      built = new Built({
        object,
        instance,
        view,
        configRevision,
        abort,
        after: this.#options.after,
        scrub: (thrown) => scrubError(scrub, thrown),
        dispose: (self) => this.#dispose(self),
      })
      if (object.onStart !== undefined) {
        // What onStart does may call this board, which is perhaps not ready before this has ended.
        const started = starting.run(true, () => Promise.resolve(object.onStart?.()))
        await withDeadline(started, this.#options.deadline, `onStart of '${instance.row.name}'`)
      }
      return built
    } catch (error) {
      // What has begun to start may hold something: it is told to let go.
      if (built === undefined) abort.abort()
      else void built.disposeNow()
      const reason = error instanceof DeadlineError ? 'deadline' : 'build_failed'
      throw new InstanceUnloadableError(instance.row, reason, scrubError(scrub, error))
    }
  }

  /**
   * The config as the plugin gets it.
   *
   * @throws InstanceUnloadableError `config_invalid` or `deadline`
   */
  async validate(instance: Pick<IndexedInstance, 'row'>, plugin: RegisteredPlugin, input: Json): Promise<unknown> {
    if (plugin.config === undefined) return Object.freeze({})
    try {
      return await withDeadline(
        plugin.config.parse(input),
        this.#options.deadline,
        `Validating the config of '${instance.row.name}'`,
        this.#options,
      )
    } catch (error) {
      if (error instanceof ConfigInvalidError) throw new InstanceUnloadableError(instance.row, 'config_invalid', error)
      if (error instanceof DeadlineError) throw new InstanceUnloadableError(instance.row, 'deadline', error)
      throw error
    }
  }

  async #dispose(built: Built): Promise<void> {
    const told = { type: built.instance.typeKey, instance: named(built.instance) }
    const end = async (): Promise<void> => {
      try {
        await withDeadline(
          Promise.resolve(built.object.onDispose?.()),
          this.#options.deadline,
          `onDispose of '${told.instance.name}'`,
          this.#options,
        )
      } catch (thrown) {
        throw built.scrub(thrown)
      }
    }
    try {
      await traced(disposeChannel, () => ({ ...told }), end)
    } catch (error) {
      this.#options.events.emit('disposalFailed', { ...told, error })
    }
  }
}

function named({ row, pluginKey }: IndexedInstance): EventInstance {
  return { id: row.id, name: row.name, plugin: pluginKey }
}

/** Does something with a config's version, and tells what is wrong with it as the instance's state. */
async function unloadableWhere<T>(instance: Pick<IndexedInstance, 'row'>, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ConfigNewerError) throw new InstanceUnloadableError(instance.row, 'config_newer', error)
    if (error instanceof ConfigMigrationError) throw new InstanceUnloadableError(instance.row, 'migration_failed', error)
    throw error
  }
}

/** What an instance's failure to build says to people. */
export function failureText(error: InstanceUnloadableError): string {
  return error.cause === undefined ? error.message : messageOf(error.cause)
}
