import type { ConfigStep, JsonObject } from '../contract/index.ts'
import { ConfigMigrationError, type ConfigIssue } from '../errors/index.ts'
import { isObject, toJson, type Json } from './json.ts'
import { scrubError } from './scrub-error.ts'
import { scrubText } from './scrub.ts'
import { secretValues } from './secret-values.ts'

/**
 * Runs one step on a copy of a config, and checks that JSON carries what it gives.
 *
 * @param from The version of `config`.
 * @throws ConfigMigrationError. Which fields of an older version were secret nobody knows any more, so it shows no value of the config at all.
 */
export async function runStep(plugin: string, from: number, step: ConfigStep, config: JsonObject): Promise<JsonObject> {
  let given: unknown
  try {
    given = await step(structuredClone(config))
    const issues: ConfigIssue[] = []
    const json = toJson(given, issues)
    if (issues.length > 0)
      throw new TypeError(`it gave what can't be stored: ${issues.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}.`)
    if (!isObject(json)) throw new TypeError(`it gave ${kindOf(json)}, not the whole new config.`)
    return json
  } catch (thrown) {
    throw new ConfigMigrationError(plugin, from, withoutValues(thrown, [config, given]))
  }
}

/** What was thrown, with every value of a config of an unknown version taken out. */
function withoutValues(thrown: unknown, configs: readonly unknown[]): unknown {
  return scrubError(scrubText(configs.flatMap((config) => secretValues([everything], config))), thrown)
}

const everything = { path: [] }

/** What is no object. It may be a secret: it is not quoted. */
function kindOf(value: Json): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
