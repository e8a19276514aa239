/* eslint-disable unicorn/no-thenable -- `then` is a keyword of JSON Schema. */
import { expect, test } from 'vitest'
import type { ConfigSchema, JsonSchema, SecretOptions } from '../contract/index.ts'
import { describeConfig, mask, type ConfigModel, type ConfigProblem } from './index.ts'
import { markSecrets } from './mark-secrets.ts'

const canary = 'canary-7f3a9c'
const text = { type: 'string' }
function described(
  jsonSchema: object,
  secrets: Readonly<Record<string, SecretOptions>> = {},
): { model: ConfigModel | undefined; codes: readonly string[] } {
  const problems: ConfigProblem[] = []
  const taking = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } }
  const schema = { schema: taking, jsonSchema: { type: 'object', ...jsonSchema } } as ConfigSchema
  return { model: describeConfig('p', schema, secrets, problems), codes: problems.map((problem) => problem.code) }
}
const isWriteOnly = (model: ConfigModel | undefined, path: readonly string[]): boolean | undefined =>
  model?.schemasAt(path).some((schema: JsonSchema) => schema.writeOnly === true)

test('a secret behind references is marked in a copy of its own, and a definition that only it had is gone', () => {
  const { model, codes } = described(
    {
      properties: { a: { $ref: '#/$defs/group' }, b: { $ref: '#/$defs/group' }, c: { $ref: '#/properties/a' } },
      $defs: {
        group: {
          type: 'object',
          properties: { key: { $ref: '#/$defs/key' }, on: { type: 'boolean' } },
          examples: [{ on: true, key: 'e' }],
        },
        key: { type: 'string', minLength: 4 },
        unused: { default: canary },
      },
    },
    { 'a.key': {} },
  )
  expect(codes).toStrictEqual([])
  expect(
    [
      ['a', 'key'],
      ['b', 'key'],
      ['c', 'key'],
      ['a', 'on'],
    ].map((path) => isWriteOnly(model, path)),
  ).toStrictEqual([true, false, false, false])
  expect(model?.jsonSchema.properties?.['a']).toStrictEqual({
    type: 'object',
    properties: { key: { type: 'string', minLength: 4, writeOnly: true }, on: { type: 'boolean' } },
    examples: [{ on: true }],
  })
  expect(JSON.stringify(model?.jsonSchema)).not.toContain(canary)
})

test('no default and no example of a secret is left, wherever it is written', () => {
  const { model, codes } = described(
    {
      default: { auth: { key: canary } },
      examples: [{ auth: canary }, { auth: { key: canary, user: 'ann' } }],
      properties: {
        auth: {
          allOf: [
            { default: { key: canary, user: 'bob' } },
            { type: 'object', properties: { key: { anyOf: [{ ...text, default: canary }] }, user: text } },
          ],
        },
        group: { type: 'object', writeOnly: true, properties: { default: { ...text, default: canary }, deep: { $ref: '#/$defs/deep' } } },
      },
      $defs: { deep: { type: 'object', properties: { again: { $ref: '#/$defs/deep' } }, default: { x: canary } } },
    },
    { 'auth.key': {} },
  )
  expect(codes).toStrictEqual([])
  expect(JSON.stringify(model?.jsonSchema)).not.toContain(canary)
  expect(model?.jsonSchema['examples']).toStrictEqual([{ auth: { user: 'ann' } }])
  // A property that is named like a keyword is still there.
  expect(model?.schemasAt(['group', 'default'])).not.toStrictEqual([])
})

test('a secret under one name of a map is a property beside it; every variant that has it is marked', () => {
  const { model } = described({ properties: { headers: { type: 'object', additionalProperties: text } } }, { 'headers.auth': {} })
  expect([isWriteOnly(model, ['headers', 'auth']), isWriteOnly(model, ['headers', 'other'])]).toStrictEqual([true, false])
  const variants = described(
    { oneOf: [{ properties: { key: text } }, { properties: { key: text, more: text } }, { properties: { x: text } }] },
    { key: {} },
  )
  expect(variants.model?.jsonSchema.oneOf?.map((variant) => variant.properties?.['key']?.writeOnly)).toStrictEqual([true, true, undefined])
})

