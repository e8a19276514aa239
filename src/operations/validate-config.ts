import type { Json } from '../config/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import { withDeadline } from '../runtime/index.ts'

/**
 * Validates a config that is about to be saved or tested. A schema may ask elsewhere, which may never answer.
 *
 * @param deadline Milliseconds.
 * @throws ConfigInvalidError, DeadlineError
 */
export async function validateConfig(plugin: RegisteredPlugin, config: Json, deadline: number): Promise<void> {
  if (plugin.config !== undefined) await withDeadline(plugin.config.parse(config), deadline, `Validating the config of '${plugin.key}'`)
}
