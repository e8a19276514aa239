import type { JsonSchema } from '../contract/index.ts'

/** A schema and everything it is made of at the same place: its `$ref`, and the branches of `allOf`, `anyOf` and `oneOf`. */
export function branches(schema: JsonSchema, root: JsonSchema, seen: ReadonlySet<JsonSchema> = new Set()): JsonSchema[] {
  if (seen.has(schema)) return []
  const visited = new Set(seen).add(schema)
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  const target = schema.$ref === undefined ? undefined : resolveRef(schema.$ref, root)
  if (target !== undefined) parts.push(target)
  return [schema, ...parts.flatMap((part) => branches(part, root, visited))]
}

function resolveRef(ref: string, root: JsonSchema): JsonSchema | undefined {
  if (!ref.startsWith('#')) return undefined
  let current: unknown = root
  for (const step of ref.slice(1).split('/').slice(1)) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string, unknown>)[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return typeof current === 'object' && current !== null ? (current as JsonSchema) : undefined
}

/** The schemas that may stand at `path`; empty where nothing can. */
export function schemasAt(root: JsonSchema, path: readonly string[]): JsonSchema[] {
  return path.reduce((here, step) => propertySchemas(here, step, root), branches(root, root))
}

/** The schema of a property: its own (and not one that every object inherits, like `constructor`), one of a pattern, or the map's. */
function childOf(schema: JsonSchema, step: string): JsonSchema | undefined {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, step)) return schema.properties[step]
  const patterns = (schema['patternProperties'] ?? {}) as Readonly<Record<string, JsonSchema>>
  const pattern = Object.keys(patterns).find((each) => new RegExp(each, 'u').test(step))
  if (pattern !== undefined) return patterns[pattern]
  if (schema.additionalProperties === true) return {}
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
}

/** The schemas of an array's item. */
export function itemSchemas(schemas: readonly JsonSchema[], index: number, root: JsonSchema): JsonSchema[] {
  return schemas.flatMap((schema) => {
    const item = schema.prefixItems?.[index] ?? schema.items
    if (item === true) return [{}]
    return typeof item === 'object' ? branches(item, root) : []
  })
}

/** The schemas of a property in any of several branches. */
export function propertySchemas(schemas: readonly JsonSchema[], name: string, root: JsonSchema): JsonSchema[] {
  return schemas.flatMap((schema) => {
    const child = childOf(schema, name)
    return child === undefined ? [] : branches(child, root)
  })
}

/** A place in a schema, as a walk finds it. */
export interface Place {
  readonly schema: JsonSchema
  /** Property names down to it; `[]` for an array's items, `*` for a map's values. */
  readonly path: readonly string[]
}

/** Every place of a schema once per path; recursion is cut where a schema would contain itself. */
export function* places(root: JsonSchema): Generator<Place> {
  yield* walk(root, [], new Set())

  function* walk(schema: JsonSchema, path: readonly string[], above: ReadonlySet<JsonSchema>): Generator<Place> {
    if (above.has(schema)) return
    const inside = new Set(above).add(schema)
    for (const branch of branches(schema, root)) {
      yield { schema: branch, path }
      for (const [name, child] of Object.entries(branch.properties ?? {})) yield* walk(child, [...path, name], inside)
      for (const item of [branch.items, ...(branch.prefixItems ?? [])])
        if (typeof item === 'object') yield* walk(item, [...path, '[]'], inside)
      if (typeof branch.additionalProperties === 'object') yield* walk(branch.additionalProperties, [...path, '*'], inside)
    }
  }
}

/** Whether the schema describes an object, whichever branch holds. */
export function describesObject(root: JsonSchema): boolean {
  const own = branches(root, root).filter((schema) => schema.type !== undefined)
  return own.length > 0 && own.every((schema) => schema.type === 'object')
}

/** Whether the schema says nothing about what a value is: what a converter writes where it can't describe it. */
export function isUndescribed(schema: JsonSchema): boolean {
  const said = ['type', 'enum', 'const', '$ref', 'anyOf', 'oneOf', 'allOf', 'not', 'properties', 'items', 'format', 'pattern']
  return said.every((keyword) => schema[keyword] === undefined)
}
