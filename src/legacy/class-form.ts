import type { AnyType, PluginDefinition, SecretOptions, ConfigSchema, TypeDefinition } from '../contract/index.ts'

/** What is registered beside what a class says of itself. */
export interface TypeExtras {
  readonly select?: TypeDefinition['select'] | undefined
}
export interface ItemExtras {
  readonly priority?: number | undefined
}

/** What a plugin's class says, with its contract. */
export type ItemDefinition = PluginDefinition & { readonly type: AnyType }

type Named = { readonly name: string; readonly description?: string }
type Item = Named & {
  readonly pluginType?: AnyType | undefined
  readonly configuration?:
    | { readonly formClass: ConfigSchema; readonly secrets?: Readonly<Record<string, SecretOptions>> | undefined }
    | undefined
}

const typeDefinitions = new WeakMap<object, TypeDefinition>()
const itemDefinitions = new WeakMap<object, ItemDefinition>()

/** The definition of a contract that extends `BasePluginType`, from its static members. */
export function typeOf(type: Named, extras: TypeExtras = {}): TypeDefinition {
  const known = typeDefinitions.get(type)
  if (known !== undefined && extras.select === undefined) return known
  const { select } = extras
  const definition = Object.freeze({ key: ownName(type), description: type.description ?? '', ...(select === undefined ? {} : { select }) })
  typeDefinitions.set(type, definition)
  return definition
}

/** The definition of a plugin that extends `BasePluginItem`, from its static members. */
export function pluginOf(item: Item, extras: ItemExtras = {}): ItemDefinition {
  const known = itemDefinitions.get(item)
  if (known !== undefined && extras.priority === undefined) return known
  const { configuration, pluginType } = item
  const { priority } = extras
  const definition: ItemDefinition = Object.freeze({
    key: ownName(item),
    description: item.description ?? '',
    // The board says so where it is none.
    type: pluginType as AnyType,
    ...(priority === undefined ? {} : { priority }),
    ...(configuration === undefined ? {} : { config: configuration.formClass, secrets: configuration.secrets ?? {} }),
  })
  itemDefinitions.set(item, definition)
  return definition
}

/** `static name` as it is written; what a class is called by itself is none, since a minifier changes it. The board refuses the empty key. */
function ownName(value: Named): string {
  const own = Object.getOwnPropertyDescriptor(value, 'name')
  return own?.enumerable === true || own?.get !== undefined ? value.name : ''
}
