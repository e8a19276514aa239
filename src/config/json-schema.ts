import type { JsonSchema } from '../contract/index.ts'
import { isSchema } from './sub-schemas.ts'

/**
 * A schema and everything it is made of at the same place: its `$ref`, the branches of `allOf`, `anyOf` and `oneOf`, and what holds on a condition
 * (`then`, `else`, `dependentSchemas`).
 */
export function branches(schema: JsonSchema, root: JsonSchema, seen: ReadonlySet<JsonSchema> = new Set()): JsonSchema[] {
  if (seen.has(schema)) return []
  const visited = new Set(seen).add(schema)
  const parts = samePlace(schema)
  const target = schema.$ref === undefined ? undefined : resolveRef(schema.$ref, root)
  if (target !== undefined) parts.push(target)
  return [schema, ...parts.flatMap((part) => branches(part, root, visited))]
}

/** The schemas inside a schema that speak of the same place. */
export function samePlace(schema: JsonSchema): JsonSchema[] {
  // What must hold beside the rest and says nothing does not open the place to everything.
  return [...besides(schema).filter((part) => !isUndescribed(part)), ...variants(schema)]
}

/** The schemas inside a schema that hold beside it, always or on a condition. */
export function besides(schema: JsonSchema): readonly JsonSchema[] {
  return [schema.allOf, schema['then'], schema['else'], Object.values(schema['dependentSchemas'] ?? {})].flat().filter(isSchema)
}

/** The schemas of which one, or some, hold. */
export function variants(schema: JsonSchema): readonly JsonSchema[] {
  return [schema.anyOf, schema.oneOf].flat().filter(isSchema)
}

/** What a `$ref` points at; `undefined` where it is not in this document. */
export function resolveRef(ref: string, root: JsonSchema): JsonSchema | undefined {
  if (ref !== '#' && !ref.startsWith('#/')) return undefined
  let current: unknown = root
  for (const step of ref.split('/').slice(1)) {
    const key = decoded(step)
    if (key === undefined || !Object.hasOwn(current ?? {}, key)) return undefined
    current = (current as Record<string, unknown>)[key]
  }
  return isSchema(current) ? current : undefined
}

function decoded(step: string): string | undefined {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return undefined
  }
}

/** The schemas that may stand at `path`; empty where nothing can. */
export function schemasAt(root: JsonSchema, path: readonly string[]): JsonSchema[] {
  return path.reduce((here, step) => propertySchemas(here, step, root), branches(root, root))
}

/** The schemas a map gives its values under a name: those of the patterns that match it, or that of all other names. */
export function mapSchemas(schema: JsonSchema, name: string): readonly JsonSchema[] {
  const patterns = Object.entries((schema['patternProperties'] ?? {}) as Readonly<Record<string, JsonSchema>>)
  const matching = patterns.filter(([pattern]) => new RegExp(pattern, 'u').test(name)).map(([, inner]) => inner)
  if (matching.length > 0) return matching
  if (schema.additionalProperties === true) return [{}]
  return isSchema(schema.additionalProperties) ? [schema.additionalProperties] : []
}

/** The schema of a property: its own (and not one that every object inherits, like `constructor`), or the map's. */
function childrenOf(schema: JsonSchema, name: string): readonly JsonSchema[] {
  const own = schema.properties !== undefined && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined
  return own === undefined ? mapSchemas(schema, name) : [own]
}

/** The schemas of an array's item. */
export function itemSchemas(schemas: readonly JsonSchema[], index: number, root: JsonSchema): JsonSchema[] {
  return schemas.flatMap((schema) => {
    const item = schema.prefixItems?.[index] ?? schema.items
    // Behind the items that are described, others may stand, unless `items` says what they are.
    if (item === true || (item === undefined && schema.prefixItems !== undefined)) return [{}]
    return isSchema(item) ? branches(item, root) : []
  })
}

/** The schemas of a property in any of several branches. */
export function propertySchemas(schemas: readonly JsonSchema[], name: string, root: JsonSchema): JsonSchema[] {
  return schemas.flatMap((schema) => childrenOf(schema, name).flatMap((child) => branches(child, root)))
}

/** Whether the schema describes an object, whichever branch holds. */
export function describesObject(root: JsonSchema): boolean {
  const own = branches(root, root).filter((schema) => schema.type !== undefined)
  return own.length > 0 && own.every((schema) => schema.type === 'object')
}

const saying = (
  'type enum const format pattern $ref anyOf oneOf allOf not if then else dependentSchemas dependentRequired required ' +
  'properties patternProperties additionalProperties unevaluatedProperties items prefixItems contains unevaluatedItems'
).split(' ')

/** Whether the schema says nothing about what a value is: what a converter writes where it can't describe it. */
export function isUndescribed(schema: JsonSchema): boolean {
  return saying.every((keyword) => schema[keyword] === undefined)
}
