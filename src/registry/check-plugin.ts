import { describeConfig, describeVersions, type ConfigModel, type ConfigProblem, type ConfigVersions } from '../config/index.ts'
import { pluginBrand, type AnyType, type MethodKind, type PluginDefinition, type SecretOptions } from '../contract/index.ts'
import { quote } from '../errors/index.ts'
import { checkTexts, hookNames, isKey, keyRule, type Report } from './check-type.ts'

/** Bounds of a priority, wherever one is given. */
export const priorityLimit = 1_000_000

/** What `Plugin()` wrote on a class, with the contract it was made over. */
export type BrandedDefinition = PluginDefinition & { readonly type: AnyType; readonly version?: unknown; readonly migrate?: unknown }

/** What `Plugin()` wrote on a class or one above it. */
export function pluginDefinition(value: unknown): BrandedDefinition | undefined {
  return typeof value === 'function' ? (value as unknown as { [pluginBrand]?: BrandedDefinition })[pluginBrand] : undefined
}

/** A plugin's config as the library reads it. */
export interface DescribedConfig {
  readonly config: ConfigModel | undefined
  readonly versions: ConfigVersions
}

/** Everything a plugin says of itself; gives its config as the library reads it. */
export function checkPlugin(
  value: { readonly name: string; readonly prototype: object },
  definition: BrandedDefinition,
  methods: ReadonlyMap<string, MethodKind>,
  report: Report,
): DescribedConfig {
  if (!isKey(definition.key)) report('plugin_key', `its key ${quote(definition.key)} can't be used: ${keyRule}`)
  checkTexts(definition, report)
  const { priority } = definition as { priority?: unknown }
  if (priority !== undefined && !isPriority(priority)) {
    report('priority_invalid', `its priority is ${quote(priority)}, not an integer from ${-priorityLimit} to ${priorityLimit}`)
  }
  const prototype = value.prototype as Record<string, unknown>
  for (const name of methods.keys()) {
    if (typeof prototype[name] !== 'function') {
      report('method_missing', `it does not implement ${name}(). Write it as a method of the class, not as a property holding a function`)
    }
  }
  for (const hook of hookNames) {
    if (prototype[hook] !== undefined && typeof prototype[hook] !== 'function') report('hook_invalid', `its ${hook} is not a method`)
  }
  return { config: checkConfig(definition, report), versions: checkVersions(definition, report) }
}

export function isPriority(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= priorityLimit
}

function checkConfig(definition: BrandedDefinition, report: Report): ConfigModel | undefined {
  const secrets: Readonly<Record<string, SecretOptions | undefined>> = definition.secrets ?? {}
  const schema = definition.config
  if (schema === undefined) {
    if (Object.keys(secrets).length > 0) report('secrets_without_config', 'it names secrets, but has no config')
    return undefined
  }
  const problems: ConfigProblem[] = []
  const model = describeConfig(definition.key, schema, secrets, problems)
  for (const problem of problems) report(problem.code, problem.message)
  return model
}

function checkVersions(definition: BrandedDefinition, report: Report): ConfigVersions {
  const problems: ConfigProblem[] = []
  const versions = describeVersions(definition, problems)
  for (const problem of problems) report(problem.code, problem.message)
  return versions
}
