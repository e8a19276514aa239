import type { JsonSchema } from '../contract/index.ts'
import type { ConfigIssue } from '../errors/index.ts'
import { branches, isUndescribed, itemSchemas, propertySchemas } from './json-schema.ts'
import { escapePointer, isObject, type Json } from './json.ts'

/**
 * Takes out what the schema does not describe. A misspelt `apikey` beside a secret `apiKey`, or the secret of an older release under the name it had,
 * is known to nobody as a secret: it must be neither stored nor shown.
 *
 * @param issues Gets one entry for each field taken out.
 */
export function withoutUnknown(root: JsonSchema, config: Json, issues: ConfigIssue[] = []): Json {
  return visit(config, branches(root, root), '')

  function visit(value: Json, schemas: readonly JsonSchema[], pointer: string): Json {
    // A part that takes any JSON, and says nothing of its inside, keeps it.
    if (schemas.some((schema) => isOpen(schema, value))) return value
    if (Array.isArray(value)) {
      return value.map((item: Json, index) => visit(item, itemSchemas(schemas, index, root), `${pointer}/${index}`))
    }
    if (!isObject(value)) return value
    const kept: Record<string, Json> = {}
    for (const [name, item] of Object.entries(value)) {
      const inner = propertySchemas(schemas, name, root)
      const at = `${pointer}/${escapePointer(name)}`
      if (inner.length === 0) issues.push({ pointer: at, message: 'is no field of this config. Take it out, or mend its spelling' })
      else kept[name] = visit(item, inner, at)
    }
    return kept
  }
}

/** Whether a schema takes objects (or arrays) without saying what is in them. */
function isOpen(schema: JsonSchema, value: Json): boolean {
  if (isUndescribed(schema)) return true
  const takes = (type: string): boolean => schema.type === type || (Array.isArray(schema.type) && schema.type.includes(type))
  if (Array.isArray(value)) return takes('array') && schema.items === undefined && schema.prefixItems === undefined
  const says = schema.properties ?? schema['patternProperties'] ?? schema.additionalProperties
  const composed = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? schema.$ref
  return takes('object') && says === undefined && composed === undefined
}
