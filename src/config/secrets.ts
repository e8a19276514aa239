import { changedFields } from './changed-paths.ts'
import type { ConfigModel, SecretField } from './config-model.ts'
import { fitsType } from './defaults.ts'
import { isUndescribed, schemasAt } from './json-schema.ts'
import { isObject, sameJson, valueAt, withValueAt, type Json } from './json.ts'
import { isWithin } from './paths.ts'
import { parseReference, referencesIn } from './references.ts'
import { withoutUnknown } from './unknown-fields.ts'

/** A config as it may be shown: without its secret fields, and which of them are set. */
export interface MaskedConfig {
  readonly config: Json
  readonly secrets: readonly MaskedSecret[]
}

/** What may be shown of a secret field. */
export interface MaskedSecret {
  readonly path: string
  readonly set: boolean
  /** Where it is a reference, what that says: `env:STRIPE_KEY`. Absent for a value. */
  readonly reference?: string
}

/** Takes the secret fields out of a config, and what the schema does not describe: it may have been a secret of an older release. */
export function mask(model: ConfigModel, config: Json): MaskedConfig {
  const known = withoutUnknown(model.jsonSchema, config)
  // One that can't be read is not shown: somebody may have typed the secret itself.
  const references = new Map(referencesIn(model, config).flatMap(({ field, text }) => (parseReference(text) ? [[field.name, text]] : [])))
  return {
    config: model.secrets.reduce<Json>((rest, field) => withValueAt(withoutMisfit(model, rest, field), field.path, undefined), known),
    secrets: model.secrets.map((field) => {
      const value = valueAt(config, field.path)
      const reference = references.get(field.name)
      return {
        path: field.name,
        set: value !== undefined && value !== null && value !== '',
        ...(reference === undefined ? {} : { reference }),
      }
    }),
  }
}

/** Takes out what stands in the place of a group around a secret, as another type than the schema has there: it may be the secret of an older release. */
function withoutMisfit(model: ConfigModel, config: Json, field: SecretField): Json {
  for (const length of field.path.keys()) {
    const path = field.path.slice(0, length)
    const value = valueAt(config, path) ?? null
    if (value === null) return config
    if (isObject(value)) continue
    const fits = schemasAt(model.jsonSchema, path).some(
      (schema) => isUndescribed(schema) || (schema.type !== undefined && fitsType(schema, value)) || schema.const === value,
    )
    return fits ? config : withValueAt(config, path, undefined)
  }
  return config
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
export function mergeSecrets(model: ConfigModel, stored: Json | undefined, typed: Json, clear?: readonly string[]): Merged {
  const kept: string[] = []
  const config = model.secrets.reduce<Json>((rest, field) => {
    if (clear?.includes(field.name) === true) return withValueAt(rest, field.path, undefined)
    const value = valueAt(rest, field.path)
    if (value !== undefined && value !== '') return rest
    const before = valueAt(stored, field.path)
    // Where the group around the secret was taken out, the secret goes with it.
    const parent = valueAt(rest, field.path.slice(0, -1))
    if (before === undefined || !isObject(parent)) return withValueAt(rest, field.path, undefined)
    kept.push(field.name)
    return withValueAt(rest, field.path, before)
  }, typed)
  return { config, kept }
}

/**
 * The kept secrets that must be entered again, because a value they are bound to changes. Values are compared after defaults.
 *
 * @returns Names of the secrets, each with the fields that changed; `(whole config)` where addresses may stand under any name at its root.
 */
export function reentryRequired(
  model: ConfigModel,
  stored: Json,
  merged: Merged,
): readonly { readonly secret: string; readonly changed: readonly string[] }[] {
  const before = model.complete(stored)
  const after = model.complete(merged.config)
  return model.secrets
    .filter((field) => merged.kept.includes(field.name))
    .map((field) => ({
      secret: field.name,
      changed: field.boundTo.filter((path) => !sameJson(boundValue(model, before, path), boundValue(model, after, path))).map(nameOf),
    }))
    .filter((each) => each.changed.length > 0)
}

/** What a secret is bound to. Of a group that holds secrets the rest counts: where one of those says where to go, it is bound to by itself. */
export function boundValue(model: ConfigModel, config: Json, path: readonly string[]): Json | undefined {
  const inside = model.secrets.filter((field) => isWithin(field.path, path) && field.path.length > path.length)
  return valueAt(
    inside.reduce<Json>((rest, field) => withValueAt(rest, field.path, undefined), config),
    path,
  )
}

function nameOf(path: readonly string[]): string {
  return path.length === 0 ? '(whole config)' : path.join('.')
}

/** What a history entry says of a config: the fields that changed, `config.` before them. It holds no value, and no name that somebody typed. */
export function changedInConfig(model: ConfigModel | undefined, before: Json | undefined, after: Json | undefined): string[] {
  if (model === undefined) return sameJson(before, after) ? [] : ['config']
  return changedFields(model, before, after).map((path) => ['config', ...path].join('.'))
}
