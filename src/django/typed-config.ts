import type { Json, JsonObject, JsonSchema } from '../contract/index.ts'
import { branches, isUndescribed, itemSchemas, propertySchemas } from '../config/index.ts'
import { kindsAt, typedValue } from './python-value.ts'

/** A stored config, its tokens opened: texts in lists and dictionaries. */
export type OpenedValue = string | null | readonly OpenedValue[] | { readonly [name: string]: OpenedValue }

/** Something of a config that needs a look. Of what was stored only names of fields the plugin has are told. */
export interface ConfigNote {
  /** `limits.perDay`; empty for the whole. */
  readonly path: string
  readonly text: string
}

export interface TypedConfig {
  readonly config: JsonObject
  /** What was left out or taken otherwise than it stood. */
  readonly notes: readonly ConfigNote[]
  /** What can't be taken. */
  readonly problems: readonly ConfigNote[]
}

/** A stored config with its types again, by the plugin's JSON Schema. Fields are found by their name, or by the same name in camel case. */
export function typedConfig(root: JsonSchema, opened: { readonly [name: string]: OpenedValue }): TypedConfig {
  const notes: ConfigNote[] = []
  const problems: ConfigNote[] = []
  return { config: fields(opened, branches(root, root), []), notes, problems }

  function fields(group: { readonly [name: string]: OpenedValue }, schemas: readonly JsonSchema[], path: readonly string[]): JsonObject {
    const entries: [string, Json][] = []
    for (const [stored, value] of Object.entries(group)) {
      const name = [stored, camelCase(stored)].find((each) => propertySchemas(schemas, each, root).length > 0)
      // A part that says nothing of its inside keeps it.
      const isOpen = name === undefined && schemas.some((schema) => isUndescribed(schema) || describesNothing(schema))
      if (name === undefined && !isOpen) {
        // At the top it is a name in the application's code. What is deeper may be named by anybody, and is not told.
        notes.push(
          path.length === 0
            ? { path: stored, text: 'is no field of the plugin, and is left out' }
            : { path: path.join('.'), text: 'has a field inside that the plugin does not have, and it is left out' },
        )
        continue
      }
      const key = name ?? stored
      const inner = name === undefined ? [] : propertySchemas(schemas, name, root)
      const here = [...path, key]
      if (isAbsent(value, inner) && !isRequired(schemas, key)) {
        if (value !== '') notes.push({ path: here.join('.'), text: 'is None, and is left out' })
        continue
      }
      entries.push([key, visit(value, inner, here)])
    }
    return Object.fromEntries(entries)
  }

  function visit(value: OpenedValue, schemas: readonly JsonSchema[], path: readonly string[]): Json {
    if (value === null) return null
    if (isList(value)) return value.map((item, index) => visit(item, itemSchemas(schemas, index, root), [...path, String(index)]))
    if (typeof value === 'object') return fields(value, schemas.length === 0 ? [{}] : schemas, path)
    const typed = typedValue(value, schemas)
    if ('value' in typed) return typed.value
    problems.push({ path: path.join('.'), text: typed.problem })
    return null
  }
}

/** Whether it stands for nothing: None where null is not taken, or no text where no text is taken. */
function isAbsent(value: OpenedValue, schemas: readonly JsonSchema[]): boolean {
  const kinds = kindsAt(schemas)
  if (kinds.size === 0) return false
  if (value === 'None' || value === null)
    return !kinds.has('null') && !schemas.some(({ enum: listed }) => listed?.includes('None') === true)
  return value === '' && !kinds.has('string')
}

function isRequired(schemas: readonly JsonSchema[], name: string): boolean {
  return schemas.some(({ required }) => required?.includes(name) === true)
}

function describesNothing(schema: JsonSchema): boolean {
  return (
    schema.type === 'object' &&
    schema.properties === undefined &&
    schema.additionalProperties === undefined &&
    schema['patternProperties'] === undefined
  )
}

function isList(value: OpenedValue): value is readonly OpenedValue[] {
  return Array.isArray(value)
}

export function camelCase(name: string): string {
  return name
    .replaceAll(/_+/g, '_')
    .replaceAll(/_([a-z0-9])/gi, (found, letter: string, at: number) => (at === 0 ? found : letter.toUpperCase()))
}
