import { expect, test } from 'vitest'
import type { JsonSchema } from '../contract/index.ts'
import { checkSchema } from './check-schema.ts'
import type { ConfigProblem } from './config-problem.ts'
import {
  branches,
  describesObject,
  isUndescribed,
  itemSchemas,
  mapSchemas,
  propertySchemas,
  resolveRef,
  samePlace,
  schemasAt,
  variants,
} from './json-schema.ts'
import { allSchemas, isSchema, subSchemas, withSubSchemas } from './sub-schemas.ts'

const text: JsonSchema = { type: 'string' }
const number: JsonSchema = { type: 'number' }
/** A keyword by its name: an object literal with a `then` would look like a promise. */
const saying = (keyword: string, schema: JsonSchema): JsonSchema => ({ [keyword]: schema })
/** A schema for each keyword that holds one in each form; the titles tell them apart. */
const one = [
  'items',
  'additionalItems',
  'unevaluatedItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'contentSchema',
  'not',
  'if',
  'then',
  'else',
]
const many = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const named = ['properties', 'patternProperties', 'dependentSchemas', 'dependencies', '$defs', 'definitions']

test('every keyword of JSON Schema that holds schemas is gone into, in each form it has, with a pointer to each', () => {
  const whole: JsonSchema = {
    title: 'root',
    ...Object.fromEntries(one.map((keyword) => [keyword, { title: `/${keyword}` }])),
    ...Object.fromEntries(many.map((keyword) => [keyword, [{ title: `/${keyword}/0` }, true, { title: `/${keyword}/1` }]])),
    ...Object.fromEntries(named.map((keyword) => [keyword, { a: { title: `/${keyword}/a` }, b: false }])),
  }
  const pointers = [...allSchemas(whole)].map(({ schema, pointer }) => [schema.title, pointer])
  const expected = [
    ...one.map((keyword) => `/${keyword}`),
    ...many.flatMap((keyword) => [`/${keyword}/0`, `/${keyword}/1`]),
    ...named.map((keyword) => `/${keyword}/a`),
  ]
  expect(pointers.map(([title]) => title).toSorted()).toStrictEqual(['root', ...expected].toSorted())
  for (const [title, pointer] of pointers.slice(1)) expect(pointer?.replace(/\/2$/, '/1')).toBe(title)
  expect(pointers[0]).toStrictEqual(['root', ''])
  // A list of items, as drafts before 2020-12 wrote it.
  expect([...subSchemas({ items: [text, number] as never })]).toStrictEqual([
    { keyword: 'items', name: '0', schema: text },
    { keyword: 'items', name: '1', schema: number },
  ])
})

test('inner schemas are changed in a copy; what is none stays as it is', () => {
  const schema = {
    title: 'x',
    not: text,
    items: [text, true],
    anyOf: [text, false],
    properties: { a: text, b: true },
    additionalProperties: false,
    enum: [{}],
  }
  const before = structuredClone(schema)
  const marked = { type: 'string', marked: true }
  expect(withSubSchemas(schema as never, (inner) => ({ ...inner, marked: true }))).toStrictEqual({
    ...schema,
    not: marked,
    items: [marked, true],
    anyOf: [marked, false],
    properties: { a: marked, b: true },
  })
  expect(withSubSchemas({ items: text }, () => number)).toStrictEqual({ items: number })
  expect(schema).toStrictEqual(before)
})

test('a schema that could be looked into is an object', () => {
  expect([{}, text, true, false, null, undefined, [], 'x'].map(isSchema)).toStrictEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ])
})

test('a reference leads to what it names in this document, escaped or encoded, and nowhere else', () => {
  const odd: JsonSchema = { title: 'odd' }
  const root: JsonSchema = { $defs: { text, 'a/b~c d': odd, list: { prefixItems: [number] } }, properties: { no: true as never } }
  expect(resolveRef('#', root)).toBe(root)
  expect(resolveRef('#/$defs/text', root)).toBe(text)
  expect(resolveRef('#/$defs/a~1b~0c%20d', root)).toBe(odd)
  expect(resolveRef('#/$defs/list/prefixItems/0', root)).toBe(number)
  const nowhere = [
    '',
    'x',
    '#text',
    'other.json#/$defs/text',
    '#/$defs/none',
    '#/$defs/text/type',
    '#/$defs/text/type/x',
    '#/properties/no',
    '#/constructor',
    '#/%',
    '/$defs/text',
  ]
  for (const ref of nowhere) expect(resolveRef(ref, root), ref).toBeUndefined()
  // What can't be decoded is no name, whatever names there are.
  expect(resolveRef('#/%', { undefined: text })).toBeUndefined()
  expect(resolveRef('#/default/x', { default: null })).toBeUndefined()
})

