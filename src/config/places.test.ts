import { expect, test } from 'vitest'
import type { JsonSchema } from '../contract/index.ts'
import { destinations, discriminators } from './bindable.ts'
import { places, reachable, recursiveSchemas, type Place } from './places.ts'

const titled = (schema: object): ReadonlyMap<string, Place> =>
  new Map([...places(schema as JsonSchema)].flatMap((place) => (place.schema.title === undefined ? [] : [[place.schema.title, place]])))
const where = (schema: object, title: string): unknown => {
  const place = titled(schema).get(title)
  return place === undefined ? undefined : [place.path.join('/'), place.field.join('/'), place.within]
}
const x: JsonSchema = { title: 'x', type: 'string' }

test('a place has the path that leads to it, and the field that it is, or is part of', () => {
  expect(where({ title: 'x' }, 'x')).toStrictEqual(['', '', undefined])
  expect(where({ properties: { a: { properties: { b: x } } } }, 'x')).toStrictEqual(['a/b', 'a/b', undefined])
  for (const keyword of ['items', 'contains', 'unevaluatedItems', 'additionalItems'])
    expect(where({ properties: { a: { [keyword]: { properties: { b: x } } } } }, 'x'), keyword).toStrictEqual(['a/[]/b', 'a', 'array'])
  expect(where({ properties: { a: { prefixItems: [true, { properties: { b: x } }] } } }, 'x')).toStrictEqual(['a/[]/b', 'a', 'array'])
  for (const map of [{ additionalProperties: x }, { unevaluatedProperties: x }, { patternProperties: { '^a': x } }])
    expect(where({ properties: { a: map } }, 'x')).toStrictEqual(['a/*', 'a', 'map'])
  // The outermost of an array and a map decides.
  expect(where({ properties: { a: { items: { additionalProperties: x } } } }, 'x')).toStrictEqual(['a/[]/*', 'a', 'array'])
  expect(where({ properties: { a: { additionalProperties: { items: x } } } }, 'x')).toStrictEqual(['a/*/[]', 'a', 'map'])
  expect(where({ not: x, propertyNames: x, if: x }, 'x')).toBeUndefined()
})

test('a schema that is only true or false is no place to look into', () => {
  const paths = (schema: object): readonly string[] => [...places(schema as JsonSchema)].map(({ path }) => path.join('/'))
  expect(paths({ properties: { a: true, b: x, c: false } })).toStrictEqual(['', 'b'])
  expect(paths({ prefixItems: [true, x, false], items: true })).toStrictEqual(['', '[]'])
})

test('what is right inside a place is a field of its own, unless the place is only part of one', () => {
  const schema = {
    properties: { a: { title: 'group' }, list: { items: { title: 'item' } }, map: { additionalProperties: { title: 'value' } } },
  }
  expect(['group', 'item', 'value'].map((title) => titled(schema).get(title)?.fieldOf('n'))).toStrictEqual([['a', 'n'], ['list'], ['map']])
})

test('a schema that contains itself is gone through once, and is one field', () => {
  const tree = { title: 'tree', properties: { key: { title: 'key' }, child: { $ref: '#/$defs/tree' } } }
  const root: JsonSchema = { type: 'object', properties: { top: { $ref: '#/$defs/tree' }, a: x }, $defs: { tree } }
  expect(where(root, 'key')).toStrictEqual(['top/key', 'top', 'recursion'])
  expect(where(root, 'x')).toStrictEqual(['a', 'a', undefined])
  expect([...places(root)].filter((place) => place.schema.title === 'key')).toHaveLength(1)
  expect([...recursiveSchemas(root)]).toStrictEqual([root.$defs?.['tree']])
  expect(recursiveSchemas({ properties: { a: { $ref: '#/$defs/x' } }, $defs: { x } }).size).toBe(0)
})

test('what stands in a schema is found by nesting and by reference, definitions only where something refers to them', () => {
  const used: JsonSchema = { title: 'used', properties: { x } }
  const root: JsonSchema = {
    properties: { a: { $ref: '#/$defs/used' } },
    $defs: { used, unused: { title: 'unused' } },
    definitions: { old: { title: 'old' } },
  }
  expect([...reachable(root, root)].flatMap(({ title }) => title ?? []).toSorted()).toStrictEqual(['used', 'x'])
})

