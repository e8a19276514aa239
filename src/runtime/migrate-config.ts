import { isObject, knownFields, runStep, versionOf, type Json } from '../config/index.ts'
import { ConfigMigrationError, ConfigNewerError, DeadlineError } from '../errors/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import { withDeadline } from './deadline.ts'

/**
 * A stored config as the code here knows it: its plugin's steps done, one after the other, in memory. What the schema does not have is left out at the end, as
 * a save does: it may be a secret under the name it had.
 *
 * @param version The version it was stored with.
 * @param deadline Milliseconds for each step.
 * @throws ConfigNewerError, ConfigMigrationError
 */
export async function migrateConfig(plugin: RegisteredPlugin, stored: Json, version: number, deadline: number): Promise<Json> {
  const { current, steps } = plugin.versions
  checkVersion(plugin, version)
  const first = versionOf(version)
  if (first === current || plugin.config === undefined) return stored
  let config = stored
  for (let from = first; from < current; from++) {
    const step = steps.get(from)
    if (step === undefined || !isObject(config)) {
      throw new ConfigMigrationError(
        plugin.key,
        from,
        new TypeError(step === undefined ? 'there is no such step.' : 'what is stored is no object.'),
      )
    }
    try {
      config = await withDeadline(runStep(plugin.key, from, step, config), deadline, `The step from version ${from}`)
    } catch (error) {
      throw error instanceof DeadlineError ? new ConfigMigrationError(plugin.key, from, error) : error
    }
  }
  return knownFields(plugin.config, config)
}

/** @throws ConfigNewerError where the code here is older than what is stored: nothing is known of what that means. */
export function checkVersion(plugin: RegisteredPlugin, version: number): void {
  const { current } = plugin.versions
  if (plugin.config !== undefined && versionOf(version) > current) throw new ConfigNewerError(plugin.key, versionOf(version), current)
}
