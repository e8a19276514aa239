import { expect, test } from 'vitest'
import { check } from './check.ts'
import { renamed, without, withoutItem } from './drafts.ts'
import { filled, placeOf, secretValue } from './place.ts'
import { blank, type Json, type Schema } from './schema.ts'

const t = (key: string): string => key
const errorsOf = (schema: object, value: Json, stored?: Json): object =>
  Object.fromEntries(check(schema as Schema, value, { skip: new Set(), t, ...(stored === undefined ? {} : { stored }) }))

const way = {
  oneOf: [
    {
      type: 'object',
      properties: { kind: { const: 'password' }, password: { type: 'string' }, user: { type: 'string' } },
      required: ['kind', 'password'],
    },
    { type: 'object', properties: { kind: { const: 'token' }, token: { type: 'string' } }, required: ['kind', 'token'] },
  ],
}
const withWay: Schema = { type: 'object', properties: { way, maybe: { anyOf: [way, { type: 'null' }] } } }

test('[ui 16] drafts go with their items: out with the one that is taken out, and one place up with those behind it', () => {
  const notes = new Map([
    ['/config/list', 'few'],
    ['/config/list/0', 'a'],
    ['/config/list/1/x', 'b'],
    ['/config/list/2/x', 'c'],
    ['/config/list/10', 'd'],
    ['/config/lists/1', 'e'],
  ])
  expect([...withoutItem(notes, ['list'], 1)]).toStrictEqual([
    ['/config/list/0', 'a'],
    ['/config/list/1/x', 'c'],
    ['/config/list/9', 'd'],
    ['/config/lists/1', 'e'],
  ])
  expect([...without(notes, ['list']).keys()]).toStrictEqual(['/config/lists/1'])
  expect(without(notes, ['nothing'])).toBe(notes)
  expect([
    ...renamed(
      new Map([
        ['/config/map/a~1b/0', 1],
        ['/config/map/a', 2],
      ]),
      ['map'],
      'a/b',
      'c~',
    ).keys(),
  ]).toStrictEqual(['/config/map/c~0/0', '/config/map/a'])
})

test('[ui 16] a new item is empty in its own type, and of a number nothing is', () => {
  expect([{ type: 'number' }, { type: 'string' }, { type: 'boolean' }, { enum: ['a'] }].map((each) => blank(each, {}))).toStrictEqual([
    undefined,
    '',
    false,
    undefined,
  ])
})

test('[ui 17] a value of another type is told, unless it is stored so and was accepted', () => {
  const schema = { type: 'object', properties: { n: { type: 'array', items: { type: 'number' } }, s: { type: 'string' } } }
  expect(errorsOf(schema, { n: ['', 1, '7'], s: 4 })).toStrictEqual({
    '/config/n/0': 'check.required',
    '/config/n/2': 'check.number',
    '/config/s': 'check.pattern',
  })
  expect(errorsOf(schema, { n: ['7'], s: 'x' }, { n: ['7'] })).toStrictEqual({})
  expect(errorsOf({ type: 'integer' }, 1.5)).toStrictEqual({ '/config': 'check.whole' })
})

test('[ui 17] patterns and formats of text are left to the server, which knows their flags', () => {
  expect(errorsOf({ type: 'string', pattern: '^[a-z]+$' }, 'ABC')).toStrictEqual({})
  expect(errorsOf({ type: 'string', format: 'email', pattern: 'x' }, 'somebody')).toStrictEqual({})
})

test('[ui 20] a secret stands in the chosen variant or nowhere', () => {
  const shown = (value: Json, path: string): boolean => placeOf(withWay, value, path.split('.')).shown
  expect(shown({ way: { kind: 'password' } }, 'way.password')).toBe(true)
  expect(shown({ way: { kind: 'token' } }, 'way.password')).toBe(false)
  expect(shown({}, 'way.password')).toBe(false)
  expect(shown({ maybe: null }, 'maybe.token')).toBe(false)
  expect(placeOf(withWay, { way: { kind: 'password' } }, ['way', 'password']).required).toBe(true)
  expect(placeOf(withWay, { way: { kind: 'password' } }, ['way', 'user']).required).toBe(false)
})

test('[ui 20] where a secret may be a text it is sent as it was typed', () => {
  const sent = (schema: object, text: string): Json =>
    secretValue({ type: 'object', properties: { key: schema } } as never, {}, ['key'], text)
  expect(sent({ type: ['string', 'null'] }, '0123')).toBe('0123')
  expect(sent({ anyOf: [{ type: 'string' }, { type: 'null' }] }, '123')).toBe('123')
  expect(sent({ anyOf: [{ type: 'number' }, { type: 'string' }] }, '123')).toBe('123')
  expect(sent({}, '{"a":1}')).toBe('{"a":1}')
  expect(sent({ type: 'integer' }, '123')).toBe(123)
  expect(sent({ type: 'object' }, '{"a":1}')).toStrictEqual({ a: 1 })
})

test('[ui 16] a switch that must be there and was left alone is off, wherever it is shown', () => {
  const flag = { type: 'boolean' }
  const group = { type: 'object', properties: { flag, name: { type: 'string' } }, required: ['flag', 'name'] }
  const schema: Schema = {
    type: 'object',
    properties: { flag, group, rows: { type: 'array', items: group }, fallen: { ...flag, default: true }, may: group },
    required: ['flag', 'group', 'fallen'],
  }
  const value = filled(schema, { rows: [{ name: 'a' }] }, schema)
  expect(value).toStrictEqual({ rows: [{ name: 'a', flag: false }], flag: false, group: { flag: false } })
  expect(errorsOf(schema, value)).toStrictEqual({ '/config/group/name': 'check.required' })
  expect(filled(schema, { flag: true, group: { flag: true, name: '' } }, schema)).toStrictEqual({
    flag: true,
    group: { flag: true, name: '' },
  })
})
