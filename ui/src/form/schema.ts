import type { PluginDetail } from '../api/client.ts'

export type Schema = NonNullable<PluginDetail['schema']>
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type Path = readonly (string | number)[]

export interface Choice {
  readonly value: Json
  readonly label: string
}

/** What a schema is shown as. */
export type Kind =
  | { readonly kind: 'text' | 'long' | 'url' | 'date' | 'date-time' | 'switch' | 'json' | 'list' | 'map' | 'group' | 'nothing' }
  | { readonly kind: 'number'; readonly whole: boolean }
  | { readonly kind: 'file'; readonly base64: boolean }
  | { readonly kind: 'choice'; readonly choices: readonly Choice[]; readonly radio: boolean }
  | { readonly kind: 'several'; readonly choices: readonly Choice[] }
  | { readonly kind: 'variants'; readonly variants: readonly Schema[] }

/** Up to so many choices are shown at once. */
const mostRadios = 4

const asSchema = (given: unknown): Schema => (typeof given === 'object' && given !== null ? given : {}) as Schema

/** What a reference within the document points at, beside what stands next to it. */
export function resolve(given: unknown, root: Schema, depth = 0): Schema {
  const schema = asSchema(given)
  if (schema.$ref === undefined || depth > 20) return schema
  const steps = schema.$ref
    .replace(/^#\/?/, '')
    .split('/')
    .filter((step) => step !== '')
  let target: unknown = root
  for (const step of steps)
    target = (target as Readonly<Record<string, unknown>> | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')]
  const { $ref: _reference, ...beside } = schema
  return { ...resolve(target, root, depth + 1), ...beside }
}

export function typesOf(schema: Schema): readonly string[] {
  const type: unknown = schema.type
  return Array.isArray(type) ? (type as readonly string[]) : typeof type === 'string' ? [type] : []
}

function optionsOf(schema: Schema): readonly unknown[] {
  return schema.oneOf ?? schema.anyOf ?? []
}

function isNothing(schema: Schema): boolean {
  return typesOf(schema).join() === 'null' || schema['const'] === null
}

/** A schema without the `null` it allows, and whether it allows one. */
export function withoutNull(given: unknown, root: Schema): { readonly schema: Schema; readonly nullable: boolean } {
  const schema = resolve(given, root)
  const types = typesOf(schema)
  if (types.length > 1 && types.includes('null')) {
    const rest = types.filter((type) => type !== 'null')
    return { schema: { ...schema, type: rest.length === 1 ? rest[0] : rest } as Schema, nullable: true }
  }
  const options = optionsOf(schema).map((each) => resolve(each, root))
  const others = options.filter((each) => !isNothing(each))
  if (others.length === options.length) return { schema, nullable: false }
  const { oneOf: _one, anyOf: _any, ...rest } = schema
  const [only] = others
  return {
    schema: others.length === 1 && only !== undefined ? { ...only, ...rest } : { ...rest, anyOf: others },
    nullable: true,
  }
}

export function kindOf(schema: Schema, root: Schema): Kind {
  if (schema['contentEncoding'] !== undefined || schema['contentMediaType'] !== undefined)
    return { kind: 'file', base64: schema['contentEncoding'] === 'base64' }
  const choices = choicesOf(schema, root)
  if (choices !== undefined) return { kind: 'choice', choices, radio: choices.length <= mostRadios }
  if (schema['const'] !== undefined) return { kind: 'nothing' }
  const variants = optionsOf(schema).map((each) => resolve(each, root))
  if (variants.length > 0) return { kind: 'variants', variants: variants.map((each) => titled(each, root)) }
  const types = typesOf(schema)
  if (types.length > 1) return { kind: 'json' }
  switch (types[0]) {
    case 'boolean':
      return { kind: 'switch' }
    case 'integer':
    case 'number':
      return { kind: 'number', whole: types[0] === 'integer' }
    case 'array': {
      const items = resolve(schema['items'], root)
      const among = choicesOf(items, root)
      return among !== undefined && schema['uniqueItems'] === true
        ? { kind: 'several', choices: among }
        : { kind: schema['prefixItems'] === undefined ? 'list' : 'json' }
    }
    case 'object':
      return {
        kind:
          schema.properties !== undefined && Object.keys(schema.properties).length > 0
            ? 'group'
            : schema['additionalProperties'] === false
              ? 'group'
              : 'map',
      }
    case 'string':
      return textKind(schema)
    default:
      return schema.properties === undefined ? { kind: 'json' } : { kind: 'group' }
  }
}

function textKind(schema: Schema): Kind {
  const { format } = schema
  const most = schema['maxLength']
  if (format === 'date' || format === 'date-time') return { kind: format }
  if (format === 'uri' || format === 'hostname') return { kind: 'url' }
  return { kind: format === 'textarea' || (typeof most === 'number' && most > 255) ? 'long' : 'text' }
}

function choicesOf(schema: Schema, root: Schema): readonly Choice[] | undefined {
  const among = schema['enum']
  if (Array.isArray(among)) return among.map((value: Json) => ({ value, label: wordsFor(value) }))
  const options = optionsOf(schema).map((each) => resolve(each, root))
  if (options.length === 0 || !options.every((each) => each['const'] !== undefined)) return undefined
  return options.map((each) => ({ value: each['const'] as Json, label: textOf(each['title']) ?? wordsFor(each['const'] as Json) }))
}

/** `https` stays, `startTls` becomes `Start tls`. */
function wordsFor(value: Json): string {
  return typeof value === 'string' ? inWords(value) : JSON.stringify(value)
}

/** The fixed values that tell one variant from the others. */
export function marksOf(variant: Schema, root: Schema): readonly (readonly [name: string, value: Json])[] {
  return Object.entries(variant.properties ?? {}).flatMap(([name, given]) => {
    const value = resolve(given, root)['const']
    return value === undefined ? [] : [[name, value as Json] as const]
  })
}

function titled(variant: Schema, root: Schema): Schema {
  if (textOf(variant['title']) !== undefined) return variant
  const [mark] = marksOf(variant, root)
  const title = mark === undefined ? (typesOf(variant)[0] ?? 'JSON') : wordsFor(mark[1])
  return { ...variant, title: title.charAt(0).toUpperCase() + title.slice(1) }
}

/** Which variant a value is of, -1 for none. */
export function variantOf(variants: readonly Schema[], value: Json | undefined, root: Schema): number {
  if (value === undefined) return -1
  if (!isObject(value)) return variants.findIndex((variant) => typesOf(variant).includes(jsonType(value)))
  const marked = variants.findIndex((variant) => {
    const marks = marksOf(variant, root)
    return marks.length > 0 && marks.every(([name, mark]) => value[name] === mark)
  })
  if (marked !== -1) return marked
  return variants.findIndex((variant) => {
    const required: unknown = variant['required']
    const known = Object.keys(variant.properties ?? {})
    return (
      marksOf(variant, root).length === 0 &&
      Object.keys(value).every((name) => known.includes(name)) &&
      (!Array.isArray(required) || required.every((name) => String(name) in value))
    )
  })
}

export function jsonType(value: Json): string {
  return value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'number' && Number.isInteger(value)
        ? 'integer'
        : typeof value
}

export function isObject(value: unknown): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `baseUrl`, `base_url` → `Base url` */
export function inWords(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .toLowerCase()
  return words === '' ? name : `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

export function titleOf(schema: Schema, name: string | number): string {
  return textOf(schema['title']) ?? (typeof name === 'number' ? String(name + 1) : inWords(name))
}

/** An empty value that a new item of a list, or a group that was not there, begins with; `undefined` where nothing of its type is empty, as of a number. */
export function blank(given: unknown, root: Schema): Json | undefined {
  const { schema, nullable } = withoutNull(given, root)
  if (schema['const'] !== undefined) return schema['const'] as Json
  const fallback: unknown = schema['default']
  if (fallback !== undefined) return fallback as Json
  if (nullable) return null
  const kind = kindOf(schema, root)
  if (kind.kind === 'group') return {}
  if (kind.kind === 'list' || kind.kind === 'several') return []
  if (kind.kind === 'map') return {}
  if (kind.kind === 'switch') return false
  return kind.kind === 'text' || kind.kind === 'long' || kind.kind === 'url' ? '' : undefined
}
