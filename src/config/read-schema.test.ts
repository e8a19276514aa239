import { expect, test } from 'vitest'
import { ConfigInvalidError } from '../errors/index.ts'
import type { ConfigProblem } from './config-problem.ts'
import { acceptsAnyJson } from './probe.ts'
import { readSchema } from './read-schema.ts'
import { validate } from './validate.ts'

type Validator = Parameters<typeof acceptsAnyJson>[0]

const validator = (check: (value: unknown, options?: unknown) => unknown, over: object = {}): Validator =>
  ({ version: 1, vendor: 'test', validate: check, ...over }) as never
const standard = (over: object = {}): object => ({
  '~standard': validator((value) => ({ value }), { jsonSchema: { input: () => ({ type: 'object' }) }, ...over }),
})
const read = (schema: unknown): { readonly found: ReturnType<typeof readSchema>; readonly told: readonly string[] } => {
  const problems: ConfigProblem[] = []
  const found = readSchema(schema as never, problems)
  return { found, told: problems.map(({ code, message }) => `${code}: ${message}`) }
}

test("[11] a schema that describes itself is asked in each library's words, and its description copied", () => {
  const asked: unknown[] = []
  const described = { type: 'object', properties: {} }
  const input = (options: unknown): object => {
    asked.push(options)
    return described
  }
  const { found, told } = read(standard({ jsonSchema: { input } }))
  expect(told).toStrictEqual([])
  expect(asked).toStrictEqual([{ target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any', errorMode: 'ignore' } }])
  expect(found?.jsonSchema).toStrictEqual(described)
  expect(found?.jsonSchema).not.toBe(described)
  // A schema may be a function: ArkType's is.
  expect(read(Object.assign(() => {}, standard())).found?.jsonSchema).toStrictEqual({ type: 'object' })
})

test("[11] ArkType is asked in its own way, which has the defaults; where that fails, in the standard's", () => {
  const own = { type: 'object', default: {} }
  const asked: { target?: unknown; dialect?: unknown; fallback?: (given: { base: unknown }) => unknown }[] = []
  const toJsonSchema = (options: object): unknown => {
    asked.push(options)
    return own
  }
  expect(read({ ...standard({ vendor: 'arktype' }), toJsonSchema }).found?.jsonSchema).toStrictEqual(own)
  expect(asked).toMatchObject([{ target: 'draft-2020-12', dialect: null }])
  expect(asked[0]?.fallback?.({ base: 'the base' })).toBe('the base')
  const failing = (): never => {
    throw new Error('cannot')
  }
  for (const other of [failing, () => 'no schema', () => null, 'no function', undefined])
    expect(read({ ...standard({ vendor: 'arktype' }), toJsonSchema: other }).found?.jsonSchema).toStrictEqual({ type: 'object' })
  // Another library's method of that name is its own affair.
  expect(read({ ...standard(), toJsonSchema }).found?.jsonSchema).toStrictEqual({ type: 'object' })
})

test('[11] { schema, jsonSchema } is what it says', () => {
  const jsonSchema = { type: 'object' }
  const { found, told } = read({ schema: standard(), jsonSchema })
  expect([found?.jsonSchema, told]).toStrictEqual([jsonSchema, []])
  expect(found?.jsonSchema).not.toBe(jsonSchema)
  expect(read({ schema: Object.assign(() => {}, standard()), jsonSchema }).told).toStrictEqual([])
  // A schema of a library that has members of these names is that library's.
  expect(read({ ...standard(), schema: 5, jsonSchema: 5 }).told).toStrictEqual([])
})

test('[50] what is no schema, or can not describe itself, is told as what it is', () => {
  const told = (schema: unknown): unknown => {
    const { found, told: lines } = read(schema)
    expect(found).toBeUndefined()
    expect(lines).toHaveLength(1)
    return lines[0]
  }
  expect(told(null)).toMatch(/^config_not_schema: its config is null, not a schema\./)
  expect(told('x')).toMatch(/^config_not_schema: its config is a string, not a schema\./)
  for (const schema of [{}, { '~standard': {} }, { '~standard': { validate: 5 } }, { schema: standard() }, { jsonSchema: {} }])
    expect(told(schema)).toMatch(/^config_not_schema: its config is not a Standard Schema\./)
  for (const schema of [null, 5, {}, { '~standard': {} }, undefined])
    expect(told({ schema, jsonSchema: {} })).toBe('config_not_schema: its config.schema is not a Standard Schema')
  for (const jsonSchema of [null, [], true, 'x'])
    expect(told({ schema: standard(), jsonSchema })).toBe('config_not_schema: its config.jsonSchema is not a JSON Schema object')
  expect(told({ schema: standard(), jsonSchema: { const: 5n } })).toMatch(
    /^config_schema_invalid: its config\.jsonSchema is nothing that JSON can carry: .*BigInt/,
  )
  for (const jsonSchema of [undefined, {}, { input: 5 }])
    expect(told(standard({ jsonSchema }))).toMatch(
      /^config_not_described: its config schema \(test\) can't describe itself as JSON Schema\./,
    )
  const failing = (): never => {
    throw new Error('cannot say')
  }
  expect(told(standard({ jsonSchema: { input: failing } }))).toMatch(
    /^config_not_json: its config schema \(test\) can't be described as JSON Schema: cannot say\./,
  )
})

test('a field takes JSON where some sample of it is not refused at that field or inside it', () => {
  const takes = (issues: (value: unknown) => unknown, keys: readonly (string | number)[] = ['a', 0]): boolean =>
    acceptsAnyJson(
      validator((value) => ({ issues: issues(value) })),
      { keys, around: (value) => ({ a: [value] }) },
    )
  const at = (...path: unknown[]): unknown => [{ message: 'no', path }]
  expect(takes(() => undefined)).toBe(true)
  expect(takes(() => [])).toBe(true)
  expect(takes(() => at('a', 0))).toBe(false)
  expect(takes(() => at('a', 0, 'inside'))).toBe(false)
  expect(takes(() => at({ key: 'a' }, { key: '0' }))).toBe(false)
  // Elsewhere, above, or nowhere: it is about something that the sample lacks.
  expect(takes(() => at('a', 1))).toBe(true)
  expect(takes(() => at('b'))).toBe(true)
  expect(takes(() => at('a'))).toBe(true)
  expect(takes(() => [{ message: 'no' }])).toBe(true)
  expect(takes(() => [{ message: 'no' }], ['undefined'])).toBe(true)
  expect(
    takes(() => [
      { message: 'no', path: ['b'] },
      { message: 'no', path: ['a', 0] },
    ]),
  ).toBe(false)
})

test('each kind of value that JSON has is tried, in the smallest config around it, with every issue asked for', () => {
  const tried: unknown[] = []
  const options: unknown[] = []
  const refusing = validator((value, given) => {
    tried.push((value as { a: unknown }).a)
    options.push(given)
    return { issues: [{ message: 'no', path: ['a'] }] }
  })
  const field = { keys: ['a'], around: (value: unknown) => ({ a: value }) }
  expect(acceptsAnyJson(refusing, field)).toBe(false)
  expect(tried).toStrictEqual(['2020-01-01T00:00:00.000Z', '1', 1, true, [], {}])
  expect(options).toContainEqual({ libraryOptions: { abortEarly: false } })
  for (const sample of tried) {
    const taking = validator((value) =>
      JSON.stringify(value) === JSON.stringify({ a: sample }) ? { value } : { issues: [{ message: 'no', path: ['a'] }] },
    )
    expect(acceptsAnyJson(taking, field), JSON.stringify(sample)).toBe(true)
  }
})

test('a schema that can not say at once, or throws, is believed', () => {
  const field = { keys: ['a'], around: (value: unknown) => ({ a: value }) }
  const failing = (): never => {
    throw new Error('cannot')
  }
  expect(acceptsAnyJson(validator(failing), field)).toBe(true)
  expect(
    acceptsAnyJson(
      validator(async () => ({ issues: [{ message: 'no', path: ['a'] }] })),
      field,
    ),
  ).toBe(true)
  expect(
    acceptsAnyJson(
      validator(() => Promise.reject(new Error('late'))),
      field,
    ),
  ).toBe(true)
})

const jsonSchema = {
  type: 'object',
  properties: {
    key: { type: 'string', writeOnly: true },
    'a/b': { type: 'array', items: { type: 'object', properties: { c: { type: 'string' } } } },
  },
} as const
const model = { plugin: 'p', jsonSchema, secrets: [{ name: 'key', path: ['key'], boundTo: [] }] }
const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error)

test('[14] every issue is told at its pointer, and no message shows a secret', async () => {
  const issues = [{ message: 'is not canary-1', path: ['a/b', 0, { key: 'c' }] }, { message: 'all of it' }]
  const error = await caught(
    validate(
      model,
      validator(() => ({ issues })),
      { key: 'canary-1' },
    ),
  )
  expect(error).toBeInstanceOf(ConfigInvalidError)
  expect(error).toMatchObject({
    issues: [
      { pointer: '/a~1b/0/c', message: 'is not [secret]' },
      { pointer: '', message: 'all of it' },
    ],
  })
})

test('a schema that throws is told as such, without the secret', async () => {
  const error = await caught(
    validate(
      model,
      validator(() => Promise.reject(new Error('canary-1 broke it'))),
      { key: 'canary-1' },
    ),
  )
  expect(error).toMatchObject({ code: 'config_invalid', issues: [{ pointer: '', message: 'its schema threw: [secret] broke it' }] })
})

test('a schema may change what it is given, since that is a copy; what it gives is frozen where it is plain', async () => {
  const input = { a: { b: 1 } }
  const changing = validator((value) => {
    const given = value as { a: { b: number } }
    given.a.b = 2
    return { value: given }
  })
  const parsed = await validate(model, changing, input)
  expect([parsed, input]).toStrictEqual([{ a: { b: 2 } }, { a: { b: 1 } }])
  expect(Object.isFrozen(parsed)).toBe(true)
  for (const given of [new Map(), new Date(0), 'x', null, undefined, [1]]) {
    const made = await validate(
      model,
      validator(() => ({ value: given })),
      {},
    )
    expect(made).toBe(given)
    if (typeof given === 'object' && given !== null) expect(Object.isFrozen(made)).toBe(false)
  }
})
