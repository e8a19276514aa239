import { isObject, kindOf, resolve, typesOf, variantOf, withoutNull, type Json, type Path, type Schema } from './schema.ts'
import { valueAt } from './values.ts'

/** Where a field stands, as the values around it choose. */
export interface Place {
  readonly schema: Schema
  readonly required: boolean
  /** False of a field in a variant that is not chosen, or in what has no value. */
  readonly shown: boolean
}

/** Where a field stands. Of variants only the chosen one counts. */
export function placeOf(root: Schema, value: Json, path: Path): Place {
  let schema: Schema = resolve(root, root)
  let required = true
  for (const [depth, step] of path.entries()) {
    const before = valueAt(value, path.slice(0, depth))
    if (before === null) return { schema: {}, required: false, shown: false }
    const inner = withoutNull(schema, root).schema
    const kind = kindOf(inner, root)
    const chosen = kind.kind === 'variants' ? kind.variants[variantOf(kind.variants, before, root)] : inner
    const next = chosen?.properties?.[step] ?? (isObject(chosen?.['additionalProperties']) ? chosen['additionalProperties'] : undefined)
    if (kind.kind === 'variants' && next === undefined) return { schema: {}, required: false, shown: false }
    const names: unknown = chosen?.['required']
    required = Array.isArray(names) && names.includes(step)
    schema = resolve(next, root)
  }
  return { schema, required, shown: true }
}

/** A secret as it is sent: a text as it was typed, anything else typed as JSON. */
export function secretValue(root: Schema, value: Json, path: Path, text: string): Json {
  const { schema } = withoutNull(placeOf(root, value, path).schema, root)
  const options = [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap((each) => typesOf(resolve(each, root)))
  if (options.length === 0 || options.includes('string')) return text
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

/** A value with what its form shows without being asked: a switch that must be there and was left alone is off, not absent. */
export function filled(given: unknown, value: Json, root: Schema): Json {
  const { schema } = withoutNull(given, root)
  const kind = kindOf(schema, root)
  if (kind.kind === 'variants') {
    const chosen = kind.variants[variantOf(kind.variants, value, root)]
    return chosen === undefined ? value : filled(chosen, value, root)
  }
  if (Array.isArray(value)) return value.map((each: Json) => filled(schema['items'], each, root))
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([name, each]): [string, Json] => [
    name,
    filled(Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : schema['additionalProperties'], each, root),
  ])
  const required: unknown = schema['required']
  for (const name of Array.isArray(required) ? required.map(String) : []) {
    if (Object.hasOwn(value, name)) continue
    const field = withoutNull(schema.properties?.[name], root)
    if (field.nullable || field.schema['default'] !== undefined) continue
    const own = kindOf(field.schema, root).kind
    if (own === 'switch') entries.push([name, false])
    else if (own === 'group') entries.push([name, filled(field.schema, {}, root)])
  }
  return Object.fromEntries(entries)
}
