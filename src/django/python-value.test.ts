import { expect, test } from 'vitest'
import type { JsonSchema } from '../contract/index.ts'
import { pythonLiteral } from './python-literal.ts'
import { typedValue } from './python-value.ts'

test.for<readonly [text: string, schema: JsonSchema, value: unknown]>([
  ['True', { type: 'boolean' }, true],
  ['False', { type: 'boolean' }, false],
  ['True', { type: 'string' }, 'True'],
  ['None', { type: ['string', 'null'] }, null],
  ['None', { type: 'string' }, 'None'],
  ['3', { type: 'integer' }, 3],
  ['3.0', { type: 'integer' }, 3],
  ['1e+16', { type: 'number' }, 1e16],
  ['-0.5', { type: 'number' }, -0.5],
  ['0042', { type: 'string' }, '0042'],
  ['0042', { type: ['string', 'integer'] }, '0042'],
  ['42', { type: ['string', 'integer'] }, 42],
  ['587', { enum: [25, 587] }, 587],
  ['True', { enum: ['auto', true] }, true],
  ['None', { const: null }, null],
  ['live', { enum: ['live', 'test'] }, 'live'],
  ["{'a': [1, 'b'], 'c': None}", { type: 'object' }, { a: [1, 'b'], c: null }],
  ['{"a": true}', { type: 'object' }, { a: true }],
  ["('a', 'b')", { type: 'array' }, ['a', 'b']],
  ["{'a'}", { type: 'array' }, ['a']],
  ['2026-01-02 03:04:05.678+00:00', { type: 'string', format: 'date-time' }, '2026-01-02T03:04:05.678Z'],
  ['2026-01-02 03:04:05+02:00', { type: 'string', format: 'date-time' }, '2026-01-02T03:04:05+02:00'],
  ['2026-01-02 03:04:05', { type: 'string' }, '2026-01-02 03:04:05'],
  ['True', {}, true],
  ['12', {}, 12],
  ['0012', {}, '0012'],
  ['[1, 2]', {}, [1, 2]],
  ['text', {}, 'text'],
])("[16][51] Python's %s where the schema takes %o is %o", ([text, schema, value]) => {
  expect(typedValue(text, [schema])).toStrictEqual({ value })
})

test.for<readonly [text: string, schema: JsonSchema]>([
  ['soon', { type: 'integer' }],
  ['nan', { type: 'number' }],
  ['inf', { type: 'number' }],
  ['1_000', { type: 'number' }],
  ['9007199254740993', { type: 'integer' }],
  ['yes', { type: 'boolean' }],
  ['None', { type: 'object' }],
  ["['a'", { type: 'array' }],
])('[51] %s where the schema takes %o is a problem that does not quote it', ([text, schema]) => {
  const typed = typedValue(text, [schema])
  expect(typed).toHaveProperty('problem')
  expect(JSON.stringify(typed)).not.toContain(text)
})

test('a literal is read whole or not at all', () => {
  expect(pythonLiteral(`[(), {}, [[]], 'it\\'s', "a\\n\\x41\\u00e9\\U0001f511", -1.5e3, {'a': {1, 2}}, (1,), [1, ],]`)).toEqual([
    [],
    {},
    [[]],
    "it's",
    'a\nAé🔑',
    -1500,
    { a: [1, 2] },
    [1],
    [1],
  ])
  const deep = '['.repeat(200) + ']'.repeat(200)
  for (const text of [
    '',
    '[',
    "['a'",
    '{1: 2}',
    "{'a': 1",
    '[1 2]',
    "'a",
    '[1] x',
    'Decimal("1")',
    "b'a'",
    "'\\q'",
    "'\\x4'",
    "'\\U00110000'",
    '[99999999999999999999]',
    deep,
  ])
    expect(pythonLiteral(text), text.slice(0, 20)).toBeUndefined()
})
