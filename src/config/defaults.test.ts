import { expect, test } from 'vitest'
import type { Json, JsonSchema } from '../contract/index.ts'
import { fitsType, withDefaults } from './defaults.ts'
import { withoutUnknown } from './unknown-fields.ts'

const filled = (schema: object, config: Json): Json => withDefaults(schema as JsonSchema, config)

test('a default stands where nothing was typed; what was typed stays, null and empty text too', () => {
  const schema = { properties: { a: { default: 1 }, b: {}, c: { default: null } } }
  expect(filled(schema, {})).toStrictEqual({ a: 1, c: null })
  for (const typed of [0, null, '', false]) expect(filled(schema, { a: typed, x: 2 })).toStrictEqual({ a: typed, x: 2, c: null })
})

test('the default of a group goes before those of its fields, which fill what it leaves out', () => {
  const schema = { properties: { group: { default: { a: 1 }, properties: { a: { default: 2 }, b: { default: 3 } } } } }
  expect(filled(schema, {})).toStrictEqual({ group: { a: 1, b: 3 } })
  expect(filled(schema, { group: {} })).toStrictEqual({ group: { a: 2, b: 3 } })
  expect(filled(schema, { group: 'x' })).toStrictEqual({ group: 'x' })
  // A group that nobody began has no fields.
  expect(filled({ properties: { group: { properties: { a: { default: 2 } } } } }, {})).toStrictEqual({})
})

test('defaults come through references and from what always holds, also where a schema contains itself', () => {
  const tree = { properties: { size: { default: 1 }, child: { $ref: '#/$defs/tree' } } }
  const root = { allOf: [{ properties: { a: { default: 'all' } } }, true], $ref: '#/$defs/tree', $defs: { tree } }
  expect(filled(root, { child: { child: {} } })).toStrictEqual({ a: 'all', size: 1, child: { size: 1, child: { size: 1 } } })
  expect(filled({ $ref: '#', properties: { a: { default: 1 } } }, {})).toStrictEqual({ a: 1 })
  expect(filled({ $ref: '#/none', properties: { a: { default: 1 } } }, {})).toStrictEqual({ a: 1 })
})

test('of variants those count that the values fit: by a fixed value, a choice, a type, or what they require', () => {
  const variant = (properties: object, rest: object = {}): object => ({
    properties: { ...properties, port: { default: properties } },
    ...rest,
  })
  const chosen = (one: object, two: object, config: Json): unknown => (filled({ anyOf: [one, two] }, config) as { port?: unknown }).port
  const [a, b] = [{ kind: { const: 'a' } }, { kind: { const: 'b' } }]
  expect(chosen(variant(a), variant(b), { kind: 'b' })).toStrictEqual(b)
  expect(chosen(variant(a), variant(b), { kind: 'c' })).toBeUndefined()
  const [c, d] = [{ kind: { enum: ['a', 'c'] } }, { kind: { enum: ['d'] } }]
  expect(chosen(variant(c), variant(d), { kind: 'c' })).toStrictEqual(c)
  expect(chosen(variant(c), variant(d), { kind: 'd' })).toStrictEqual(d)
  // What is required and absent rules a variant out, unless it has a default.
  expect(chosen(variant({ x: {} }, { required: ['x'] }), variant({ y: {} }, { required: ['y'] }), { y: 1 })).toStrictEqual({ y: {} })
  expect(chosen(variant({ x: { default: 5 } }, { required: ['x'] }), variant({ y: {} }), {})).toStrictEqual({ x: { default: 5 } })
  expect(chosen(variant({}, { type: 'string' }), variant({ n: {} }, { type: 'object' }), {})).toStrictEqual({ n: {} })
  // What always holds in a variant is looked at too.
  expect(chosen(variant({ z: {} }, { allOf: [{ properties: a }] }), variant(b), { kind: 'b' })).toStrictEqual(b)
  expect(chosen(variant({ z: {} }, { allOf: [{ properties: a }] }), variant(b), { kind: 'a' })).toStrictEqual({ z: {} })
  // A default that the first one fills in is what the second one sees.
  expect(filled({ oneOf: [{ properties: { kind: { default: 'b' } } }, variant(b)] }, {})).toStrictEqual({ kind: 'b', port: b })
})

