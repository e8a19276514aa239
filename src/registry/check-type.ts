import {
  typeBrand,
  type AnyType,
  type HookName,
  type MethodKind,
  type Selector,
  type Strategy,
  type StrategyName,
  type TypeDefinition,
} from '../contract/index.ts'
import { quote } from '../errors/index.ts'

export const hookNames: readonly HookName[] = ['onStart', 'onTest', 'onDispose']
/** What every plugin has of its own: a method of this name could never be reached. */
const propertyNames: readonly string[] = ['config', 'instance', 'signal']
const strategies: readonly string[] = ['priority', 'weighted', 'round-robin', 'sticky']
const keyPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
export const keyRule = 'a key is 1 to 100 of a-z A-Z 0-9 . _ - and starts with a letter or digit'

export type Report = (code: string, message: string) => void

export function isKey(value: unknown): value is string {
  return typeof value === 'string' && keyPattern.test(value)
}

/** What `PluginType()` wrote on a class or one above it. */
export function typeDefinition(value: unknown): TypeDefinition | undefined {
  return typeof value === 'function' ? (value as unknown as { [typeBrand]?: TypeDefinition })[typeBrand] : undefined
}

/** The class that declares the contract: the nearest one that has `methods` of its own. Above it stands what contracts share, below it what plugins share. */
export function contractClass(value: AnyType): AnyType {
  for (let current: unknown = value; typeDefinition(current) !== undefined; current = Object.getPrototypeOf(current)) {
    if (Object.hasOwn(current as AnyType, 'methods')) return current as AnyType
  }
  return value
}

/** The contract's methods, everything wrong with them reported. */
export function checkMethods(type: AnyType, report: Report): ReadonlyMap<string, MethodKind> {
  const declared: unknown = (type as { methods?: unknown }).methods
  const example = `static readonly methods: Methods<${type.name}> = { charge: 'once' }`
  const methods = new Map<string, MethodKind>()
  if (typeof declared !== 'object' || declared === null) {
    report('methods_missing', `it does not say what failover may do with its methods. Add: ${example}`)
    return methods
  }
  for (const [name, kind] of Object.entries(declared as Readonly<Record<string, unknown>>)) {
    if ((hookNames as readonly string[]).includes(name)) {
      report('method_reserved', `its method '${name}' has the name of a hook that every plugin may have. Choose another name`)
    } else if (propertyNames.includes(name)) {
      report('method_reserved', `its method '${name}' has the name of a property that every plugin has. Choose another name`)
    } else if (name === 'then' || name === 'constructor') {
      report('method_reserved', `its method can't be called '${name}': a handle with it could not be awaited or built. Choose another name`)
    } else if (kind !== 'once' && kind !== 'repeatable') {
      report('method_kind', `its method '${name}' is ${quote(kind)} in methods. Say 'once' or 'repeatable'`)
    } else {
      methods.set(name, kind)
    }
  }
  if (Object.keys(declared).length === 0)
    report('methods_empty', `it has no method: a contract needs at least one. Declare it abstract and name it: ${example}`)
  const prototype = (type as { prototype: object }).prototype
  const reserved = [...hookNames, ...propertyNames]
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (name === 'constructor' || reserved.includes(name) || Object.hasOwn(declared, name)) continue
    if (typeof Object.getOwnPropertyDescriptor(prototype, name)?.value !== 'function') continue
    report('method_unlisted', `its method '${name}' is not in methods. Add it as 'once' or 'repeatable'`)
  }
  // Whether of its own or from a class above it.
  for (const name of reserved.filter((each) => each in prototype && !Object.hasOwn(declared, each))) {
    report('method_reserved', `it declares '${name}', which belongs to plugins. Take it out, or choose another name`)
  }
  return methods
}

