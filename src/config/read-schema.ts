import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import type { ConfigSchema, JsonSchema } from '../contract/index.ts'
import { messageOf } from '../errors/index.ts'
import type { ConfigProblem } from './config-problem.ts'
import { isSchema } from './sub-schemas.ts'

/** What a plugin gave as `config`: what validates it, and the JSON Schema of its input. */
export interface ReadSchema {
  readonly validator: StandardSchemaV1['~standard']
  readonly jsonSchema: JsonSchema
}

type Standard = StandardSchemaV1['~standard'] & Partial<StandardJSONSchemaV1['~standard']>

const use = 'Use Zod 4.2+, ArkType 2.1.28+, Joi 18.3+, Valibot with toStandardJsonSchema(), or { schema, jsonSchema }'

/** Asks each library, in its own words, to describe the rest of a schema where a part can't be described: Zod, then Valibot. */
const describeTheRest = { unrepresentable: 'any', errorMode: 'ignore' }

/**
 * Reads a schema of whichever library.
 *
 * @param problems Gets what is wrong with it.
 * @returns `undefined` where it can't be used.
 */
export function readSchema(schema: ConfigSchema, problems: ConfigProblem[]): ReadSchema | undefined {
  const refuse = (code: string, message: string): undefined => void problems.push({ code, message })
  if (!isThing(schema))
    return refuse('config_not_schema', `its config is ${schema === null ? 'null' : `a ${typeof schema}`}, not a schema. ${use}`)

  if ('schema' in schema && 'jsonSchema' in schema && !('~standard' in schema)) {
    const validator = isThing(schema.schema) ? schema.schema['~standard'] : undefined
    if (typeof validator?.validate !== 'function') return refuse('config_not_schema', 'its config.schema is not a Standard Schema')
    if (!isSchema(schema.jsonSchema)) return refuse('config_not_schema', 'its config.jsonSchema is not a JSON Schema object')
    try {
      return { validator, jsonSchema: copyOf(schema.jsonSchema) }
    } catch (error) {
      return refuse('config_schema_invalid', `its config.jsonSchema is nothing that JSON can carry: ${messageOf(error)}`)
    }
  }
  const standard = ('~standard' in schema ? schema['~standard'] : undefined) as Standard | undefined
  if (typeof standard?.validate !== 'function') return refuse('config_not_schema', `its config is not a Standard Schema. ${use}`)
  if (typeof standard.jsonSchema?.input !== 'function') {
    return refuse('config_not_described', `its config schema (${standard.vendor}) can't describe itself as JSON Schema. ${use}`)
  }
  try {
    const described =
      ownDescription(schema, standard) ?? standard.jsonSchema.input({ target: 'draft-2020-12', libraryOptions: describeTheRest })
    return { validator: standard, jsonSchema: copyOf(described) }
  } catch (error) {
    return refuse(
      'config_not_json',
      `its config schema (${standard.vendor}) can't be described as JSON Schema: ${messageOf(error)}. ` +
        'Use fields that JSON can carry, or give { schema, jsonSchema }',
    )
  }
}

/**
 * ArkType's Standard JSON Schema leaves defaults out, and with them the addresses that secrets are bound to. Its own method has them. Told to fall back to
 * the base, it describes what goes into a morph, and what it can't describe as anything.
 */
function ownDescription(schema: object, { vendor }: Standard): JsonSchema | undefined {
  if (vendor !== 'arktype') return undefined
  try {
    const fallback = ({ base }: { readonly base: unknown }): unknown => base
    const described = (schema as { toJsonSchema(options: object): unknown }).toJsonSchema({
      target: 'draft-2020-12',
      dialect: null,
      fallback,
    })
    return isSchema(described) ? described : undefined
  } catch {
    // An older or a newer one: it describes itself in the standard's way, without defaults.
    return undefined
  }
}

function isThing(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function copyOf(schema: object): JsonSchema {
  return JSON.parse(JSON.stringify(schema)) as JsonSchema
}