test('of one place speak a schema, what it refers to, its branches, and what holds on a condition, each once', () => {
  const parts = ['all', 'any', 'one', 'then', 'else', 'dependent', 'ref', 'inner'].map((title): JsonSchema => ({ title, type: 'object' }))
  const [all, any, oneOf, then, otherwise, dependent, ref, inner] = parts as [
    JsonSchema,
    JsonSchema,
    JsonSchema,
    JsonSchema,
    JsonSchema,
    JsonSchema,
    JsonSchema,
    JsonSchema,
  ]
  const root: JsonSchema = {
    allOf: [{ ...all, anyOf: [inner, { title: 'back', $ref: '#' }] }],
    anyOf: [any, true as never],
    oneOf: [oneOf],
    if: { title: 'if', type: 'object' },
    ...saying('then', then),
    else: otherwise,
    dependentSchemas: { a: dependent, b: true },
    $ref: '#/$defs/ref',
    $defs: { ref },
  }
  expect(
    branches(root, root)
      .map((each) => each.title)
      .toSorted(),
  ).toStrictEqual([undefined, 'back', ...parts.map((each) => each.title)].toSorted())
  expect(variants(root)).toStrictEqual([any, oneOf])
  expect(branches({ $ref: '#/$defs/none' }, root)).toHaveLength(1)
})

test('what must hold beside the rest and says nothing opens no place; a variant that says nothing does', () => {
  const silent: JsonSchema = { title: 'says nothing' }
  expect(samePlace({ allOf: [silent], ...saying('then', silent), else: silent, dependentSchemas: { a: silent } })).toStrictEqual([])
  expect(samePlace({ anyOf: [silent], oneOf: [silent] })).toStrictEqual([silent, silent])
})

test('a schema describes a value where it has any keyword that says something of it', () => {
  expect(isUndescribed({})).toBe(true)
  expect(isUndescribed({ title: 'x', description: 'x', default: 1, writeOnly: true, $defs: {} })).toBe(true)
  const keywords =
    'type enum const format pattern $ref anyOf oneOf allOf not if then else dependentSchemas dependentRequired required properties patternProperties additionalProperties unevaluatedProperties items prefixItems contains unevaluatedItems'
  for (const keyword of keywords.split(' ')) expect(isUndescribed({ [keyword]: [] }), keyword).toBe(false)
})

test('a config is an object whichever branch holds', () => {
  const object: JsonSchema = { type: 'object' }
  expect([object, { anyOf: [object, object] }, { allOf: [{ title: 'x' }, object] }].map(describesObject)).toStrictEqual([true, true, true])
  expect([{}, text, { anyOf: [object, text] }, { properties: {} }].map((each) => describesObject(each))).toStrictEqual([
    false,
    false,
    false,
    false,
  ])
})

test("a property's schema is its own; else what the patterns that match its name say; else that of all other names", () => {
  const schema: JsonSchema = {
    properties: { a: text },
    patternProperties: { '^x-': number, '-y$': text },
    additionalProperties: { title: 'rest' },
  }
  expect(propertySchemas([schema], 'a', schema)).toStrictEqual([text])
  expect(mapSchemas(schema, 'x-1')).toStrictEqual([number])
  expect(mapSchemas(schema, 'x-y')).toStrictEqual([number, text])
  expect(mapSchemas(schema, 'b')).toStrictEqual([{ title: 'rest' }])
  expect(mapSchemas({ patternProperties: { '^\\p{L}+$': number } }, 'é')).toStrictEqual([number])
  expect(mapSchemas({ additionalProperties: true }, 'b')).toStrictEqual([{}])
  expect(mapSchemas({ additionalProperties: false }, 'b')).toStrictEqual([])
  expect(mapSchemas({}, 'b')).toStrictEqual([])
  // What every object inherits is no property.
  expect(propertySchemas([{ properties: {} }, {}], 'constructor', {})).toStrictEqual([])
})

