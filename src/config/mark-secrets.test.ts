/* eslint-disable unicorn/no-thenable -- `then` is a keyword of JSON Schema. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ConfigSchema, JsonSchema, SecretOptions } from '../contract/index.ts'
import { describeConfig, mask, type ConfigModel, type ConfigProblem } from './index.ts'

const canary = 'canary-7f3a9c'
const text = { type: 'string' }
function described(
  jsonSchema: object,
  secrets: Readonly<Record<string, SecretOptions>> = {},
): { model: ConfigModel | undefined; codes: readonly string[] } {
  const problems: ConfigProblem[] = []
  const schema: ConfigSchema = { schema: z.looseObject({}), jsonSchema: { type: 'object', ...jsonSchema } }
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