test('around a value stands the smallest config that holds it, with what says which variant it is', () => {
  const schema = {
    properties: {
      auth: { anyOf: [{ properties: { kind: { const: 'key' }, mode: { enum: ['only'] }, either: { enum: [1, 2] }, flag: true, key: x } }] },
      pair: { prefixItems: [true, { title: 'second' }] },
      list: { items: { title: 'item' } },
      map: { additionalProperties: { title: 'value' } },
    },
  }
  const around = (title: string): unknown => titled(schema).get(title)?.around('v')
  expect(around('x')).toStrictEqual({ auth: { kind: 'key', mode: 'only', key: 'v' } })
  expect(around('second')).toStrictEqual({ pair: ['v', 'v'] })
  expect(around('item')).toStrictEqual({ list: ['v'] })
  expect(around('value')).toStrictEqual({ map: { key: 'v' } })
  expect(['x', 'second', 'item', 'value'].map((title) => titled(schema).get(title)?.keys)).toStrictEqual([
    ['auth', 'key'],
    ['pair', 1],
    ['list', 0],
    ['map', 'key'],
  ])
})

const sent = (schema: object): readonly string[] =>
  destinations(schema as JsonSchema, [...places(schema as JsonSchema)]).map((path) => path.join('/'))
const telling = (schema: object): readonly string[] =>
  discriminators(schema as JsonSchema, [...places(schema as JsonSchema)]).map((path) => path.join('/'))

test('a secret goes where a field of the format of an address says', () => {
  const formats = 'uri iri uri-reference iri-reference uri-template hostname idn-hostname ipv4 ipv6'
  for (const format of formats.split(' ')) expect(sent({ properties: { a: { format } } }), format).toStrictEqual(['a'])
  for (const format of ['email', 'date-time', '', undefined]) expect(sent({ properties: { a: { format } } })).toStrictEqual([])
  // Part of a list or of a map: the whole of it.
  expect(
    sent({ properties: { hosts: { items: { format: 'hostname' } }, a: { properties: { url: { format: 'uri' } } } } }).toSorted(),
  ).toStrictEqual(['a/url', 'hosts'])
})

test('a field that says which variant holds decides too: a fixed value in one, or a choice in two', () => {
  const variants = (...each: object[]): object => ({ properties: { to: { anyOf: each.map((properties) => ({ properties })) } } })
  expect(telling(variants({ kind: { const: 'a' } }, { kind: { const: 'b' } }))).toStrictEqual(['to/kind'])
  expect(telling(variants({ kind: { enum: ['a'] } }, { other: {} }))).toStrictEqual(['to/kind'])
  expect(telling(variants({ kind: { enum: ['a', 'b'] } }, { kind: { enum: ['c', 'd'] } }))).toStrictEqual(['to/kind'])
  expect(telling(variants({ kind: { enum: ['a', 'b'] } }, { other: {} }))).toStrictEqual([])
  expect(telling(variants({ kind: {} }, { kind: {} }))).toStrictEqual([])
  // One variant alone leaves no choice.
  expect(telling(variants({ kind: { const: 'a' } }))).toStrictEqual([])
  expect(
    telling({ if: { properties: { kind: { const: 'a' } } }, ['then' as string]: { properties: {} }, else: { properties: {} } }),
  ).toStrictEqual(['kind'])
  expect(telling({ if: { properties: {} }, else: { properties: { kind: { const: 'a' } } } })).toStrictEqual(['kind'])
  expect(telling({ oneOf: [{ properties: { kind: { $ref: '#/$defs/a' } } }, {}], $defs: { a: { const: 'a' } } })).toStrictEqual(['kind'])
})

test('variants that nothing tells apart decide as a whole where one has an address by default', () => {
  const variants = (...each: object[]): readonly string[] => sent({ properties: { to: { anyOf: each } } }).filter((path) => path === 'to')
  const url = { properties: { url: { format: 'uri', default: 'https://a.example' } } }
  const plain = { properties: { name: { type: 'string' } } }
  expect(variants(url, plain)).toStrictEqual(['to'])
  expect(variants(url)).toStrictEqual([])
  expect(variants(plain, plain)).toStrictEqual([])
  expect(variants({ properties: { url: { format: 'uri' } } }, plain)).toStrictEqual([])
  expect(variants(url, { type: 'null' })).toStrictEqual([])
  expect(variants({ properties: { ...url.properties, kind: { const: 'a' } } }, { properties: { kind: { const: 'b' } } })).toStrictEqual([])
  // By reference too: it leads from the document's root.
  for (const keyword of ['$defs', 'definitions'])
    expect(sent({ properties: { to: { anyOf: [{ $ref: `#/${keyword}/url` }, plain] } }, [keyword]: { url } }), keyword).toContain('to')
})
