import {
  pluginBrand,
  typeBrand,
  type AnyContract,
  type Candidate,
  type MethodKind,
  type PluginClass,
  type Selector,
} from '../contract/index.ts'
import { MisuseError, quote } from '../errors/index.ts'
import { BasePluginItem } from './base-plugin-item.ts'
import { BasePluginType } from './base-plugin-type.ts'
import { pluginOf, typeOf } from './class-form.ts'
import { warnOnce } from './deprecations.ts'
import { contractOver, pluginOver } from './dictionary-form.ts'

/** What a `getPlugin` is given of its type. */
export interface SelectableType {
  readonly name: string
  /** In selection order. */
  getActivePlugins(): readonly Candidate[]
  getReservePlugins(): readonly Candidate[]
}

/** Chooses one of the instances it is given, or `null`; at once, and without a context. */
export type GetPlugin = (type: SelectableType) => Candidate | null

/** A class of any kind. */
export type AnyClass<T = unknown> = abstract new (...args: never) => T

/** What `registerPluginType` takes: the class form needs `interface` alone. */
export interface PluginTypeRegistration {
  readonly interface: AnyClass
  readonly getPlugin?: GetPlugin | null
  /** Of the dictionary form: the type's key. */
  readonly name?: string
  /** Of the dictionary form: the application that provides the type. */
  readonly manager?: string
  /** Of the dictionary form. */
  readonly description?: string | null
  /** Of the dictionary form: what failover may do with each method. Default: those the class has, each `once`. */
  readonly methods?: Readonly<Record<string, MethodKind>>
}

/** What `registerPluginItem` takes: the class form needs `pluginClass` alone. */
export interface PluginItemRegistration {
  readonly pluginClass: AnyClass
  /** What new instances start with. */
  readonly priority?: number | null
  /** Of the dictionary form: the plugin's key. */
  readonly name?: string
  /** Of the dictionary form: the application that provides the plugin. */
  readonly module?: string
  /** Of the dictionary form: the type's key. */
  readonly typeName?: string
  /** Of the dictionary form: the application that provides the type. */
  readonly managerName?: string
  /** Of the dictionary form. */
  readonly description?: string | null
}

interface KnownType {
  readonly contract: AnyContract
  readonly manager: string | undefined
  readonly registration: PluginTypeRegistration
}

/** As in the seed, one list for the process. */
const types = new Map<string, KnownType>()
const byClass = new Map<AnyClass, KnownType>()
const items: { readonly registration: PluginItemRegistration; readonly plugin: () => PluginClass }[] = []

/**
 * Registers a contract, as `register_plugin_type` did. The same class again is nothing new.
 *
 * @deprecated Give the type's plugins to `createBoard({ plugins })`, or the type alone to `createBoard({ types })`.
 * @throws MisuseError for what is no class, or a dictionary without a name
 */
export function registerPluginType(registration: PluginTypeRegistration): void {
  warnOnce('registerPluginType')
  const { interface: type } = registration
  if (typeof type !== 'function') throw new MisuseError(`registerPluginType({ interface }) takes a class, and got ${quote(type)}.`)
  const known = byClass.get(type)
  const select = selectorOf(registration)
  if (known === undefined) keep(type, { contract: contractOf(registration, select), manager: registration.manager, registration })
}

/**
 * Registers an implementation, as `register_plugin_item` did. Its type may come later. The same class again is nothing new.
 *
 * @deprecated Give the class to `createBoard({ plugins })`.
 * @throws MisuseError for what is no class, or a dictionary without names
 */
export function registerPluginItem(registration: PluginItemRegistration): void {
  warnOnce('registerPluginItem')
  const { pluginClass } = registration
  if (typeof pluginClass !== 'function')
    throw new MisuseError(`registerPluginItem({ pluginClass }) takes a class, and got ${quote(pluginClass)}.`)
  if (items.some((each) => each.registration.pluginClass === pluginClass && each.registration.name === registration.name)) return
  items.push({ registration, plugin: pluginMaker(registration) })
}

/**
 * What was registered so far, for `createBoard`.
 *
 * @throws MisuseError for a plugin of a type that nobody registered
 * @example
 * const board = createBoard({ ...registered(), store: sqlite('plugboard.db'), keys: process.env.PLUGBOARD_KEYS })
 */
