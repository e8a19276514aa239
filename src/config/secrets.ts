import type { ConfigModel, SecretField } from './config-model.ts'
import { schemasAt } from './json-schema.ts'
import { withoutUnknown } from './unknown-fields.ts'
import { isObject, sameJson, valueAt, withValueAt, type Json } from './json.ts'

/** Every text inside the secret fields of a config, and numbers as text: what must never be shown. */
export function secretValues(secrets: readonly SecretField[], config: Json): string[] {
  const found: string[] = []
  const collect = (value: Json | undefined): void => {
    if (typeof value === 'string') found.push(value)
    else if (typeof value === 'number') found.push(String(value))
    else if (Array.isArray(value)) value.forEach(collect)
    else if (isObject(value)) Object.values(value).forEach(collect)
  }
  for (const field of secrets) collect(valueAt(config, field.path))
  return found
}

/** A config as it may be shown: without its secret fields, and which of them are set. */
export interface MaskedConfig {
  readonly config: Json
  readonly secrets: readonly { readonly path: string; readonly set: boolean }[]
}

/** Takes the secret fields out of a config, and what the schema does not describe: it may have been a secret of an older release. */
export function mask(model: ConfigModel, config: Json): MaskedConfig {
  return {
    config: model.secrets.reduce<Json>((rest, field) => withValueAt(rest, field.path, undefined), withoutUnknown(model.jsonSchema, config)),
    secrets: model.secrets.map((field) => {
      const value = valueAt(config, field.path)
      return { path: field.name, set: value !== undefined && value !== null && value !== '' }
    }),
  }
}

/** What merging typed values with stored secrets gives. */
export interface Merged {
  readonly config: Json
  /** Names of the secrets taken from what is stored. */
  readonly kept: readonly string[]
}

/**
 * Puts stored secrets where the typed config leaves them blank: absent or `''`. Other values replace; a secret named in `clear` is taken out.
 *
 * @param clear Dotted names of secrets to take out.
 */
export function mergeSecrets(model: ConfigModel, stored: Json | undefined, typed: Json, clear: readonly string[] = []): Merged {
  const kept: string[] = []
  const config = model.secrets.reduce<Json>((rest, field) => {
    if (clear.includes(field.name)) return withValueAt(rest, field.path, undefined)
    const value = valueAt(rest, field.path)
    if (value !== undefined && value !== '') return rest
    const before = valueAt(stored, field.path)
    // Where the group around the secret was taken out, the secret goes with it.
    const parent = valueAt(rest, field.path.slice(0, -1))
    if (before === undefined || !isObject(parent)) return value === '' ? withValueAt(rest, field.path, undefined) : rest
    kept.push(field.name)
    return withValueAt(rest, field.path, before)
  }, typed)
  return { config, kept }
}

/**
 * The kept secrets that must be entered again, because a value they are bound to changes. Values are compared after defaults.
 *
 * @returns Names of the secrets, each with the fields that changed.
 */
export function reentryRequired(
  model: ConfigModel,
  stored: Json,
  merged: Merged,
): readonly { readonly secret: string; readonly changed: readonly string[] }[] {
  return model.secrets
    .filter((field) => merged.kept.includes(field.name))
    .map((field) => ({
      secret: field.name,
      changed: field.boundTo
        .filter((path) => !sameJson(withDefault(model, stored, path), withDefault(model, merged.config, path)))
        .map((path) => path.join('.')),
    }))
    .filter((each) => each.changed.length > 0)
}

function withDefault(model: ConfigModel, config: Json, path: readonly string[]): Json | undefined {
  const value = valueAt(config, path)
  if (value !== undefined) return value
  const declared = schemasAt(model.jsonSchema, path).find((schema) => schema.default !== undefined)
  return declared?.default as Json | undefined
}