test('a writeOnly that could not be hidden, a reference that can not be followed, a pattern that can not be read: registration problems', () => {
  const secret = { ...text, writeOnly: true }
  expect(described({ writeOnly: true, properties: { a: text } }).codes).toStrictEqual(['secret_unreachable'])
  expect(described({ properties: { a: { type: 'object', propertyNames: secret } } }).codes).toStrictEqual(['secret_unreachable'])
  expect(described({ properties: { a: { not: secret } } }).codes).toStrictEqual(['secret_unreachable'])
  expect(described({ properties: { a: { type: 'array', contains: secret } } }).codes).toStrictEqual(['secret_in_array'])
  expect(described({ properties: { a: { type: 'array', contains: secret } } }, { a: {} }).codes).toStrictEqual([])
  expect(described({ properties: { a: text }, $defs: { unused: secret } }).codes).toStrictEqual([])
  for (const ref of ['#name', 'https://x.example/y', '#/$defs/none', '#/constructor', '#/%'])
    expect(described({ properties: { a: { $ref: ref } } }).codes, ref).toStrictEqual(['config_ref_unknown'])
  expect(described({ patternProperties: { '[': text } }).codes).toStrictEqual(['config_pattern_invalid'])
  const { model, codes } = described({ properties: { 'x.y': secret }, then: { properties: { z: secret } } })
  expect([codes, mask(model as ConfigModel, { 'x.y': canary, z: canary })]).toMatchObject([
    [],
    {
      config: {},
      secrets: [
        { path: 'x.y', set: true },
        { path: 'z', set: true },
      ],
    },
  ])
})

test('a declared secret with a dot in its name is found; what it can mean is all hidden', () => {
  const { model, codes } = described(
    { properties: { 'a.b': text, a: { type: 'object', properties: { b: text, c: text } } } },
    { 'a.b': {} },
  )
  expect(codes).toStrictEqual([])
  expect(mask(model as ConfigModel, { 'a.b': canary, a: { b: canary, c: 'shown' } }).config).toStrictEqual({ a: { c: 'shown' } })
})

/** A schema with the secrets at these paths marked. */
const marked = (schema: object, ...paths: readonly string[]): JsonSchema =>
  markSecrets(
    // As it comes from a document: no two places are the same object.
    JSON.parse(JSON.stringify(schema)) as JsonSchema,
    paths.map((name) => ({ name, path: name.split('.'), boundTo: [] })),
  )
const hidden = { ...text, writeOnly: true }

test("where nothing is secret the schema is its author's own", () => {
  const schema = { properties: { a: { $ref: '#/properties/b' }, b: text }, $defs: { unused: text } }
  expect(marked(schema)).toStrictEqual(schema)
})

test('a map beside variants that have the secret by name stays a map', () => {
  const map = { additionalProperties: text }
  expect(marked({ anyOf: [{ properties: { key: text } }, map] }, 'key')).toStrictEqual({ anyOf: [{ properties: { key: hidden } }, map] })
  expect(marked({ properties: { key: text }, anyOf: [map] }, 'key')).toStrictEqual({ properties: { key: hidden }, anyOf: [map] })
  expect(marked({ properties: { key: true } }, 'key')).toStrictEqual({ properties: { key: { writeOnly: true } } })
})