export function registered(): { readonly types: readonly AnyContract[]; readonly plugins: readonly PluginClass[] } {
  return { types: [...types.values()].map(({ contract }) => contract), plugins: items.map(({ plugin }) => plugin()) }
}

/** @deprecated Import the class. @throws MisuseError where it is not registered */
export function loadPluginType(name: string, manager?: string): PluginTypeRegistration {
  warnOnce('loadPluginType')
  return typeNamed(name, manager).registration
}

/** @deprecated Import the class. @throws MisuseError where it is not registered */
export function loadPluginItem(name: string, module: string | undefined, typeName: string): PluginItemRegistration {
  warnOnce('loadPluginItem')
  const found = items.find(({ registration, plugin }) => {
    const { key, type } = plugin().plugin
    return (
      key === name && type.key === typeName && (module === undefined || registration.module === undefined || registration.module === module)
    )
  })
  if (found === undefined)
    throw new MisuseError(`No plugin ${quote(name)} of the type ${quote(typeName)} was registered with registerPluginItem.`)
  return found.registration
}

/** The board's contract of a class or a name that was registered, or of a class that is one itself. */
export function contractNamed(type: AnyClass | string, manager?: string): AnyContract | string | undefined {
  if (typeof type !== 'string') return byClass.get(type)?.contract ?? (isContract(type) ? (type as unknown as AnyContract) : undefined)
  const known = types.get(type)
  if (known === undefined) return type
  return manager === undefined || known.manager === undefined || known.manager === manager ? known.contract : undefined
}

function keep(type: AnyClass, known: KnownType): void {
  byClass.set(type, known)
  // A second class under one name is kept too: the board says which two they are.
  const { key } = known.contract
  types.set(types.has(key) ? `${key} (${types.size})` : key, known)
}

function contractOf(registration: PluginTypeRegistration, select: Selector<undefined> | undefined): AnyContract {
  const { interface: type } = registration
  if (Object.prototype.isPrototypeOf.call(BasePluginType, type)) {
    warnOnce('BasePluginType')
    typeOf(type, { select })
    return type as unknown as AnyContract
  }
  if (isContract(type)) {
    if (select !== undefined) throw new MisuseError(`${type.name} is made by PluginType(): give it { select } there, not getPlugin.`)
    return type as unknown as AnyContract
  }
  warnOnce('registerPluginType with a dictionary')
  return contractOver(registration, select)
}

function pluginMaker(registration: PluginItemRegistration): () => PluginClass {
  const { pluginClass, priority } = registration
  if (Object.prototype.isPrototypeOf.call(BasePluginItem, pluginClass)) {
    warnOnce('BasePluginItem')
    const { configuration } = pluginClass as unknown as typeof BasePluginItem
    if (configuration !== undefined) warnOnce('PluginConfiguration')
    pluginOf(pluginClass, { priority: priority ?? undefined })
    return () => pluginClass as unknown as PluginClass
  }
  if (pluginBrand in pluginClass) return () => pluginClass as unknown as PluginClass
  warnOnce('registerPluginItem with a dictionary')
  let made: PluginClass | undefined
  const { typeName, managerName } = registration
  if (typeName === undefined) throw new MisuseError(`registerPluginItem for ${pluginClass.name} needs typeName: the name of its type.`)
  return () => (made ??= pluginOver(registration, typeNamed(typeName, managerName).contract))
}

function typeNamed(name: string, manager: string | undefined): KnownType {
  const known = types.get(name)
  if (known !== undefined && (manager === undefined || known.manager === undefined || known.manager === manager)) return known
  const by = manager === undefined ? '' : ` of ${quote(manager)}`
  throw new MisuseError(
    `No plugin type ${quote(name)}${by} was registered with registerPluginType. There is: ${[...types.keys()].join(', ') || 'none'}.`,
  )
}

function selectorOf({ getPlugin }: PluginTypeRegistration): Selector<undefined> | undefined {
  if (getPlugin === undefined || getPlugin === null) return undefined
  warnOnce('getPlugin')
  return {
    needsContext: false,
    select: ({ type, candidates }) => {
      const of = (status: Candidate['status']) => (): readonly Candidate[] => candidates.filter((each) => each.status === status)
      return getPlugin({ name: type, getActivePlugins: of('active'), getReservePlugins: of('reserved') })
    },
  }
}

function isContract(type: AnyClass): boolean {
  return (type as unknown as { readonly [typeBrand]?: unknown })[typeBrand] !== undefined
}
