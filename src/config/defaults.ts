import type { JsonSchema } from '../contract/index.ts'
import { resolveRef, variants } from './json-schema.ts'
import { isObject, sameJson, type Json } from './json.ts'
import { isSchema } from './sub-schemas.ts'

/**
 * A config with the defaults of its JSON Schema, applied from the top: the default of a group goes before those of the fields in it, and of variants only
 * those count that the values fit. For comparing; what a plugin gets is made by its own schema.
 */
export function withDefaults(root: JsonSchema, config: Json): Json {
  return complete(config, root, root, new Set()) ?? config
}

function complete(value: Json | undefined, schema: JsonSchema, root: JsonSchema, above: ReadonlySet<JsonSchema>): Json | undefined {
  if (above.has(schema)) return value
  const here = new Set(above).add(schema)
  // A null somebody typed is a value.
  let filled = value === undefined ? (schema.default as Json | undefined) : value
  for (const part of always(schema, root)) filled = complete(filled, part, root, here)
  if (isObject(filled)) {
    const copy: Record<string, Json> = { ...filled }
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (!isSchema(property) || name === '__proto__') continue
      const inner = complete(Object.hasOwn(copy, name) ? copy[name] : undefined, property, root, new Set())
      if (inner !== undefined) copy[name] = inner
    }
    filled = copy
  }
  for (const variant of variants(schema)) if (fits(variant, filled, root, new Set())) filled = complete(filled, variant, root, here)
  return filled
}

/** What holds beside a schema whatever the value is. */
function always(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const target = schema.$ref === undefined ? undefined : resolveRef(schema.$ref, root)
  return [target, schema.allOf].flat().filter(isSchema)
}

/** Whether a value can be of a variant, as far as its type and its fixed properties tell. */
function fits(schema: JsonSchema, value: Json | undefined, root: JsonSchema, above: ReadonlySet<JsonSchema>): boolean {
  if (value === undefined || above.has(schema)) return true
  const here = new Set(above).add(schema)
  if (!fitsType(schema, value) || !fitsConstant(schema, value)) return false
  if (isObject(value)) {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (Object.hasOwn(value, name)) {
        if (!fitsConstant(property, value[name] ?? null)) return false
      } else if (schema.required?.includes(name) === true && property.default === undefined) return false
    }
  }
  return always(schema, root).every((part) => fits(part, value, root, here))
}

function fitsConstant(schema: JsonSchema, value: Json): boolean {
  if (schema.const !== undefined && !sameJson(schema.const as Json, value)) return false
  return schema.enum === undefined || schema.enum.some((each) => sameJson(each as Json, value))
}

/** Whether a value is of the type that a schema names; `true` where it names none. */
export function fitsType(schema: JsonSchema, value: Json): boolean {
  if (schema.type === undefined) return true
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  const types = new Set([schema.type].flat())
  return types.has(type) || (types.has('integer') && Number.isInteger(value))
}
