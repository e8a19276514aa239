import type { JsonSchema } from '../contract/index.ts'
import type { ConfigProblem } from './config-problem.ts'
import { resolveRef } from './json-schema.ts'
import { allSchemas, isSchema } from './sub-schemas.ts'

/** What the values of keywords must be, for the keywords that are read here. */
const shapes: readonly (readonly [what: string, is: (value: unknown) => boolean, keywords: readonly string[]])[] = [
  [
    'an object of schemas',
    (value) => isSchema(value) && Object.values(value).every(isSchemaOrBoolean),
    ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'],
  ],
  ['a list of schemas', (value) => Array.isArray(value) && value.every(isSchemaOrBoolean), ['allOf', 'anyOf', 'oneOf', 'prefixItems']],
  ['a list of names', (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'), ['required']],
  ['a list', Array.isArray, ['enum']],
  ['text', (value) => typeof value === 'string', ['$ref', 'format', 'title', 'description']],
  ['the name of a type, or a list of them', (value) => [value].flat().every((each) => typeof each === 'string'), ['type']],
]

function isSchemaOrBoolean(value: unknown): boolean {
  return typeof value === 'boolean' || isSchema(value)
}

/**
 * Checks what the library has to read of a JSON Schema: its shape, the patterns of names, and what is referred to.
 *
 * @param problems Gets what is wrong. The schema must not be read further then.
 */
export function checkSchema(root: JsonSchema, problems: ConfigProblem[]): void {
  for (const { schema, pointer } of allSchemas(root)) {
    for (const [what, is, keywords] of shapes) {
      for (const keyword of keywords) {
        if (schema[keyword] === undefined || is(schema[keyword])) continue
        problems.push({
          code: 'config_schema_invalid',
          message: `its JSON Schema has at '${pointer}/${keyword}' something else than ${what}`,
        })
      }
    }
    for (const keyword of ['$ref', '$dynamicRef', '$recursiveRef']) {
      const ref = schema[keyword]
      if (ref === undefined || (keyword === '$ref' && typeof ref === 'string' && resolveRef(ref, root) !== undefined)) continue
      problems.push({
        code: 'config_ref_unknown',
        message: `its JSON Schema refers at '${pointer}' to ${JSON.stringify(ref)}, which can't be followed, so a secret in it would not be known. Put it into '$defs' and write { "$ref": "#/$defs/name" }`,
      })
    }
    for (const pattern of Object.keys(schema['patternProperties'] ?? {})) {
      if (isPattern(pattern)) continue
      problems.push({
        code: 'config_pattern_invalid',
        message: `its JSON Schema has at '${pointer}/patternProperties' the pattern '${pattern}', which is no regular expression with the flag u, as JSON Schema wants it. Escape what stands for itself: '[\\w\\-.]'`,
      })
    }
  }
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp
  } catch {
    return false
  }
}
