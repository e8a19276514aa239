import { MisuseError } from '../errors/index.ts'
import type { ConfigInput, ConfigOutput, ConfigSchema, NoConfig, Path } from './config-schema.ts'
import type { ConfigVersion } from './config-version.ts'
import type { Hooks, InstanceView, PluginContext } from './instance-view.ts'
import type { AnyContract, AnyType } from './plugin-type.ts'

/** Marks the class `Plugin()` made, across copies of the library. */
export const pluginBrand: unique symbol = Symbol.for('plugboard.plugin') as never

/** What is said of one secret field. */
export interface SecretOptions<P extends string = string> {
  /**
   * The fields that decide where the secret is sent. Changing one of them means entering the secret again.
   * Default: every field with the format `uri` or `hostname`. `[]` binds it to nothing.
   */
  readonly boundTo?: readonly P[]
}

/** What a plugin says of itself. */
export interface PluginDefinition<S extends ConfigSchema = ConfigSchema> {
  /** Names the plugin within its type. Stable: moving or renaming the class loses nothing. */
  readonly key: string
  /** For people. Default: the key. */
  readonly label?: string
  /** For people: what it is and when to choose it. Default `''`. */
  readonly description?: string
  /** Address of a page about it, `https://…`, that the admin links to. Default: none. */
  readonly docs?: string
  /** Its sign in the admin: the path of an SVG on a grid of 24, drawn with a line of 2 in the colour of text. Default: its first letter. */
  readonly icon?: string
  /** Keys this plugin had in earlier releases. Rows stored under them still match. */
  readonly aliases?: readonly string[]
  /** Priority that new instances start with; lower is selected first. An integer from -1,000,000 to 1,000,000, default 0. */
  readonly priority?: number
  /** Schema of the config: validation, form and the type of `this.config`. Absent: the plugin has no config. */
  readonly config?: S
  /** The config's secret fields by dotted path. They can be set and replaced, never read. Fields with `writeOnly: true` are secret too. */
  readonly secrets?: { readonly [P in Path<ConfigInput<S>>]?: SecretOptions<Path<ConfigInput<S>>> }
}

/** What a plugin sees of itself, beside its contract. Not enumerable, so that printing a plugin prints no secret. */
export declare abstract class Configured<C> {
  protected readonly config: Readonly<C>
  protected readonly instance: InstanceView
  protected readonly signal: AbortSignal
}

/** The static side every plugin has. */
export interface PluginStatics {
  readonly plugin: { readonly key: string; readonly type: AnyType }
}

/** A plugin class the board accepts: concrete, over a contract with `methods`. */
export type PluginClass<T extends Hooks = Hooks> = (new (context: never) => T) & PluginStatics & { readonly methods: object }

/** What `Plugin()` gives: a base class that has the contract's methods still to be implemented. */
export type PluginBase<C extends AnyType, S extends ConfigSchema> = (abstract new (
  context: PluginContext<ConfigOutput<S>>,
) => InstanceType<C> & Configured<ConfigOutput<S>>) &
  PluginStatics &
  Pick<C, 'methods' & keyof C>

/**
 * Makes the base class of a plugin: an implementation of the contract `type`.
 *
 * @param type The contract class.
 * @param definition Its key and, where it can be configured, its config schema. With a change of the schema that stored configs do not fit: its `version`,
 *   and a step in `migrate` from each version before it.
 * @example
 * class Zarinpal extends Plugin(PaymentGateway, { key: 'zarinpal', config: z.object({ apiKey: z.string() }), secrets: { apiKey: {} } }) {
 *   async charge(order: Order) { return pay(this.config.apiKey, order) }
 *   async refund(receipt: Receipt) { await refund(this.config.apiKey, receipt) }
 * }
 */
export function Plugin<C extends AnyContract, S extends ConfigSchema = NoConfig, V extends number = 1>(
  type: C,
  definition: PluginDefinition<S> & { readonly version?: V } & ConfigVersion<V>,
): PluginBase<C, S> {
  const statics = Object.freeze({ ...definition, type })
  // The contract is abstract to TypeScript only; at run time it is an ordinary class.
  const Base = type as unknown as new (context: PluginContext) => object
  abstract class PluginClassBase extends Base {
    static readonly plugin: typeof statics = statics
    constructor(context: PluginContext) {
      super(context)
      if (typeof context !== 'object' || context === null || !('signal' in context)) {
        throw new MisuseError(
          `The board constructs ${new.target.name}, with its config. In a test, use createPlugin(${new.target.name}, { config }) from 'plugboard/testing'.`,
        )
      }
      hide(this, 'config', context.config)
      hide(this, 'instance', context.instance)
      hide(this, 'signal', context.signal)
    }
  }
  Object.defineProperty(PluginClassBase, pluginBrand, { value: statics })
  return PluginClassBase as unknown as PluginBase<C, S>
}

function hide(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: false, writable: false, configurable: false })
}