test('what refers to a group with a secret gets a copy of it, and its own words go before those of the group', () => {
  const group = { title: 'group', type: 'object', properties: { key: text } }
  const of = (field: object, shared: object = group): unknown =>
    marked({ properties: { a: { $ref: '#/$defs/group', ...field } }, $defs: { group: shared } }, 'a.key').properties?.['a']
  const copy = { ...group, properties: { key: hidden } }
  expect(of({})).toStrictEqual(copy)
  const words = {
    title: 'a',
    description: 'b',
    default: { on: true },
    examples: [{ on: true }],
    deprecated: true,
    readOnly: true,
    writeOnly: true,
    $comment: 'c',
  }
  for (const [note, said] of Object.entries(words))
    expect(of({ [note]: said }, { ...group, [note]: 'other' }), note).toStrictEqual({ ...copy, [note]: said })
  // Of what both say of the value, both hold.
  expect(of({ title: 'own', required: ['key'] }, { ...group, required: ['on'] })).toStrictEqual({
    title: 'own',
    required: ['key'],
    allOf: [{ ...copy, required: ['on'] }],
  })
  const more = { type: 'object', required: ['more'] }
  expect(of({ type: 'object', allOf: [more] })).toStrictEqual({ type: 'object', allOf: [more, copy] })
})

test('a copy has no name of its own: a document must have each only once', () => {
  const names = { $id: 'https://a.example', $anchor: 'a', $dynamicAnchor: 'b', id: 'c' }
  const group = { ...names, properties: { key: { ...text, ...names } } }
  expect(marked({ properties: { a: { $ref: '#/$defs/group' } }, $defs: { group } }, 'a.key')).toStrictEqual({
    properties: { a: { properties: { key: hidden } } },
  })
})

test('a reference is followed only where the secret lies behind it, into definitions of either name, and not round in a circle', () => {
  const other = { properties: { x: text } }
  const group = { properties: { key: text } }
  expect(
    marked({ anyOf: [{ $ref: '#/definitions/group' }, { $ref: '#/definitions/other' }], definitions: { group, other } }, 'key'),
  ).toStrictEqual({ anyOf: [{ properties: { key: hidden } }, { $ref: '#/definitions/other' }], definitions: { other } })
  const round = { anyOf: [group, { $ref: '#/$defs/round' }] }
  expect(marked({ properties: { a: { $ref: '#/$defs/round' } }, $defs: { round } }, 'a.key').properties?.['a']).toStrictEqual({
    anyOf: [{ properties: { key: hidden } }, { $ref: '#/$defs/round' }],
  })
})

test('what a secret is made of is written out without examples, eight definitions deep', () => {
  const names = Array.from({ length: 12 }, (_, n) => `d${n}`)
  const $defs = Object.fromEntries(
    names.map((name, n) => [name, { title: name, example: canary, examples: [canary], properties: { in: { $ref: `#/$defs/d${n + 1}` } } }]),
  )
  const told = JSON.stringify(marked({ properties: { key: { $ref: '#/$defs/d0', example: canary, examples: [canary] } }, $defs }, 'key'))
  expect(told).not.toContain(canary)
  expect(names.filter((name) => told.includes(`"${name}"`))).toStrictEqual(names.slice(0, 8))
})

test('out of the default and the examples of a group only the secret is taken, on a condition too', () => {
  const group = { type: 'object', properties: { key: text } }
  const left = (shown: unknown): unknown => {
    const schema = { default: shown, example: shown, examples: [shown], properties: { auth: group } }
    const { default: byDefault, example, examples } = marked(schema, 'auth.key') as Readonly<Record<string, unknown>>
    expect([example, examples]).toStrictEqual([byDefault, byDefault === undefined ? [] : [byDefault]])
    return byDefault
  }
  expect(left({ auth: { key: canary, user: 'ann' }, port: 1 })).toStrictEqual({ auth: { user: 'ann' }, port: 1 })
  for (const shown of [{ port: 1 }, { auth: null, port: 1 }, { auth: {} }, {}]) expect(left(shown)).toStrictEqual(shown)
  expect(left({ auth: canary })).toBeUndefined()
  const conditional = { if: {}, ['then' as string]: { default: { key: canary } }, else: { default: { key: canary } } }
  const dependent = { allOf: [{ default: { key: canary } }, false], dependentSchemas: { x: { default: { key: canary } } } }
  const told = marked({ properties: { key: text }, ...conditional, ...dependent }, 'key')
  expect(JSON.stringify(told)).not.toContain(canary)
  expect('default' in marked({ properties: { key: text } }, 'key')).toBe(false)
})
