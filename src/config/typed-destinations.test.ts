import { expect, test } from 'vitest'
import type { Json, JsonSchema } from '../contract/index.ts'
import type { ConfigModel, SecretField } from './config-model.ts'
import { withDefaults } from './defaults.ts'
import { schemasAt } from './json-schema.ts'
import { typedDestinations } from './typed-destinations.ts'

const text: JsonSchema = { type: 'string' }

/** What a secret is bound to and somebody typed, as `path=value`. */
const typed = (schema: object, config: Json, ...boundTo: readonly string[]): readonly string[] => {
  const jsonSchema = { type: 'object', ...schema }
  const secret: SecretField = { name: 'key', path: ['key'], boundTo: boundTo.map((path) => path.split('.')) }
  const inside: SecretField = { name: 'to.key', path: ['to', 'key'], boundTo: [] }
  const model = {
    jsonSchema,
    secrets: [secret, inside],
    schemasAt: (path: readonly string[]) => schemasAt(jsonSchema, path),
    complete: (given: Json) => withDefaults(jsonSchema, given),
  } as unknown as ConfigModel
  return typedDestinations(model, config, secret).map(({ path, value }) => `${path.join('.')}=${JSON.stringify(value)}`)
}

test('a value that a secret is bound to was typed, or comes from the code by default', () => {
  const schema = { properties: { url: { ...text, default: 'https://own' }, other: text } }
  expect(typed(schema, { url: 'https://typed', other: 'x' }, 'url')).toStrictEqual(['url="https://typed"'])
  expect(typed(schema, { url: 'https://own' }, 'url')).toStrictEqual([])
  expect(typed(schema, {}, 'url', 'other')).toStrictEqual([])
  expect(typed(schema, { url: 'https://typed', other: 'x' }, 'other', 'url')).toStrictEqual(['other="x"', 'url="https://typed"'])
})

test('a fixed value comes from the code, and so do true, false and null', () => {
  const schema = {
    properties: { region: { anyOf: [{ const: 'eu' }, { enum: ['us', 'ap'] }, text] }, on: { type: 'boolean' }, none: {}, port: {} },
  }
  for (const region of ['eu', 'us', 'ap']) expect(typed(schema, { region }, 'region'), region).toStrictEqual([])
  expect(typed(schema, { region: 'evil.example' }, 'region')).toStrictEqual(['region="evil.example"'])
  expect(typed(schema, { on: true, none: null, port: 0 }, 'on', 'none', 'port')).toStrictEqual(['port=0'])
})

test('of a group each value counts by itself, without the secrets in it; a list is one value', () => {
  const to = { properties: { host: text, path: { ...text, default: '/' }, hosts: { type: 'array' }, key: text } }
  const config = { to: { host: 'a', path: '/', hosts: ['b'], key: 'canary' } }
  expect(typed({ properties: { to } }, config, 'to')).toStrictEqual(['to.host="a"', 'to.hosts=["b"]'])
})
