import type { JsonSchema } from '../contract/index.ts'
import { branches, resolveRef } from './json-schema.ts'
import { allSchemas, definitions, isSchema, subSchemas } from './sub-schemas.ts'

/** A place in a schema, as a walk finds it. */
export interface Place {
  readonly schema: JsonSchema
  /** Property names down to it; `[]` for an array's items, `*` for a map's values. */
  readonly path: readonly string[]
  /** The part of the path that names one field in every config: it ends at the first array, map, or schema that contains itself. */
  readonly field: readonly string[]
  /** Why the field is not the whole path. */
  readonly within: 'array' | 'map' | 'recursion' | undefined
  /** The field of what is right inside this place, under a name. */
  fieldOf(name: string): readonly string[]
  /** The steps to it in a config, as a validator names them. */
  readonly keys: readonly (string | number)[]
  /** The smallest config that holds a value here; it says which variants on the way hold. */
  around(value: unknown): unknown
}

/** The schemas that contain themselves, by way of a `$ref`. */
export function recursiveSchemas(root: JsonSchema): ReadonlySet<JsonSchema> {
  const targets = new Set<JsonSchema>()
  for (const { schema } of allSchemas(root)) {
    const target = schema.$ref === undefined ? undefined : resolveRef(schema.$ref, root)
    if (target !== undefined) targets.add(target)
  }
  return new Set([...targets].filter((target) => reachable(target, root).has(target)))
}

/** The schemas that stand anywhere inside a schema, by nesting or by reference. */
export function reachable(from: JsonSchema, root: JsonSchema): ReadonlySet<JsonSchema> {
  const found = new Set<JsonSchema>()
  const left = [from]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const inner = [...subSchemas(next)].filter((each) => !definitions.includes(each.keyword)).map((each) => each.schema)
    const target = next.$ref === undefined ? undefined : resolveRef(next.$ref, root)
    for (const schema of target === undefined ? inner : [...inner, target]) {
      if (found.has(schema)) continue
      found.add(schema)
      left.push(schema)
    }
  }
  return found
}

/** Every place of a schema once per path; what contains itself is gone through once. */
export function* places(root: JsonSchema): Generator<Place> {
  const recursive = recursiveSchemas(root)
  yield* walk(root, { path: [], field: [], within: undefined, keys: [], around: (value) => value })

  function* walk(schema: JsonSchema, at: Omit<Place, 'schema' | 'fieldOf'>, gone?: Set<JsonSchema>): Generator<Place> {
    if (gone?.has(schema) === true) return
    gone?.add(schema)
    const here = branches(schema, root)
    const repeats = here.some((branch) => recursive.has(branch))
    const within = at.within ?? (repeats ? 'recursion' : undefined)
    const inside = gone ?? (repeats ? new Set<JsonSchema>() : undefined)
    const fieldOf = (name: string): readonly string[] => (within === undefined ? [...at.field, name] : at.field)
    const step = (name: string, key: string | number, around: (value: unknown) => unknown): Pick<Place, 'path' | 'keys' | 'around'> => {
      return { path: [...at.path, name], keys: [...at.keys, key], around: (value) => at.around(around(value)) }
    }
    for (const branch of here) {
      yield { ...at, schema: branch, fieldOf }
      const fixed = constants(branch)
      for (const [name, child] of Object.entries(branch.properties ?? {})) {
        const inner = step(name, name, (value) => ({ ...fixed, [name]: value }))
        if (isSchema(child)) yield* walk(child, { ...inner, field: fieldOf(name), within }, inside)
      }
      const prefix = branch.prefixItems ?? []
      for (const [index, item] of prefix.entries()) {
        // Of the length that the tuple has: some say nothing else of one that is shorter or longer.
        const inner = step('[]', index, (value) => prefix.map(() => value))
        if (isSchema(item)) yield* walk(item, { ...inner, field: at.field, within: within ?? 'array' }, inside)
      }
      const items = [branch.items, branch['contains'], branch['unevaluatedItems'], branch['additionalItems']]
      for (const item of items.filter(isSchema))
        yield* walk(item, { ...step('[]', 0, (value) => [value]), field: at.field, within: within ?? 'array' }, inside)
      const patterns: readonly unknown[] = Object.values(branch['patternProperties'] ?? {})
      for (const value of [branch.additionalProperties, branch['unevaluatedProperties'], ...patterns].filter(isSchema)) {
        const inner = step('*', 'key', (each) => ({ ...fixed, key: each }))
        yield* walk(value, { ...inner, field: at.field, within: within ?? 'map' }, inside)
      }
    }
  }
}

/** The properties of a schema that have one value only. */
function constants(schema: JsonSchema): Readonly<Record<string, unknown>> {
  const fixed = Object.entries(schema.properties ?? {}).flatMap(([name, property]): [string, unknown][] => {
    if (property.const !== undefined) return [[name, property.const]]
    return property.enum?.length === 1 ? [[name, property.enum[0]]] : []
  })
  return Object.fromEntries(fixed)
}
