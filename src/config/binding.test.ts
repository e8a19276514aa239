/* eslint-disable unicorn/no-thenable -- `then` is a keyword of JSON Schema. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ConfigSchema, SecretOptions } from '../contract/index.ts'
import { describeConfig, mergeSecrets, reentryRequired, type ConfigModel, type ConfigProblem, type Json } from './index.ts'

function modelOf(schema: ConfigSchema, secrets: Readonly<Record<string, SecretOptions>> = { apiKey: {} }): ConfigModel {
  const problems: ConfigProblem[] = []
  const model = describeConfig('p', schema, secrets, problems)
  if (model === undefined || problems.length > 0) throw new Error(JSON.stringify(problems))
  return model
}
function changedBy(model: ConfigModel, stored: Json, typed: Json): readonly string[] {
  return reentryRequired(model, stored, mergeSecrets(model, stored, typed)).flatMap((each) => each.changed)
}
const of = (jsonSchema: object): ConfigSchema => ({ schema: z.looseObject({}), jsonSchema: { type: 'object', ...jsonSchema } })
const apiKey = 'kept-key'
const text = { type: 'string' }
const url = { type: 'string', format: 'uri' }

test('a secret is bound to what tells the variants apart, even where it is not named; an empty list opts out', () => {
  const variants = z.object({
    apiKey: z.string(),
    note: z.string().optional(),
    to: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), url: z.url().default('https://a.example') }),
      z.object({ kind: z.literal('b'), url: z.url().default('https://b.example') }),
    ]),
  })
  const stored = { apiKey, to: { kind: 'a' } }
  expect(changedBy(modelOf(variants), stored, { to: { kind: 'b' } })).toStrictEqual(['to.url', 'to.kind'])
  expect(changedBy(modelOf(variants, { apiKey: { boundTo: ['note'] } }), stored, { to: { kind: 'b' } })).toStrictEqual(['to.kind'])
  expect(changedBy(modelOf(variants, { apiKey: { boundTo: [] } }), stored, { to: { kind: 'b' } })).toStrictEqual([])
  expect(changedBy(modelOf(variants), stored, { to: { kind: 'a', url: 'https://a.example' }, note: 'n' })).toStrictEqual([])
})

test('variants that nothing tells apart, each with an address of its own by default, are bound to as a whole', () => {
  const plain = z.object({
    apiKey: z.string(),
    to: z.union([
      z.object({ x: z.string(), url: z.url().default('https://a.example') }),
      z.object({ y: z.string(), url: z.url().default('https://b.example') }),
    ]),
  })
  expect(changedBy(modelOf(plain), { apiKey, to: { x: '1' } }, { to: { y: '1' } })).toContain('to')
})

test('addresses under any name at the root bind the whole config, of which other secrets are no part', () => {
  const schema = z.object({ apiKey: z.string(), other: z.string().optional() }).catchall(z.url())
  const model = modelOf(schema, { apiKey: {}, other: {} })
  const stored = { apiKey, eu: 'https://a.example' }
  expect(changedBy(model, stored, { eu: 'https://evil.example' })).toStrictEqual(['(whole config)'])
  expect(changedBy(model, stored, { eu: 'https://a.example', other: 'new' })).toStrictEqual([])
})

test('an address that only holds on a condition, in a list, or in a secret binds too', () => {
  const conditional = of({
    properties: { apiKey: text, mode: text },
    if: { properties: { mode: { const: 'far' } } },
    then: { properties: { to: url } },
  })
  expect(changedBy(modelOf(conditional), { apiKey, mode: 'far', to: 'https://a' }, { mode: 'far', to: 'https://b' })).toStrictEqual(['to'])
  expect(changedBy(modelOf(conditional), { apiKey, mode: 'far' }, { mode: 'near' })).toStrictEqual(['mode'])
  const list = of({ properties: { apiKey: text, hosts: { type: 'array', contains: url, items: text } } })
  expect(changedBy(modelOf(list), { apiKey, hosts: ['https://a'] }, { hosts: ['https://b'] })).toStrictEqual(['hosts'])
  const hook = of({ properties: { apiKey: text, hook: { ...url, writeOnly: true, default: 'https://a' } } })
  expect(changedBy(modelOf(hook), { apiKey }, { hook: 'https://b' })).toStrictEqual(['hook'])
})

test('a schema that contains itself binds where it is entered; at the root that is the whole config', () => {
  const self = of({ properties: { name: text, url, child: { $ref: '#' } } })
  const model = modelOf(
    of({
      properties: { apiKey: text, tree: { $ref: '#/$defs/tree' } },
      $defs: { tree: { type: 'object', properties: { url, child: { $ref: '#/$defs/tree' } } } },
    }),
  )
  expect(model.secrets[0]?.boundTo).toStrictEqual([['tree']])
  const problems: ConfigProblem[] = []
  describeConfig('p', self, { name: {} }, problems)
  expect(problems.map((problem) => problem.code)).toStrictEqual(['secret_in_recursion'])
})

test('the default of a group goes before those of its fields', () => {
  const model = modelOf(
    of({
      properties: {
        apiKey: text,
        server: {
          type: 'object',
          properties: { url: { ...url, default: 'https://inner' }, port: { default: 1 } },
          default: { url: 'https://outer' },
        },
      },
    }),
  )
  expect(model.complete({ apiKey })).toStrictEqual({ apiKey, server: { url: 'https://outer', port: 1 } })
  expect(model.complete({ apiKey, server: { url: null } })).toMatchObject({ server: { url: null } })
  expect(model.complete({ apiKey, server: {} })).toStrictEqual({ apiKey, server: { url: 'https://inner', port: 1 } })
})
