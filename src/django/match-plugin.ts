import type { Board } from '../index.ts'
import { InvalidInputError } from '../errors/index.ts'
import { camelCase } from './typed-config.ts'
import type { DjangoItem } from './tables.ts'

/** Inner parts of a board, by the way they are reached. */
export type Registry = Board['internals']['registry']
export type RegisteredPlugin = ReturnType<Registry['plugin']>
type RegisteredType = ReturnType<Registry['type']>

/**
 * Finds the plugin of each item: where `map` names it, there; else the plugin of the same name in the type of the same name. `payment_gateway` is also
 * `payment-gateway`, and `paymentGateway`.
 */
export class PluginMatcher {
  readonly #registry: Registry
  readonly #map: ReadonlyMap<string, string>
  readonly #used = new Set<string>()

  /** @param map `name` or `module:name` of an item → `type/plugin`, or `plugin` in the type of the same name. */
  constructor(registry: Registry, map: ReadonlyMap<string, string>) {
    this.#registry = registry
    this.#map = map
  }

  /**
   * @returns The plugin, or what is wanting.
   * @throws UnknownTypeError, UnknownPluginError for what `map` names and the board does not have
   */
  find(item: DjangoItem): RegisteredPlugin | string {
    const named = this.#mapped(item)
    if (named?.includes('/') === true) {
      const [type = '', plugin = ''] = named.split('/')
      return this.#registry.plugin(this.#registry.type(type), plugin)
    }
    const type = this.#typeOf(item.type.name)
    if (type === undefined) return `no type is named '${item.type.name}'`
    if (named !== undefined) return this.#registry.plugin(type, named)
    const plugin = spellings(item.name).map((name) => this.#registry.pluginNamed(type, name))
    return plugin.find((each) => each !== undefined) ?? `'${type.key}' has no plugin named '${item.name}'`
  }

  /** @throws InvalidInputError where `map` names an item that is not in the tables. */
  checkAllUsed(): void {
    const strangers = [...this.#map.keys()].filter((name) => !this.#used.has(name))
    if (strangers.length > 0)
      throw new InvalidInputError(
        strangers.map((name) => ({ pointer: '/map', message: `'${name}' is no plugin item that has an instance` })),
      )
  }

  #mapped({ module, name }: DjangoItem): string | undefined {
    const key = [`${module}:${name}`, name].find((each) => this.#map.has(each))
    if (key === undefined) return undefined
    // The shorter one may stand for items of several modules.
    for (const each of [`${module}:${name}`, name]) this.#used.add(each)
    return this.#map.get(key)
  }

  #typeOf(name: string): RegisteredType | undefined {
    return spellings(name)
      .map((each) => this.#registry.typeNamed(each))
      .find((each) => each !== undefined)
  }
}

function spellings(name: string): readonly string[] {
  return [name, name.replaceAll('_', '-'), camelCase(name)]
}