test('where nothing was typed the default of a variant counts; null has no properties, and a variant that refers to itself is no trouble', () => {
  expect(filled({ properties: { a: { anyOf: [{ type: 'string', default: 'x' }] } } }, {})).toStrictEqual({ a: 'x' })
  expect(filled({ properties: { a: { anyOf: [{ properties: { b: {} } }] } } }, { a: null })).toStrictEqual({ a: null })
  const round = { allOf: [{ $ref: '#/$defs/round' }], properties: { a: { default: 1 } } }
  expect(filled({ anyOf: [{ $ref: '#/$defs/round' }], $defs: { round } }, {})).toStrictEqual({ a: 1 })
})

test('a property whose schema is true or false, or whose name would change what an object is, gets no default', () => {
  const schema = JSON.parse('{"properties":{"a":true,"__proto__":{"default":{"x":1}},"b":{"default":1}}}') as object
  const result = filled(schema, {})
  expect(result).toStrictEqual({ b: 1 })
  expect(Object.getPrototypeOf(result)).toBe(Object.prototype)
  expect(filled({ properties: { toString: { default: 'x' } } }, {})).toStrictEqual({ toString: 'x' })
})

test('a value is of the type that its schema names, an integer being a number', () => {
  const values: readonly Json[] = ['x', 1, 1.5, true, null, [], {}]
  const fitting = (type: unknown): readonly Json[] => values.filter((value) => fitsType({ type } as JsonSchema, value))
  expect(fitting('string')).toStrictEqual(['x'])
  expect(fitting('number')).toStrictEqual([1, 1.5])
  expect(fitting('integer')).toStrictEqual([1])
  expect(fitting('boolean')).toStrictEqual([true])
  expect(fitting('null')).toStrictEqual([null])
  expect(fitting('array')).toStrictEqual([[]])
  expect(fitting('object')).toStrictEqual([{}])
  expect(fitting(['string', 'null'])).toStrictEqual(['x', null])
  expect(fitting(undefined)).toStrictEqual(values)
})

test('what a schema does not describe is taken out and told; what it leaves open is kept', () => {
  const known = (schema: object, config: Json): { readonly kept: Json; readonly out: readonly string[] } => {
    const issues: { pointer: string; message: string }[] = []
    return { kept: withoutUnknown(schema as JsonSchema, config, issues), out: issues.map((issue) => issue.pointer) }
  }
  const schema = {
    type: 'object',
    properties: {
      a: { type: 'string' },
      group: { properties: { b: {} } },
      list: { type: 'array', items: { properties: { c: { type: 'number' } } } },
    },
  }
  expect(known(schema, { a: 1, 'A/': 1, group: { b: { any: 1 }, x: 1 }, list: [{ c: 1, d: 1 }, 'x'] })).toStrictEqual({
    kept: { a: 1, group: { b: { any: 1 } }, list: [{ c: 1 }, 'x'] },
    out: ['/A~1', '/group/x', '/list/0/d'],
  })
  const open = [{}, { title: 'x' }, { type: 'object' }, { type: ['object', 'null'] }]
  for (const each of open) expect(known({ properties: { a: each } }, { a: { x: 1 } }).out, JSON.stringify(each)).toStrictEqual([])
  const closed = [
    { type: 'object', properties: {} },
    { type: 'object', additionalProperties: false },
    { type: 'object', patternProperties: {} },
    { type: 'object', anyOf: [{ properties: {} }] },
    { type: 'object', oneOf: [{ properties: {} }] },
    { type: 'object', allOf: [{ properties: {} }] },
    { type: 'string' },
    { type: ['string', 'null'] },
    { type: 'array' },
  ]
  for (const each of closed) expect(known({ properties: { a: each } }, { a: { x: 1 } }).out, JSON.stringify(each)).toStrictEqual(['/a/x'])
  expect(known({ properties: { a: { type: 'array' } } }, { a: [{ x: 1 }] }).kept).toStrictEqual({ a: [{ x: 1 }] })
  expect(known({ properties: { a: { type: 'object' } } }, { a: [{ x: 1 }] }).out).toStrictEqual(['/a/0/x'])
  expect(known({ properties: { a: { type: 'array', items: { properties: {} } } } }, { a: [{ x: 1 }] }).out).toStrictEqual(['/a/0/x'])
  expect(known({ properties: { a: { type: 'array', prefixItems: [{ properties: {} }] } } }, { a: [{ x: 1 }, { y: 1 }] }).out).toStrictEqual(
    ['/a/0/x'],
  )
})
