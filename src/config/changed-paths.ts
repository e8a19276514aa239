import type { ConfigModel } from './config-model.ts'
import { branches, propertySchemas } from './json-schema.ts'
import { isObject, sameJson, type Json, type JsonObject } from './json.ts'
import { samePath } from './paths.ts'

/** Dotted paths of what differs between two JSON values, objects walked, arrays as a whole. Of a config it would tell names of a map: see `changedFields`. */
export function changedPaths(before: Json | undefined, after: Json | undefined, prefix: string = ''): string[] {
  if (sameJson(before, after)) return []
  if (!isObject(before) || !isObject(after)) {
    const inside = appeared(before, after)
    return inside === undefined ? [prefix] : Object.keys(inside).map((key) => (prefix === '' ? key : `${prefix}.${key}`))
  }
  return keysOf(before, after).flatMap((key) => changedPaths(own(before, key), own(after, key), prefix === '' ? key : `${prefix}.${key}`))
}

/**
 * The fields of a config that differ, as far as they may be told in clear: it stops at secrets, and at maps, whose names somebody typed. `[]` is the whole
 * config, where a name at its root is no field.
 */
export function changedFields(
  model: Pick<ConfigModel, 'jsonSchema' | 'secrets'>,
  before: Json | undefined,
  after: Json | undefined,
): readonly (readonly string[])[] {
  const root = model.jsonSchema
  return visit(before, after, [])

  function visit(a: Json | undefined, b: Json | undefined, path: readonly string[]): (readonly string[])[] {
    if (sameJson(a, b)) return []
    if (model.secrets.some((field) => samePath(field.path, path))) return [path]
    const here = path.reduce((schemas, step) => propertySchemas(schemas, step, root), branches(root, root))
    const isField = (name: string): boolean => here.some((schema) => Object.hasOwn(schema.properties ?? {}, name))
    const inside = appeared(a, b)
    const both = isObject(a) && isObject(b)
    if (!both && inside === undefined) return [path]
    const names = both ? keysOf(a, b).filter((name) => !sameJson(own(a, name), own(b, name))) : Object.keys(inside ?? {})
    const fields = names.filter(isField)
    const told = fields.flatMap((name) => (both ? visit(own(a, name), own(b, name), [...path, name]) : [[...path, name]]))
    return fields.length === names.length ? told : [path, ...told]
  }
}

/** A group that appeared or vanished is told field by field. */
function appeared(before: Json | undefined, after: Json | undefined): JsonObject | undefined {
  const group = before === undefined ? after : after === undefined ? before : undefined
  return isObject(group) && Object.keys(group).length > 0 ? group : undefined
}

function keysOf(before: JsonObject, after: JsonObject): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
}

function own(value: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined
}