test('an item is described by its place in a tuple, else by the rest, else by nothing', () => {
  const at = (schema: JsonSchema, index: number): readonly JsonSchema[] => itemSchemas([schema], index, schema)
  expect([at({ prefixItems: [text], items: number }, 0), at({ prefixItems: [text], items: number }, 1)]).toStrictEqual([[text], [number]])
  expect([at({ items: number }, 3), at({ items: true }, 0), at({ items: false }, 0), at({}, 0)]).toStrictEqual([[number], [{}], [], []])
  expect(at({ prefixItems: [text] }, 1)).toStrictEqual([{}])
  expect(at({ prefixItems: [text], items: false }, 1)).toStrictEqual([])
})

test('the schemas of a path are found through groups, variants and references', () => {
  const root: JsonSchema = {
    type: 'object',
    properties: { auth: { anyOf: [{ properties: { key: text } }, { $ref: '#/$defs/token' }] } },
    $defs: { token: { properties: { key: number } } },
  }
  expect(schemasAt(root, ['auth', 'key'])).toStrictEqual([text, number])
  expect(schemasAt(root, [])).toStrictEqual([root])
  expect([schemasAt(root, ['auth', 'none']), schemasAt(root, ['key'])]).toStrictEqual([[], []])
})

const problemsOf = (schema: object): readonly string[] => {
  const problems: ConfigProblem[] = []
  checkSchema(schema as JsonSchema, problems)
  return problems.map(({ code, message }) => `${code}: ${message}`)
}

test('[50] a keyword whose value has another shape than it must have is told with its place and that shape', () => {
  const wrong: Readonly<Record<string, readonly [string, readonly unknown[]]>> = {
    'an object of schemas': ['properties patternProperties dependentSchemas $defs definitions', [[], 'x', { a: 'x' }, { a: null }, null]],
    'a list of schemas': ['allOf anyOf oneOf prefixItems', [{}, 'x', ['x'], [null], [{}, 'x']]],
    'a list of names': ['required', [{}, 'x', [5]]],
    'a list': ['enum', [{}, 'x']],
    text: ['format title description', [5, {}, []]],
    'the name of a type, or a list of them': ['type', [5, {}, ['string', 5]]],
  }
  for (const [what, [keywords, values]] of Object.entries(wrong)) {
    for (const keyword of keywords.split(' ')) {
      for (const value of values)
        expect(problemsOf({ not: { [keyword]: value } }), `${keyword} ${JSON.stringify(value)}`).toContain(
          `config_schema_invalid: its JSON Schema has at '/not/${keyword}' something else than ${what}`,
        )
    }
  }
})

test('what has the shape it must have is no problem', () => {
  expect(
    problemsOf({
      type: ['object', 'null'],
      title: '',
      properties: { a: true, b: { type: 'string', format: 'uri', enum: [] } },
      patternProperties: { '^\\p{L}$': {} },
      allOf: [{}, false],
      required: [],
      $defs: { a: {} },
      not: { $ref: '#/$defs/a' },
    }),
  ).toStrictEqual([])
})

test('[50] a reference that leads out of the document, or that moves, and a pattern that is none are told', () => {
  expect(problemsOf({ not: { $ref: '#/$defs/none' } })).toStrictEqual([
    expect.stringMatching(/^config_ref_unknown: .* at '\/not' to "#\/\$defs\/none"/),
  ])
  expect(problemsOf({ $ref: 'https://example.com/x.json' })).toHaveLength(1)
  for (const keyword of ['$dynamicRef', '$recursiveRef'])
    expect(problemsOf({ [keyword]: '#' })).toStrictEqual([expect.stringMatching(/^config_ref_unknown: .*"#"/)])
  expect(problemsOf({ $ref: 5 }).map((each) => each.split(':')[0])).toStrictEqual(['config_schema_invalid', 'config_ref_unknown'])
  expect(problemsOf({ not: { patternProperties: { '[\\w\\-.]': {}, '(': {}, '\\-': {} } } })).toStrictEqual([
    expect.stringMatching(/^config_pattern_invalid: .*'\/not\/patternProperties' the pattern '\('/),
    expect.stringMatching(/^config_pattern_invalid: .*'\/not\/patternProperties' the pattern '\\-'/),
  ])
})