/** Everything else a type says of itself. */
export function checkTypeOptions(definition: TypeDefinition, report: Report): void {
  if (!isKey(definition.key)) report('type_key', `its key ${quote(definition.key)} can't be used: ${keyRule}`)
  checkTexts(definition, report)
  const { select } = definition as { select?: unknown }
  if (select === undefined || typeof select === 'function') return
  if (typeof select === 'string') {
    if (!strategies.includes(select))
      report('select_unknown', `its select ${quote(select)} is no strategy. There is: ${strategies.join(', ')}`)
    else if (select === 'sticky') report('sticky_key', `its select 'sticky' does not say by what. ${stickyExample}`)
  } else if (!isSticky(select)) {
    const { needsContext, select: choose } = (select ?? {}) as { needsContext?: unknown; select?: unknown }
    if (needsContext !== false || typeof choose !== 'function') {
      report(
        'select_invalid',
        "its select must be a strategy's name, { name: 'sticky', key: function }, a function, or { needsContext: false, select: function }",
      )
    }
  }
}

const stickyExample = "Write { name: 'sticky', key: (context) => context.user }"

/** The strategies operators may choose, everything wrong with the list reported. */
export function checkStrategies(definition: TypeDefinition, report: Report): ReadonlyMap<StrategyName, Strategy<unknown>> {
  const { strategies: listed = [], select } = definition as { strategies?: unknown; select?: unknown }
  const allowed = new Map<StrategyName, Strategy<unknown>>()
  if (!Array.isArray(listed)) {
    report('strategies_invalid', `its strategies are ${quote(listed)}, not a list. There is: ${strategies.join(', ')}`)
    return allowed
  }
  const own = isStrategy(select) ? [select] : select === undefined ? (['priority'] as const) : []
  for (const each of [...own, ...(listed as unknown[])]) {
    if (each === 'sticky') report('sticky_key', `its strategies name 'sticky' and do not say by what. ${stickyExample}`)
    else if (!isStrategy(each)) report('strategies_invalid', `its strategies name ${quote(each)}. There is: ${strategies.join(', ')}`)
    else allowed.set(strategyName(each), each)
  }
  return allowed
}

/** What a strategy is called. */
export function strategyName(strategy: Strategy<unknown>): StrategyName {
  return typeof strategy === 'string' ? strategy : strategy.name
}

/** Whether a selector is a strategy with a name, and no function of the application. */
export function isStrategy(selector: unknown): selector is Strategy<unknown> & Selector<unknown> {
  return typeof selector === 'string' ? selector !== 'sticky' && strategies.includes(selector) : isSticky(selector)
}

function isSticky(value: unknown): boolean {
  const { name, key } = (value ?? {}) as { name?: unknown; key?: unknown }
  return name === 'sticky' && typeof key === 'function'
}

export interface Texts {
  readonly key: unknown
  readonly label?: unknown
  readonly description?: unknown
  readonly aliases?: unknown
  readonly docs?: unknown
  readonly icon?: unknown
}

export function checkTexts(definition: Texts, report: Report): void {
  for (const field of ['label', 'description'] as const) {
    const value = definition[field]
    if (value !== undefined && typeof value !== 'string') report(`${field}_invalid`, `its ${field} is ${quote(value)}, not text`)
  }
  const { aliases, docs, icon } = definition
  // A page shows both: nothing but a web address is a link there, and nothing but a line a sign.
  if (docs !== undefined && !(typeof docs === 'string' && URL.canParse(docs) && ['http:', 'https:'].includes(new URL(docs).protocol)))
    report('docs_invalid', `its docs are ${quote(docs)}, not an address like https://example.com/docs`)
  if (icon !== undefined && !(typeof icon === 'string' && /^[Mm][\d\s,.eE+\-MmLlHhVvCcSsQqTtAaZz]*$/.test(icon)))
    report('icon_invalid', `its icon is ${quote(icon)}, not the path of an SVG like M4 12h16`)
  if (aliases === undefined) return
  if (!Array.isArray(aliases)) return report('alias_invalid', `its aliases are ${quote(aliases)}, not a list of keys`)
  for (const alias of aliases as unknown[]) {
    if (!isKey(alias)) report('alias_invalid', `its alias ${quote(alias)} can't be a key: ${keyRule}`)
    else if (alias === definition.key) report('alias_invalid', `its alias '${alias}' is its key`)
  }
}
