import {
  pluginBrand,
  type AnyType,
  type ConfigOutput,
  type ConfigSchema,
  type Hooks,
  type InstanceView,
  type PluginContext,
} from '../contract/index.ts'
import { MisuseError } from '../errors/index.ts'
import { pluginOf } from './class-form.ts'
import type { PluginConfiguration } from './plugin-configuration.ts'

/** The config that a `PluginConfiguration` describes; a plugin without one has none. */
export type ConfigOf<C extends typeof PluginConfiguration | undefined> = C extends { readonly formClass: infer S extends ConfigSchema }
  ? Readonly<ConfigOutput<S>>
  : Readonly<Record<string, never>>

/**
 * What an implementation extended in django-plugin-system: `static name` is its key, `static pluginType` its contract, `static configuration` its config.
 *
 * @deprecated Extend `Plugin(Type, { key, label, description, config, secrets })`.
 * @example
 * class ZarinpalGateway extends BasePluginItem<typeof ZarinpalConfiguration> implements PaymentGatewayType {
 *   static override readonly name = 'zarinpal'
 *   static override readonly pluginType = PaymentGatewayType
 *   static override readonly configuration = ZarinpalConfiguration
 *   async createPayment(amount: number) { return pay(this.config.merchantId, amount) }
 * }
 */
export abstract class BasePluginItem<C extends typeof PluginConfiguration | undefined = undefined> implements Hooks {
  /** For people. */
  static readonly description: string = ''
  /** The contract's class. */
  static readonly pluginType: AnyType | undefined = undefined
  static readonly configuration: typeof PluginConfiguration | undefined = undefined

  static get plugin(): { readonly key: string; readonly type: AnyType } {
    return pluginOf(this)
  }
  /** What failover may do with each method: the contract's. */
  static get methods(): object {
    return (this.pluginType as { readonly methods?: object } | undefined)?.methods ?? {}
  }
  /** @internal What `Plugin()` writes on a class: the board takes this one for a plugin too. */
  static get [pluginBrand](): ReturnType<typeof pluginOf> | undefined {
    return this === BasePluginItem ? undefined : pluginOf(this)
  }

  declare protected readonly config: ConfigOf<C>
  declare protected readonly instance: InstanceView
  declare protected readonly signal: AbortSignal

  // Nothing of them is here at run time.
  onStart?(): void | Promise<void>
  onTest?(): void | Promise<void>
  onDispose?(): void | Promise<void>

  constructor(context: PluginContext) {
    if (typeof context !== 'object' || context === null || !('signal' in context)) {
      throw new MisuseError(
        `The board constructs ${new.target.name}, with its config. In a test, use createPlugin(${new.target.name}, { config }) from 'plugboard/testing'.`,
      )
    }
    // Not enumerable, so that printing a plugin prints no secret.
    for (const name of ['config', 'instance', 'signal'] as const) Object.defineProperty(this, name, { value: context[name] })
  }
}
