import { expect, test } from 'vitest'
import type { JsonSchema } from '../index.ts'
import { ConfigOptionError } from './cli-errors.ts'
import { valueFromText } from './value-from-text.ts'

const read = (text: string, ...schemas: JsonSchema[]): unknown => valueFromText('--set field', text, schemas)

test('[16] text stays text where the schema says string, whatever it looks like', () => {
  for (const text of ['0123', 'true', 'null', '5', '{"a":1}', '', ' spaced ', 'سلام 🎈']) expect(read(text, { type: 'string' })).toBe(text)
})

test('[16] numbers, booleans and null are read where the schema says so', () => {
  expect(read('5', { type: 'number' })).toBe(5)
  expect(read('-0.5e3', { type: 'number' })).toBe(-500)
  expect(read('007', { type: 'integer' })).toBe(7)
  expect(read('false', { type: 'boolean' })).toBe(false)
  expect(read('null', { type: ['string', 'null'] })).toBeNull()
  expect(read('null', { anyOf: [] }, { type: 'string' }, { type: 'null' })).toBeNull()
})

test('[16] objects and lists are read as JSON', () => {
  expect(read('["a",1]', { type: 'array' })).toEqual(['a', 1])
  expect(read('{"a":{"b":null}}', { type: 'object' })).toEqual({ a: { b: null } })
})

test('where text and something else fit, it is text unless it reads exactly as the other', () => {
  const schemas: JsonSchema[] = [{ type: 'string' }, { type: 'number' }, { type: 'array' }]
  expect(['5', '0123', '+5', '["a"]', '[not json'].map((text) => read(text, ...schemas))).toEqual([5, '0123', '+5', ['a'], '[not json'])
})

test('a literal of an enum keeps its type, and where nothing is said JSON is tried', () => {
  expect(read('2', { enum: [1, 2, 'three'] })).toBe(2)
  expect(read('three', { enum: [1, 2, 'three'] })).toBe('three')
  expect(read('on', { const: 'on' })).toBe('on')
  expect([read('5', {}), read('five', {}), read('null', {})]).toEqual([5, 'five', null])
})

test('what does not fit is refused, without being quoted', () => {
  const secret = 'canary-5f3a'
  const schemas: JsonSchema[] = [
    { type: 'number' },
    { type: 'boolean' },
    { type: 'object' },
    { type: 'array' },
    { type: 'null' },
    { enum: [1] },
  ]
  for (const schema of schemas) {
    expect(() => read(secret, schema)).toThrow(ConfigOptionError)
    expect(() => read(secret, schema)).not.toThrow(secret)
  }
  expect(() => read('12345678901234567890', { type: 'integer' })).toThrow('too large to be kept exactly')
  expect(() => read('{"a":', { type: 'object' })).toThrow('written as JSON')
  expect(() => read('[]', { type: 'object' })).toThrow('an object')
})
