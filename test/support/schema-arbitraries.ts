import fc from 'fast-check'
import type { Json } from '../../src/index.ts'
import { anyJson, anyText, nested } from './json-arbitraries.ts'

/** A JSON Schema as far as the OpenAPI document uses it. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly Json[]
  readonly const?: Json
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
}

/** What stands in for a field by its name: an id that exists, where the schema only says that it is one. */
export type Known = Readonly<Record<string, fc.Arbitrary<Json>>>

/** Values that fit a schema. */
export function fitting(schema: Schema, known: Known = {}, name: string = ''): fc.Arbitrary<Json> {
  const own = Object.hasOwn(known, name) ? known[name] : undefined
  if (own !== undefined) return own
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const either = schema.anyOf ?? schema.oneOf
  if (either !== undefined) return fc.oneof(...either.map((each) => fitting(each, known)))
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  return types.length === 0 ? anyJson : fc.oneof(...types.map((type) => ofType(type, schema, known)))
}

function ofType(type: string, schema: Schema, known: Known): fc.Arbitrary<Json> {
  switch (type) {
    case 'string':
      return schema.pattern === undefined ? text(schema) : fc.stringMatching(new RegExp(schema.pattern, 'u'))
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? -1e9, -(2 ** 31)), max: Math.min(schema.maximum ?? 1e9, 2 ** 31 - 1) })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true }).map((number) => number + 0)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(fitting(schema.items ?? {}, known), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 5, 5) })
    case 'object':
      return object(schema, known)
    default:
      throw new Error(`No values of the type ${type} are known here.`)
  }
}

function text({ minLength = 0, maxLength = 300 }: Schema): fc.Arbitrary<string> {
  return anyText.map((each) => {
    const filled = each.length < minLength ? each.padEnd(minLength, 'x') : each
    return filled.slice(0, maxLength)
  })
}

function object({ properties = {}, required = [] }: Schema, known: Known): fc.Arbitrary<Json> {
  const fields = Object.entries(properties).map(([name, field]) => [name, fitting(field, known, name)] as const)
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required], noNullPrototype: true })
}

/** Values that fit, with one place made hostile: another kind of value, far too much of it, or a field nobody asked for. */
export function hostile(schema: Schema, known: Known = {}): fc.Arbitrary<Json> {
  return fc.oneof(
    hostileValue,
    fc.tuple(fitting(schema, known), hostileValue, fc.nat()).map(([value, put, at]) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return put
      const names = [...Object.keys(value), ...Object.keys(schema.properties ?? {}), 'constructor', 'toString', '$ref', 'then', 'toJSON']
      return Object.assign(value, { [names[at % names.length] ?? '']: put })
    }),
  )
}

/** What somebody sends who looks for trouble. */
export const hostileValue: fc.Arbitrary<Json> = fc.oneof(
  anyJson,
  fc.constantFrom<Json>(
    null,
    [],
    {},
    true,
    '',
    '\u0000',
    '\ud800',
    '"; drop table plugboard_instances; --',
    "' or 1=1 --",
    '{{7*7}}${7*7}<%= 7*7 %>',
    '../../../../etc/passwd',
    `${'a'.repeat(5_000)}!`,
    '(a+)+$'.repeat(100),
    '%_\\'.repeat(50),
    2 ** 53,
    -1e308,
    5e-324,
    Array.from({ length: 2_000 }, (_, at) => at),
    Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, at])),
    nested(90, 'deep'),
  ),
)
