import type { JsonSchema } from '../contract/index.ts'
import type { ConfigProblem } from './config-problem.ts'
import { resolveRef } from './json-schema.ts'
import { allSchemas, isSchema } from './sub-schemas.ts'

/**
 * Checks what the library has to read of a JSON Schema: the patterns of names, and what is referred to.
 *
 * @param problems Gets what is wrong. The schema must not be read further then.
 */
export function checkSchema(root: JsonSchema, problems: ConfigProblem[]): void {
  for (const { schema, pointer } of allSchemas(root)) {
    for (const keyword of ['$ref', '$dynamicRef', '$recursiveRef']) {
      const ref = schema[keyword]
      if (ref === undefined || (keyword === '$ref' && typeof ref === 'string' && resolveRef(ref, root) !== undefined)) continue
      problems.push({
        code: 'config_ref_unknown',
        message: `its JSON Schema refers at '${pointer}' to ${JSON.stringify(ref)}, which can't be followed, so a secret in it would not be known. Put it into '$defs' and write { "$ref": "#/$defs/name" }`,
      })
    }
    const patterns = schema['patternProperties']
    for (const pattern of isSchema(patterns) ? Object.keys(patterns) : []) {
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
