import { expect, test } from 'vitest'
import type { JsonSchema } from '../contract/index.ts'
import type { SecretField } from './config-model.ts'
import { tellablePath, typedNames, withoutTypedNames } from './typed-names.ts'

const text: JsonSchema = { type: 'string' }
const secret = (...path: readonly string[]): SecretField => ({ name: path.join('.'), path, boundTo: [] })

test('[24] numbers of items are told, a typed name that looks like one is not', () => {
  const model = {
    jsonSchema: { properties: { tokens: { items: { properties: { name: text } } }, map: { additionalProperties: text } } },
    secrets: [secret('tokens'), secret('map')],
  }
  const told = (...path: readonly string[]): string => tellablePath(model, path).join('/')
  expect(told('tokens', '12', 'name')).toBe('tokens/12/name')
  for (const name of ['1canary', 'canary1', '']) expect(told('tokens', name, 'name'), name).toBe('tokens')
  expect(told('map', '12')).toBe('map')
})

test('[24] a field that only some variants of a secret have is told by its name, and is no typed one', () => {
  const auth = { anyOf: [{ properties: { user: text } }, { properties: { token: text } }] }
  const model = { jsonSchema: { properties: { auth } }, secrets: [secret('auth')] }
  expect(tellablePath(model, ['auth', 'token', 'canary'])).toStrictEqual(['auth', 'token'])
  expect(typedNames(model, { auth: { user: 'x', token: 'y', typed: 'z' } })).toStrictEqual(['typed'])
})

test('[24] a pointer into a secret loses what was typed, another is told as it is, odd names of fields too', () => {
  const model = { jsonSchema: { properties: { 'a/b~c': { additionalProperties: text } } }, secrets: [secret('a/b~c')] }
  const told = (pointer: string): string | undefined => withoutTypedNames(model, [{ pointer, message: 'm' }])[0]?.pointer
  expect(told('/a~1b~0c/canary~1x')).toBe('/a~1b~0c')
  for (const pointer of ['', '/a~1b~0c', '/other/~0~1/0', '/']) expect(told(pointer)).toBe(pointer)
  expect(withoutTypedNames(model, [{ pointer: '/a', message: 'm' }])).toStrictEqual([{ pointer: '/a', message: 'm' }])
})
