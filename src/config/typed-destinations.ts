import type { ConfigModel, SecretField } from './config-model.ts'
import { isObject, sameJson, valueAt, withValueAt, type Json } from './json.ts'
import { boundValue } from './secrets.ts'

/** A value that says where a secret is sent, and that somebody typed. */
export interface TypedDestination {
  readonly path: readonly string[]
  readonly value: Json
}

/**
 * The values a secret is bound to that do not come from the code: neither what the schema fills in by itself, nor a fixed value (`const`, `enum`), nor
 * true, false or null.
 */
export function typedDestinations(model: ConfigModel, config: Json, secret: SecretField): readonly TypedDestination[] {
  const filled = model.complete(config)
  return secret.boundTo
    .flatMap((path) => leaves(boundValue(model, filled, path) ?? null, path))
    .filter(({ path, value }) => typeof value !== 'boolean' && value !== null && !isFixed(model, path, value) && !isDefault(path, value))

  function isDefault(path: readonly string[], value: Json): boolean {
    return sameJson(value, valueAt(model.complete(withValueAt(config, path, undefined)), path))
  }
}

function isFixed(model: ConfigModel, path: readonly string[], value: Json): boolean {
  const isIt = (fixed: unknown): boolean => sameJson(fixed as Json, value)
  return model.schemasAt(path).some((schema) => isIt(schema.const) || schema.enum?.some(isIt) === true)
}

/** The values inside groups; an array is one value. */
function leaves(value: Json, path: readonly string[]): readonly TypedDestination[] {
  if (!isObject(value)) return [{ path, value }]
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]))
}
