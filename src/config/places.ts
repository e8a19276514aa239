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
  yield* walk(root, { path: [], field: [], within: undefined })

  function* walk(schema: JsonSchema, at: Pick<Place, 'path' | 'field' | 'within'>, gone?: Set<JsonSchema>): Generator<Place> {
    if (gone?.has(schema) === true) return
    gone?.add(schema)
    const here = branches(schema, root)
    const repeats = here.some((branch) => recursive.has(branch))
    const within = at.within ?? (repeats ? 'recursion' : undefined)
    const inside = gone ?? (repeats ? new Set([schema]) : undefined)
    const fieldOf = (name: string): readonly string[] => (within === undefined ? [...at.field, name] : at.field)
    for (const branch of here) {
      yield { ...at, schema: branch, fieldOf }
      for (const [name, child] of Object.entries(branch.properties ?? {}))
        if (isSchema(child)) yield* walk(child, { path: [...at.path, name], field: fieldOf(name), within }, inside)
      const items = [branch.items, ...(branch.prefixItems ?? []), branch['contains'], branch['unevaluatedItems'], branch['additionalItems']]
      for (const item of items.filter(isSchema))
        yield* walk(item, { path: [...at.path, '[]'], field: at.field, within: within ?? 'array' }, inside)
      const patterns = isSchema(branch['patternProperties']) ? Object.values(branch['patternProperties']) : []
      for (const value of [branch.additionalProperties, branch['unevaluatedProperties'], ...patterns].filter(isSchema))
        yield* walk(value, { path: [...at.path, '*'], field: at.field, within: within ?? 'map' }, inside)
    }
  }
}
