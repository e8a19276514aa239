import { expect, test } from 'vitest'
import type { Json, JsonSchema } from '../contract/index.ts'
import { changedFields, changedPaths } from './changed-paths.ts'

const text: JsonSchema = { type: 'string' }
const group = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({ type: 'object', properties })
const model = {
  jsonSchema: group({
    name: text,
    auth: group({ key: group({ id: text }), user: text }),
    headers: { type: 'object', additionalProperties: text },
    list: { type: 'array', items: text },
    either: { anyOf: [group({ a: text }), group({ b: text })] },
  }),
  secrets: [
    { name: 'auth.key', path: ['auth', 'key'], boundTo: [] },
    { name: 'token', path: ['token'], boundTo: [] },
  ],
}
const changed = (before: Json | undefined, after: Json | undefined): unknown =>
  changedFields(model, before, after).map((path) => path.join('.'))

test('what changed is told down to fields, secrets and maps; a name that somebody typed is not told', () => {
  expect(changed({ name: 'a', list: ['a'] }, { name: 'b', list: ['b'] })).toStrictEqual(['name', 'list'])
  expect(changed({ auth: { key: { id: '1' }, user: 'u' } }, { auth: { key: { id: '2' }, user: 'v' } })).toStrictEqual([
    'auth.key',
    'auth.user',
  ])
  expect(changed({ headers: { a: '1' } }, { headers: { b: '1' } })).toStrictEqual(['headers'])
  expect(changed({ headers: {} }, { headers: {} })).toStrictEqual([])
  expect(changed(undefined, { name: 'a', headers: { b: '1' } })).toStrictEqual(['name', 'headers'])
  expect(changed({}, { headers: { b: '1' }, auth: { user: 'v' } })).toStrictEqual(['headers', 'auth.user'])
  expect(changed({ either: { a: '1', b: '1' } }, { either: { a: '1', b: '2' } })).toStrictEqual(['either.b'])
  expect(changed(undefined, undefined)).toStrictEqual([])
  // A field that the schema does not have any more: told where it changed, and only there.
  expect(changed({ name: 'a', old: 1 }, { name: 'b', old: 1 })).toStrictEqual(['name'])
  expect(changed({ name: 'a', old: 1 }, { name: 'b' })).toStrictEqual(['', 'name'])
})

test('a group that is put in place of something else, or of nothing that it says, is told as a whole', () => {
  expect(changed({ auth: { user: 'v' } }, { auth: 'text' })).toStrictEqual(['auth'])
  expect(changed({ auth: null }, { auth: { user: 'v' } })).toStrictEqual(['auth'])
  expect(changed({}, { auth: {} })).toStrictEqual(['auth'])
  expect(changed({ auth: { user: 'v' } }, {})).toStrictEqual(['auth.user'])
  expect(changed(undefined, {})).toStrictEqual([''])
  expect(changed({ name: 'a' }, undefined)).toStrictEqual(['name'])
})

test('paths of any two values are told down to what differs, lists as a whole', () => {
  const before = { a: 1, b: { c: 1, d: [1], same: 0 }, gone: { x: 1, y: 2 } }
  expect(changedPaths(before, { a: 1, b: { c: 2, d: [2], same: 0 }, e: null })).toStrictEqual(['b.c', 'b.d', 'gone.x', 'gone.y', 'e'])
  expect(changedPaths(before, structuredClone(before))).toStrictEqual([])
  expect(changedPaths(undefined, { a: 1, b: 2 }, 'config')).toStrictEqual(['config.a', 'config.b'])
  expect(changedPaths({ a: 1 }, undefined)).toStrictEqual(['a'])
  expect(changedPaths({ a: 1 }, { a: { b: 1 } }, 'config')).toStrictEqual(['config.a'])
  expect(changedPaths(undefined, {}, 'config')).toStrictEqual(['config'])
  // What every object inherits is no property of it.
  expect(changedPaths({}, { toString: 'x' })).toStrictEqual(['toString'])
  expect(changedPaths({ a: 1 }, JSON.parse('{"a":1,"__proto__":"x"}') as Json)).toStrictEqual(['__proto__'])
})
