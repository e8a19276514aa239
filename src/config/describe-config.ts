import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import type { ConfigSchema, JsonSchema, SecretOptions } from '../contract/index.ts'
import { messageOf } from '../errors/index.ts'
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
    if (isUndescribed(place.schema) && place.path.length > 0 && !acceptsAnyJson(validator, place.path)) {
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
  return {
    plugin,
    jsonSchema: marked,
    secrets: fields,
    schemasAt: (path) => schemasAt(marked, path),
    // The defaults of secrets too: a secret may be bound to another.
    complete: (config) => withDefaults(jsonSchema, config),
    parse: (input) => validate(plugin, validator, fields, input),
  }
}

interface ReadSchema {
  readonly validator: StandardSchemaV1['~standard']
  readonly jsonSchema: JsonSchema
}

function readSchema(schema: ConfigSchema, problems: ConfigProblem[]): ReadSchema | undefined {
  const refuse = (code: string, message: string): undefined => void problems.push({ code, message })
  const isThing = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function'
  const use = 'Use Zod 4.2+, ArkType 2.1.28+, Valibot with toStandardJsonSchema(), or { schema, jsonSchema }'
  if (!isThing(schema))
    return refuse('config_not_schema', `its config is ${schema === null ? 'null' : `a ${typeof schema}`}, not a schema. ${use}`)

  if ('schema' in schema && 'jsonSchema' in schema && !('~standard' in schema)) {
    const validator = isThing(schema.schema) ? schema.schema['~standard'] : undefined
    if (typeof validator?.validate !== 'function') return refuse('config_not_schema', 'its config.schema is not a Standard Schema')
    if (!isThing(schema.jsonSchema)) return refuse('config_not_schema', 'its config.jsonSchema is not a JSON Schema object')
    return { validator, jsonSchema: copyOf(schema.jsonSchema) }
  }
  const standard = ('~standard' in schema ? schema['~standard'] : undefined) as
    | (StandardSchemaV1['~standard'] & Partial<StandardJSONSchemaV1['~standard']>)
    | undefined
  if (typeof standard?.validate !== 'function') return refuse('config_not_schema', `its config is not a Standard Schema. ${use}`)
  if (typeof standard.jsonSchema?.input !== 'function') {
    return refuse('config_not_described', `its config schema (${standard.vendor}) can't describe itself as JSON Schema. ${use}`)
  }
  try {
    const described = standard.jsonSchema.input({ target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } })
    return { validator: standard, jsonSchema: copyOf(described) }
  } catch (error) {
    return refuse(
      'config_not_json',
      `its config schema (${standard.vendor}) can't be described as JSON Schema: ${messageOf(error)}. ` +
        'Use fields that JSON can carry, or give { schema, jsonSchema }',
    )
  }
}

function copyOf(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema)) as JsonSchema
}
