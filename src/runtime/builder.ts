import { AsyncLocalStorage } from 'node:async_hooks'
import { scrubError, scrubText, secretValues, type Json } from '../config/index.ts'
import type { Hooks, InstanceView, PluginContext } from '../contract/index.ts'
import { open, type Keyring } from '../crypto/index.ts'
import {
  ConfigInvalidError,
  DeadlineError,
  DecryptionError,
  InstanceUnloadableError,
  KeysMissingError,
  messageOf,
} from '../errors/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import type { SealedConfig, Store } from '../store/index.ts'
import { Built } from './built.ts'
import { withDeadline } from './deadline.ts'
import type { Events } from './events.ts'
import type { IndexedInstance } from './instance-index.ts'

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
  /** Milliseconds for construction with `onStart`, and for `onDispose`. */
  readonly deadline: number
}

/** Makes plugin objects from stored instances: fetch, open, validate, construct, start. */
export class Builder {
  readonly #options: BuilderOptions

  constructor(options: BuilderOptions) {
    this.#options = options
  }

  /**
   * Builds what is stored.
   *
   * @throws InstanceUnloadableError where this instance can't be built; StoreError where the database can't be read, which says nothing about the instance.
   */
  async build(instance: IndexedInstance, view: InstanceView): Promise<Built> {
    const plugin = instance.plugin
    if (plugin === undefined) throw new InstanceUnloadableError(instance.row, 'code_missing', undefined)
    const [sealed] = await this.#options.store.read((reader) => reader.configs([instance.row.id]))
    if (sealed === undefined) throw new InstanceUnloadableError(instance.row, 'build_failed', new Error('Its row is gone.'))
    return this.construct(instance, plugin, await this.openConfig(instance, plugin, sealed), view, sealed.configRevision)
  }

  /**
   * The stored config in clear; `{}` for a plugin without config.
   *
   * @throws InstanceUnloadableError `needs_config` or `cannot_decrypt`
   */
  async openConfig(instance: Pick<IndexedInstance, 'row'>, plugin: RegisteredPlugin, sealed: Pick<SealedConfig, 'config'>): Promise<Json> {
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
   * Builds from a config in clear.
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
    const scrub = scrubText([...secretValues(secrets, input), ...secretValues(secrets, config)])
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
      return await withDeadline(plugin.config.parse(input), this.#options.deadline, `Validating the config of '${instance.row.name}'`)
    } catch (error) {
      if (error instanceof ConfigInvalidError) throw new InstanceUnloadableError(instance.row, 'config_invalid', error)
      if (error instanceof DeadlineError) throw new InstanceUnloadableError(instance.row, 'deadline', error)
      throw error
    }
  }

  async #dispose(built: Built): Promise<void> {
    const { row, typeKey, pluginKey } = built.instance
    try {
      await withDeadline(Promise.resolve(built.object.onDispose?.()), this.#options.deadline, `onDispose of '${row.name}'`)
    } catch (thrown) {
      const error = built.scrub(thrown)
      this.#options.events.emit('disposalFailed', { type: typeKey, instance: { id: row.id, name: row.name, plugin: pluginKey }, error })
    }
  }
}

/** What an instance's failure to build says to people. */
export function failureText(error: InstanceUnloadableError): string {
  return error.cause === undefined ? error.message : messageOf(error.cause)
}
