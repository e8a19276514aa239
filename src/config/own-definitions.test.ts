import { expect, test } from 'vitest'
import type { JsonSchema } from '../contract/index.ts'
import { ownDefinitions, withoutUnusedDefinitions } from './own-definitions.ts'

const text: JsonSchema = { type: 'string' }

test('what is referred to in the middle of a schema becomes a definition, one for all who refer to it', () => {
  const schema: JsonSchema = {
    properties: { a: text, b: { $ref: '#/properties/a' }, c: { $ref: '#/properties/a' }, d: { $ref: '#/properties/b' } },
    $defs: { group: { properties: { key: text } } },
  }
  const before = structuredClone(schema)
  expect(ownDefinitions(schema)).toStrictEqual({
    properties: { a: text, b: { $ref: '#/$defs/shared1' }, c: { $ref: '#/$defs/shared1' }, d: { $ref: '#/$defs/shared0' } },
    $defs: { ...schema.$defs, shared0: { $ref: '#/$defs/shared1' }, shared1: text },
  })
  expect(schema).toStrictEqual(before)
})

test('a definition is left where it is; what lies inside one is not one', () => {
  const schema: JsonSchema = {
    properties: {
      a: { $ref: '#/$defs/group' },
      b: { $ref: '#/definitions/old' },
      c: { $ref: '#/$defs/group/properties/key' },
      none: { $ref: '#/none' },
    },
    $defs: { group: { properties: { key: text } } },
    definitions: { old: text },
  }
  expect(ownDefinitions(schema).properties).toStrictEqual({ ...schema.properties, c: { $ref: '#/$defs/shared0' } })
})

test('a new definition takes no name that is taken, and no definitions of its own with it', () => {
  const schema: JsonSchema = {
    properties: { a: { properties: { key: text }, $defs: { x: text } }, b: { $ref: '#/properties/a' } },
    $defs: { shared0: { title: 'taken' }, shared0_: { title: 'taken too' } },
  }
  expect(ownDefinitions(schema).$defs).toStrictEqual({ ...schema.$defs, shared0__: { properties: { key: text } } })
})

test('definitions that nothing refers to are taken out, with their list where none is left', () => {
  const schema: JsonSchema = {
    properties: { a: { $ref: '#/$defs/a' } },
    $defs: { a: text, b: { title: 'unused' } },
    definitions: { c: { $ref: '#/definitions/c' } },
  }
  expect(withoutUnusedDefinitions(schema)).toStrictEqual({ properties: schema.properties, $defs: { a: text } })
})
