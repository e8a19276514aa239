import type { ConfigIssue } from '../errors/index.ts'
import type { JsonSchema } from '../contract/index.ts'
import type { ConfigModel, SecretField } from './config-model.ts'
import { branches, itemSchemas, propertySchemas } from './json-schema.ts'
import { escapePointer, isObject, valueAt, withValueAt, type Json } from './json.ts'
import { samePath } from './paths.ts'
import { withoutUnknown } from './unknown-fields.ts'

/** The field of a reference: `{ "$ref": "env:STRIPE_KEY" }` and nothing beside it. */
const field = '$ref'
const grammar = /^([a-z][a-z0-9+.-]*):(.+)$/
const longest = 1_000
// eslint-disable-next-line no-control-regex -- these are what a reference must not hold.
const control = /[\u0000-\u001f\u007f]/

/** What a reference says. */
export interface ReferenceParts {
  /** `env`, `file`, or one the application resolves itself. */
  readonly scheme: string
  readonly name: string
}

/** A secret field that holds a reference, as it was typed: perhaps one that can't be read. */
export interface HeldReference {
  readonly field: SecretField
  readonly text: string
}

type Model = Pick<ConfigModel, 'jsonSchema' | 'secrets'>

/** Reads `scheme:name`; `undefined` where it is none. */
export function parseReference(text: string): ReferenceParts | undefined {
  const found = text.length <= longest && !control.test(text) ? grammar.exec(text) : null
  // What matches has both.
  return found === null ? undefined : { scheme: found[1] as string, name: found[2] as string }
}

/** What a reference says, `undefined` for any other value. Whether it is one depends on where it stands, too: see `referencesIn`. */
export function referenceText(value: Json | undefined): string | undefined {
  if (!isObject(value) || !Object.hasOwn(value, field) || Object.keys(value).length !== 1) return undefined
  const text = value[field]
  return typeof text === 'string' ? text : undefined
}

/** The secret fields of a config that hold a reference. One whose schema has a field `$ref` of its own holds ordinary data. */
export function referencesIn(model: Model, config: Json): readonly HeldReference[] {
  return model.secrets.flatMap((secret) => {
    const text = referenceText(valueAt(config, secret.path))
    return text === undefined || hasOwnField(schemasOf(model, secret.path)) ? [] : [{ field: secret, text }]
  })
}

/**
 * Takes out what the schema does not describe, as `withoutUnknown` does, and leaves the references in.
 *
 * @param issues Gets one entry for each field taken out.
 */
export function knownFields(model: Model, config: Json, issues?: ConfigIssue[]): Json {
  const held = referencesIn(model, config)
  // A blank keeps their places: whatever stands there is known.
  const blanked = held.reduce<Json>((rest, each) => withValueAt(rest, each.field.path, null), config)
  const known = withoutUnknown(model.jsonSchema, blanked, issues)
  return held.reduce<Json>((rest, each) => withValueAt(rest, each.field.path, valueAt(config, each.field.path)), known)
}

/**
 * Finds the references that stand where none can: elsewhere than right at a secret field. They would be kept as data, and never resolved.
 *
 * @param issues Gets one entry for each.
 */
export function checkReferencePlaces(model: Model, config: Json, issues: ConfigIssue[]): void {
  const root = model.jsonSchema
  const names = model.secrets.map((secret) => secret.name).join(', ')
  const where = names === '' ? 'This plugin has none' : `Here: ${names}`
  visit(config, branches(root, root), [], '')

  /** @param path `undefined` inside an array. */
  function visit(value: Json | undefined, schemas: readonly JsonSchema[], path: readonly string[] | undefined, pointer: string): void {
    if (Array.isArray(value)) {
      value.forEach((item: Json, index) => visit(item, itemSchemas(schemas, index, root), undefined, `${pointer}/${index}`))
    }
    if (!isObject(value)) return
    if (referenceText(value) !== undefined && !hasOwnField(schemas)) {
      const atSecret = path !== undefined && model.secrets.some((secret) => samePath(secret.path, path))
      if (!atSecret) issues.push({ pointer, message: `is a reference, which stands in the place of a whole secret only. ${where}` })
      return
    }
    for (const [name, item] of Object.entries(value)) {
      visit(item, propertySchemas(schemas, name, root), path && [...path, name], `${pointer}/${escapePointer(name)}`)
    }
  }
}

function schemasOf({ jsonSchema }: Model, path: readonly string[]): readonly JsonSchema[] {
  return path.reduce<JsonSchema[]>((here, step) => propertySchemas(here, step, jsonSchema), branches(jsonSchema, jsonSchema))
}

function hasOwnField(schemas: readonly JsonSchema[]): boolean {
  return schemas.some((schema) => Object.hasOwn(schema.properties ?? {}, field))
}
