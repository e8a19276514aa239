import type { JsonSchema } from '../contract/index.ts'
import type { FieldHint } from './api.ts'

/** Up to so many choices are shown at once. */
const mostRadios = 4
const deepest = 6

/**
 * What a form may do with each field of a schema, in the order of the schema: names of nested fields are dotted. It is a help, and says nothing that the
 * schema does not: the server's validation has the last word.
 */
export function hintsOf(root: JsonSchema, secrets: readonly string[]): readonly FieldHint[] {
  const hints: FieldHint[] = []
  const walk = (schema: JsonSchema, path: readonly string[]): void => {
    const required = new Set<unknown>(Array.isArray(schema['required']) ? schema['required'] : [])
    for (const [name, given] of Object.entries(schema.properties ?? {})) {
      const field = resolved(given, root)
      const here = [...path, name]
      const dotted = here.join('.')
      const widget = secrets.includes(dotted) && !isFile(field) ? 'secret' : widgetOf(field)
      hints.push({ path: dotted, title: textOf(field['title']) ?? inWords(name), widget, required: required.has(name) })
      if (widget === 'group' && here.length < deepest) walk(field, here)
    }
  }
  walk(resolved(root, root), [])
  return hints
}

function widgetOf(schema: JsonSchema): FieldHint['widget'] {
  if (isFile(schema)) return 'file'
  const choices = schema['enum']
  if (Array.isArray(choices)) return choices.length <= mostRadios ? 'radio' : 'select'
  if ((schema.oneOf ?? schema.anyOf ?? []).length > 0) return 'variants'
  const types: readonly unknown[] = Array.isArray(schema.type) ? schema.type : [schema.type]
  if (types.includes('boolean')) return 'switch'
  if (types.includes('integer') || types.includes('number')) return 'number'
  if (types.includes('array')) return 'list'
  if (types.includes('object')) return schema.properties === undefined ? 'map' : 'group'
  if (types.includes('string')) return textWidget(schema)
  return 'json'
}

function textWidget({ format, maxLength }: JsonSchema): FieldHint['widget'] {
  if (format === 'date') return 'date'
  if (format === 'date-time') return 'date-time'
  if (format === 'uri') return 'url'
  if (format === 'textarea') return 'long-text'
  return typeof maxLength === 'number' && maxLength > 255 ? 'long-text' : 'text'
}

function isFile(schema: JsonSchema): boolean {
  return schema['contentEncoding'] !== undefined || schema['contentMediaType'] !== undefined
}

/** What a reference within the document points at, beside what stands next to it. */
function resolved(given: unknown, root: JsonSchema): JsonSchema {
  const schema = (typeof given === 'object' && given !== null ? given : {}) as JsonSchema
  const name = /^#\/\$defs\/([^/]+)$/.exec(schema.$ref ?? '')?.[1]
  const target = name === undefined || schema.$ref === undefined ? undefined : root.$defs?.[name]
  return typeof target === 'object' ? { ...target, ...schema } : schema
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `baseUrl`, `base_url` → `Base url` */
function inWords(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .toLowerCase()
  return words === '' ? name : `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}
