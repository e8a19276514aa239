import type { JsonSchema } from '../contract/index.ts'

/** Keywords whose value is a schema, a list of schemas, or a map of them; some take more than one form. */
const ofOne = [
  'items',
  'additionalItems',
  'unevaluatedItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'contentSchema',
  'not',
  'if',
  'then',
  'else',
]
const ofMany = ['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items']
const ofNamed = ['properties', 'patternProperties', 'dependentSchemas', 'dependencies', '$defs', 'definitions']

/** Where definitions lie that stand at no place by themselves. */
export const definitions: readonly string[] = ['$defs', 'definitions']

/** A schema inside another: under which keyword, and with which further step of a JSON pointer. */
export interface SubSchema {
  readonly keyword: string
  readonly name: string | undefined
  readonly schema: JsonSchema
}

/** Whether a value is a schema that says something; `true` and `false` say nothing that could be looked into. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The schemas right inside a schema, by keyword: a property that is named like a keyword is not taken for one. */
export function* subSchemas(schema: JsonSchema): Generator<SubSchema> {
  for (const keyword of ofOne) {
    const value = schema[keyword]
    if (isSchema(value)) yield { keyword, name: undefined, schema: value }
  }
  for (const [keyword, name, value] of listed(schema)) if (isSchema(value)) yield { keyword, name, schema: value }
}

/** Every schema of a document, with a pointer to it. */
export function* allSchemas(root: JsonSchema): Generator<{ readonly schema: JsonSchema; readonly pointer: string }> {
  const left = [{ schema: root, pointer: '' }]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    yield next
    const { pointer } = next
    for (const { keyword, name, schema } of subSchemas(next.schema)) {
      left.push({ schema, pointer: `${pointer}/${keyword}${name === undefined ? '' : `/${name}`}` })
    }
  }
}

/** A copy of a schema whose inner schemas are what `change` makes of them. */
export function withSubSchemas(schema: JsonSchema, change: (inner: JsonSchema) => JsonSchema): Record<string, unknown> {
  const apply = (value: unknown): unknown => (isSchema(value) ? change(value) : value)
  const copy: Record<string, unknown> = { ...schema }
  for (const keyword of ofOne) if (isSchema(copy[keyword])) copy[keyword] = apply(copy[keyword])
  for (const keyword of ofMany) {
    const value = copy[keyword]
    if (Array.isArray(value)) copy[keyword] = value.map(apply)
  }
  for (const keyword of ofNamed) {
    const value = copy[keyword]
    if (isSchema(value)) copy[keyword] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, apply(inner)]))
  }
  return copy
}

function* listed(schema: JsonSchema): Generator<readonly [keyword: string, name: string, value: unknown]> {
  for (const keyword of ofMany) {
    const value = schema[keyword]
    if (Array.isArray(value)) for (const [index, item] of value.entries()) yield [keyword, String(index), item]
  }
  for (const keyword of ofNamed) {
    const value = schema[keyword]
    if (isSchema(value)) for (const [name, item] of Object.entries(value)) yield [keyword, name, item]
  }
}
