import type { ConfigModel, ConfigVersions } from '../config/index.ts'
import {
  typeBrand,
  type AnyType,
  type EjectionOptions,
  type MethodKind,
  type PluginClass,
  type Selector,
  type Strategy,
  type StrategyName,
  type TypeDefinition,
} from '../contract/index.ts'
import { UnknownPluginError, UnknownTypeError, quote } from '../errors/index.ts'

/** A plugin type as the code registers it. */
export interface RegisteredType {
  readonly key: string
  readonly label: string
  readonly description: string
  readonly aliases: readonly string[]
  readonly methods: ReadonlyMap<string, MethodKind>
  readonly select: Selector<unknown>
  /** The strategies operators may choose, by name: those that the type lists, and its own where that is one. */
  readonly strategies: ReadonlyMap<StrategyName, Strategy<unknown>>
  /** Milliseconds for a whole call, and for each attempt. */
  readonly limits: { readonly deadline?: number; readonly attemptDeadline?: number }
  /** `undefined` where instances are ejected by hand alone. */
  readonly ejection: Required<EjectionOptions> | undefined
  /** By key. */
  readonly plugins: ReadonlyMap<string, RegisteredPlugin>
  readonly class: AnyType
}

/** A plugin as the code registers it. */
export interface RegisteredPlugin {
  readonly key: string
  readonly label: string
  readonly description: string
  readonly docs: string | undefined
  readonly icon: string | undefined
  readonly aliases: readonly string[]
  readonly priority: number
  readonly type: RegisteredType
  readonly class: PluginClass
  /** `undefined` where the plugin has no config. */
  readonly config: ConfigModel | undefined
  /** The version its code writes, and the steps that lead to it. */
  readonly versions: ConfigVersions
}

/** What may name a type: its class, or its key. */
export type TypeReference = AnyType | string

/** Everything the code registers, checked. */
export class Registry {
  readonly types: ReadonlyMap<string, RegisteredType>
  readonly #byName = new Map<string, RegisteredType>()
  readonly #pluginsByName = new Map<RegisteredType, Map<string, RegisteredPlugin>>()
  readonly #byClass: WeakMap<object, RegisteredType>

  constructor(types: readonly RegisteredType[], classes: ReadonlyMap<object, RegisteredType>) {
    this.types = new Map(types.map((type) => [type.key, type]))
    this.#byClass = new WeakMap(classes)
    for (const type of types) {
      for (const name of [type.key, ...type.aliases]) this.#byName.set(name, type)
      const plugins = new Map<string, RegisteredPlugin>()
      for (const plugin of type.plugins.values()) for (const name of [plugin.key, ...plugin.aliases]) plugins.set(name, plugin)
      this.#pluginsByName.set(type, plugins)
    }
  }

  /**
   * The type of a class or key. A class that is not known itself is looked up by its key, so that a contract module loaded twice
   * (a bundle's copy, a hot reload) still finds its type.
   *
   * @throws UnknownTypeError
   */
  type(reference: TypeReference): RegisteredType {
    const found = typeof reference === 'string' ? this.typeNamed(reference) : this.#ofClass(reference)
    if (found === undefined) throw new UnknownTypeError(nameOf(reference), [...this.types.keys()])
    return found
  }

  /** The type a stored key belongs to, by key or alias. */
  typeNamed(key: string): RegisteredType | undefined {
    return this.#byName.get(key)
  }

  /** The plugin a stored key belongs to, by key or alias. */
  pluginNamed(type: RegisteredType, key: string): RegisteredPlugin | undefined {
    return this.#pluginsByName.get(type)?.get(key)
  }

  /** @throws UnknownPluginError */
  plugin(type: RegisteredType, key: string): RegisteredPlugin {
    const found = this.pluginNamed(type, key)
    if (found === undefined) throw new UnknownPluginError(type.key, key, [...type.plugins.keys()])
    return found
  }

  #ofClass(reference: AnyType): RegisteredType | undefined {
    const known = this.#byClass.get(reference)
    if (known !== undefined || typeof reference !== 'function') return known
    const definition = (reference as unknown as { [typeBrand]?: TypeDefinition })[typeBrand]
    const type = definition === undefined ? undefined : this.typeNamed(definition.key)
    if (type !== undefined) this.#byClass.set(reference, type)
    return type
  }
}

function nameOf(reference: unknown): string {
  if (typeof reference === 'string') return reference
  if (typeof reference !== 'function') return quote(reference)
  const key = (reference as { key?: unknown }).key
  return typeof key === 'string' ? key : reference.name
}
