import { isWithin, type Json } from '../config/index.ts'
import { ConfigInvalidError, SecretReferenceError } from '../errors/index.ts'
import { mayPass } from '../references/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import type { OperationScope } from './scope.ts'
import { validateConfig } from './validate-config.ts'

/**
 * Checks a config that is about to be saved: its references may be used and give something, and what comes of it fits the schema.
 *
 * @param options.force Saves a reference too that gives nothing now; the rest is validated all the same.
 * @returns The config with the secrets themselves, to be built on trial. It is what must not be saved.
 * @throws SecretReferenceError, ConfigInvalidError, DeadlineError
 */
export async function prepareConfig(
  scope: OperationScope,
  plugin: RegisteredPlugin,
  config: Json,
  { force = false }: { readonly force?: boolean },
): Promise<Json> {
  if (plugin.config === undefined) return config
  const deadline = scope.validateDeadline
  const resolved = await scope.references.resolve(plugin.config, config, deadline)
  const { problems } = resolved
  if (problems.some(({ reason }) => !force || !mayPass(reason))) throw new SecretReferenceError(plugin.key, problems)
  try {
    await validateConfig(plugin, resolved.config, deadline)
  } catch (error) {
    if (!(error instanceof ConfigInvalidError) || problems.length === 0) throw error
    const missing = problems.map(({ secret }) => secret)
    const issues = error.issues.filter(({ pointer }) => !mayComeOf(pointer, plugin, missing))
    if (issues.length > 0) throw new ConfigInvalidError(plugin.key, issues)
  }
  return resolved.config
}

/** Whether an issue is about one of these secrets, which are missing, or about a group around it. */
export function mayComeOf(pointer: string, plugin: RegisteredPlugin, secrets: readonly string[]): boolean {
  const path = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return (plugin.config?.secrets ?? [])
    .filter((field) => secrets.includes(field.name))
    .some((field) => isWithin(path, field.path) || isWithin(field.path, path))
}
