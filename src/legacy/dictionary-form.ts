import { pluginBrand, PluginType, type AnyContract, type MethodKind, type PluginClass, type Selector } from '../contract/index.ts'
import { MisuseError } from '../errors/index.ts'
import type { AnyClass, PluginItemRegistration, PluginTypeRegistration } from './registrations.ts'

/** A contract made of the older form: a plain class, with its name beside it. */
export function contractOver(registration: PluginTypeRegistration, select: Selector<undefined> | undefined): AnyContract {
  const { interface: type, name, description } = registration
  if (name === undefined) throw new MisuseError(`registerPluginType for ${type.name} needs a name, or a class that extends BasePluginType.`)
  const options = { description: description ?? '', ...(select === undefined ? {} : { select }) }
  const methods = registration.methods ?? (type as { readonly methods?: Readonly<Record<string, MethodKind>> }).methods ?? methodsOf(type)
  const contract = Object.assign(PluginType(name, options), { methods })
  Object.defineProperty(contract, 'name', { value: type.name })
  return contract
}

/** A plugin made of the older form: a class that is constructed with nothing. It stays what it is, for `instanceof`. */
export function pluginOver(registration: PluginItemRegistration, contract: AnyContract): PluginClass {
  const { pluginClass, name, description, priority } = registration
  if (name === undefined)
    throw new MisuseError(`registerPluginItem for ${pluginClass.name} needs a name, or a class that extends BasePluginItem.`)
  const definition = {
    key: name,
    description: description ?? '',
    type: contract,
    ...(priority === undefined || priority === null ? {} : { priority }),
  }
  const Concrete = pluginClass as unknown as new () => object
  class Registered extends Concrete {
    static readonly plugin: typeof definition = definition
    static readonly methods: object = contract.methods
    // oxlint-disable-next-line no-useless-constructor -- it takes the board's context and hands nothing on.
    constructor() {
      super()
    }
  }
  Object.defineProperty(Registered, pluginBrand, { value: definition })
  Object.defineProperty(Registered, 'name', { value: pluginClass.name })
  return Registered
}

/** The methods a class has, up to those of `Object`. What is abstract in TypeScript is not there; `methods` names it. Each is `once`: the careful one. */
function methodsOf(type: AnyClass): Readonly<Record<string, MethodKind>> {
  const names = new Set<string>()
  for (let each: unknown = type.prototype; each !== Object.prototype && each !== null; each = Object.getPrototypeOf(each))
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(each as object)))
      if (name !== 'constructor' && typeof value === 'function') names.add(name)
  return Object.fromEntries([...names].map((name) => [name, 'once' as const]))
}
