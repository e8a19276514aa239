import type { ConfigSchema, JsonSchema, SecretOptions } from '../contract/index.ts'
import type { ConfigProblem } from './config-problem.ts'
import type { ConfigModel } from './config-model.ts'
import { checkSchema } from './check-schema.ts'
import { withDefaults } from './defaults.ts'
import { describesObject, isUndescribed, schemasAt } from './json-schema.ts'
import { markSecrets } from './mark-secrets.ts'
import { places } from './places.ts'
import { describeSecrets } from './secret-fields.ts'
import { validate } from './validate.ts'
import { acceptsAnyJson } from './probe.ts'
import { readSchema } from './read-schema.ts'

/**
 * Reads a plugin's config declaration.
 *
 * @param plugin Key of the plugin, for messages.
 * @param schema What the plugin gave as `config`.
 * @param secrets What the plugin gave as `secrets`.
 * @param problems Gets everything that is wrong with it.
 * @returns `undefined` where the schema can't be used at all.
 */
export function describeConfig(
  plugin: string,
  schema: ConfigSchema,
  secrets: Readonly<Record<string, SecretOptions | undefined>>,
  problems: ConfigProblem[],
): ConfigModel | undefined {
  const found = readSchema(schema, problems)
  if (found === undefined) return undefined
  const { validator, jsonSchema } = found
  const before = problems.length
  checkSchema(jsonSchema, problems)
  if (problems.length > before) return undefined
  if (!describesObject(jsonSchema)) {
    problems.push({ code: 'config_not_object', message: 'its config schema must describe an object, with a property for each field' })
    return undefined
  }
  for (const place of places(jsonSchema)) {
    if ((isUndescribed(place.schema) || isBinary(place.schema)) && place.path.length > 0 && !acceptsAnyJson(validator, place)) {
      const field = place.path.join('.')
      problems.push({
        code: 'config_not_json',
        message:
          `the field '${field}' of its config takes no value that JSON can carry (a Date, a bigint, a class?). ` +
          'Let it take text or a number and transform that, e.g. z.iso.datetime() or z.coerce.date(), or give { schema, jsonSchema }',
      })
    }
  }
  const fields = describeSecrets(jsonSchema, secrets, problems)
  const marked = markSecrets(jsonSchema, fields)
  const read = { plugin, jsonSchema: marked, secrets: fields }
  return {
    ...read,
    schemasAt: (path) => schemasAt(marked, path),
    // The defaults of secrets too: a secret may be bound to another.
    complete: (config) => withDefaults(jsonSchema, config),
    parse: (input) => validate(read, validator, input),
  }
}

/** Bytes that no text stands for, a `File` for one: Joi's take text too. */
function isBinary(schema: JsonSchema): boolean {
  return schema.format === 'binary'
}
