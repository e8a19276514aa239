import { nameWithOrigin, type AnyType, type MethodKind, type PluginClass, type Selector } from '../contract/index.ts'
import { quote, RegistrationError, type RegistrationProblem } from '../errors/index.ts'
import { checkCallOptions } from './check-call-options.ts'
import { checkPlugin, isPriority, pluginDefinition, type BrandedDefinition } from './check-plugin.ts'
import { checkMethods, checkStrategies, checkTypeOptions, contractClass, typeDefinition, type Report } from './check-type.ts'
import { Registry, type RegisteredPlugin, type RegisteredType } from './registry.ts'

/** What the code hands in. Typed loosely on purpose: plain JavaScript gets the same checks. */
export interface Registrations {
  readonly types?: readonly unknown[] | undefined
  readonly plugins: readonly unknown[]
}

interface DraftType {
  readonly type: RegisteredType & { readonly plugins: Map<string, RegisteredPlugin> }
  readonly names: Map<string, RegisteredPlugin>
}

/**
 * Checks everything the code registers. The order of types and plugins does not matter; a plugin brings its type.
 *
 * @throws RegistrationError listing every problem.
 */
export function buildRegistry(registrations: Registrations): Registry {
  const problems: RegistrationProblem[] = []
  const reportFor =
    (subject: string): Report =>
    (code, message) =>
      void problems.push({ code, subject, message })
  const drafts = new Map<string, DraftType>()
  const byClass = new Map<object, DraftType>()
  const seen = new Set<unknown>()

  for (const value of listOf(registrations.types, 'types')) {
    if (typeDefinition(value) === undefined || pluginDefinition(value) !== undefined) {
      reportFor(subjectOf(value))('not_a_type', 'is no plugin type. Extend PluginType(key), and give plugins as { plugins }')
    } else addType(value as AnyType)
  }
  for (const value of listOf(registrations.plugins, 'plugins')) {
    if (seen.has(value)) continue
    seen.add(value)
    addPlugin(value)
  }
  const types = [...drafts.values()].map((draft) => draft.type)
  checkTypeNames(types)
  if (problems.length > 0) throw new RegistrationError(problems)
  return new Registry(types, new Map([...byClass].map(([key, draft]) => [key, draft.type])))

  function listOf(value: readonly unknown[] | undefined, name: string): readonly unknown[] {
    if (value === undefined && name === 'types') return []
    if (Array.isArray(value)) return value
    reportFor(`createBoard({ ${name} })`)('not_a_list', `is ${quote(value)}, not a list of classes`)
    return []
  }

  function addType(given: AnyType): DraftType {
    const type = contractClass(given)
    const known = byClass.get(type)
    if (known !== undefined) return known
    const definition = typeDefinition(type) ?? { key: '' }
    const report = reportFor(type.name || quote(definition.key))
    const sameKey = drafts.get(definition.key)
    if (sameKey !== undefined) {
      if (isTwin(sameKey.type, type)) byClass.set(type, sameKey)
      else {
        const { class: other } = sameKey.type
        const why = isBelow(type, other) || isBelow(other, type) ? ' (one extends the other, and names other methods)' : ''
        report('duplicate_type_key', `its key '${definition.key}' is also the key of ${other.name}${why}. Give one of them another key`)
        byClass.set(type, sameKey)
      }
      return sameKey
    }
    checkTypeOptions(definition, report)
    const plugins = new Map<string, RegisteredPlugin>()
    const draft: DraftType = {
      names: new Map(),
      type: {
        key: definition.key,
        label: definition.label ?? definition.key,
        description: definition.description ?? '',
        aliases: Array.isArray(definition.aliases) ? definition.aliases : [],
        methods: checkMethods(type, report),
        select: (definition.select ?? 'priority') as Selector<unknown>,
        strategies: checkStrategies(definition, report),
        ...checkCallOptions(definition, report),
        plugins,
        class: type,
      },
    }
    drafts.set(definition.key, draft)
    byClass.set(type, draft)
    return draft
  }

  function addPlugin(value: unknown): void {
    const definition = pluginDefinition(value)
    const report = reportFor(subjectOf(value))
    if (definition === undefined) {
      const made = typeDefinition(value) === undefined ? 'is no plugin' : 'extends its type directly'
      return report('not_a_plugin', `${made}. Extend Plugin(Type, { key })`)
    }
    if (typeDefinition(definition.type) === undefined) {
      return report(
        'plugin_type',
        `is made over ${quote(definition.type)}, which is no plugin type. Extend Plugin(Type, { key }) with a class that extends PluginType(key)`,
      )
    }
    const draft = addType(definition.type)
    const plugin: RegisteredPlugin = {
      ...checkPlugin(value as PluginClass & { prototype: object }, definition, draft.type.methods, report),
      ...described(definition),
      type: draft.type,
      class: value as PluginClass,
    }
    for (const name of [plugin.key, ...plugin.aliases]) {
      const other = draft.names.get(name)
      if (other === undefined) draft.names.set(name, plugin)
      else if (other !== plugin) {
        const what = name === plugin.key ? `its key '${name}'` : `its alias '${name}'`
        const taken = name === other.key ? 'the key' : 'an alias'
        report(
          'duplicate_plugin_key',
          `${what} is also ${taken} of ${nameWithOrigin(other.class)} in '${draft.type.key}'. Give one of them another key`,
        )
      }
    }
    draft.type.plugins.set(plugin.key, plugin)
  }

  function checkTypeNames(all: readonly RegisteredType[]): void {
    const names = new Map(all.map((type) => [type.key, type]))
    for (const type of all) {
      for (const alias of type.aliases) {
        const other = names.get(alias)
        if (other !== undefined && other !== type) {
          reportFor(type.class.name)('duplicate_type_key', `its alias '${alias}' is also a key or alias of ${other.class.name}`)
        }
        names.set(alias, type)
      }
    }
  }
}

function described(
  definition: BrandedDefinition,
): Pick<RegisteredPlugin, 'key' | 'label' | 'description' | 'docs' | 'icon' | 'aliases' | 'priority'> {
  return {
    key: definition.key,
    label: definition.label ?? definition.key,
    description: definition.description ?? '',
    docs: definition.docs,
    icon: definition.icon,
    aliases: Array.isArray(definition.aliases) ? definition.aliases : [],
    priority: isPriority(definition.priority) ? definition.priority : 0,
  }
}

function isBelow(type: object, other: object): boolean {
  return Object.prototype.isPrototypeOf.call(other, type)
}

/** The same contract, its module loaded twice (a bundle's copy, a hot reload): nothing tells it from the first one. */
function isTwin(known: RegisteredType, other: AnyType): boolean {
  const methods = Object.entries((other as { methods?: Record<string, MethodKind> }).methods ?? {})
  return (
    known.class.name === other.name &&
    known.label === other.label &&
    methods.length === known.methods.size &&
    methods.every(([name, kind]) => known.methods.get(name) === kind)
  )
}

function subjectOf(value: unknown): string {
  return typeof value === 'function' && value.name !== '' ? nameWithOrigin(value) : quote(value)
}
