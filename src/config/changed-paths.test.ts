import { expect, test } from 'vitest'
import { z } from 'zod'
import { changedFields, describeConfig, type Json } from './index.ts'

const model = describeConfig(
  'p',
  z.object({
    name: z.string(),
    auth: z.object({ key: z.object({ id: z.string() }), user: z.string() }),
    headers: z.record(z.string(), z.string()),
    list: z.array(z.string()),
  }),
  { 'auth.key': {} },
  [],
)
const changed = (before: Json | undefined, after: Json | undefined): unknown =>
  model === undefined ? undefined : changedFields(model, before, after).map((path) => path.join('.'))

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
  // A field that the schema does not have any more.
  expect(changed({ name: 'a', old: 1 }, { name: 'b' })).toStrictEqual(['', 'name'])
})
