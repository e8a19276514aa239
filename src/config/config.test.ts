import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import fc from 'fast-check'
import Joi from 'joi'
import { inspect } from 'node:util'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ConfigSchema, SecretOptions } from '../contract/index.ts'
import { ConfigInvalidError, type ConfigIssue } from '../errors/index.ts'
import {
  changedPaths,
  describeConfig,
  mask,
  mergeSecrets,
  reentryRequired,
  sameJson,
  scrubError,
  scrubText,
  secretValues,
  toJson,
  withoutUnknown,
  type ConfigModel,
  type ConfigProblem,
  type Json,
} from './index.ts'

function problemsOf(schema: unknown, secrets: Record<string, SecretOptions> = {}): string[] {
  const problems: ConfigProblem[] = []
  describeConfig('p', schema as ConfigSchema, secrets, problems)
  return problems.map((problem) => problem.code)
}

function modelOf(schema: unknown, secrets: Record<string, SecretOptions> = {}): ConfigModel {
  const problems: ConfigProblem[] = []
  const model = describeConfig('p', schema as ConfigSchema, secrets, problems)
  if (model === undefined || problems.length > 0) throw new Error(JSON.stringify(problems))
  return model
}

const zarinpal = z.object({
  merchantId: z.string().meta({ title: 'Merchant ID' }),
  apiKey: z.string().min(4),
  baseUrl: z.url().default('https://api.example.com'),
  retries: z.number().int().default(3),
})

test('[11] one schema gives form and validation, in Zod, ArkType, Valibot, and { schema, jsonSchema }', async () => {
  const schemas = {
    zod: z.object({ host: z.string(), port: z.number().default(25) }),
    arktype: type({ host: 'string', port: 'number = 25' }),
    valibot: toStandardJsonSchema(v.object({ host: v.string(), port: v.optional(v.number(), 25) })),
    described: {
      schema: v.object({ host: v.string(), port: v.optional(v.number(), 25) }),
      jsonSchema: { type: 'object', properties: { host: { type: 'string' }, port: { type: 'number', default: 25 } }, required: ['host'] },
    },
  }
  for (const [name, schema] of Object.entries(schemas)) {
    const model = modelOf(schema)
    expect(Object.keys(model.jsonSchema.properties ?? {}), name).toStrictEqual(['host', 'port'])
    expect(model.jsonSchema.required, name).toStrictEqual(['host'])
    expect(await model.parse({ host: 'h' }), name).toEqual({ host: 'h', port: 25 })
    await expect(model.parse({ host: 5 }), name).rejects.toMatchObject({ code: 'config_invalid', issues: [{ pointer: '/host' }] })
  }
})

test('[14] every field that does not fit is told, with a pointer', async () => {
  const model = modelOf(z.object({ 'a/b': z.string(), servers: z.array(z.object({ port: z.number() })) }))
  await expect(model.parse({ servers: [{ port: 1 }, { port: 'x' }] })).rejects.toMatchObject({
    issues: [{ pointer: '/a~1b' }, { pointer: '/servers/1/port' }],
  })
})

test('[13][15] defaults, transforms and asynchronous refinements are applied on the server', async () => {
  const model = modelOf(
    z.object({
      host: z
        .string()
        .trim()
        .transform((text) => text.toUpperCase()),
      port: z
        .number()
        .default(465)
        .refine(async (port) => port !== 25, 'port 25 is closed'),
      since: z.coerce.date().optional(),
    }),
  )
  expect(await model.parse({ host: ' a ', since: '2020-01-01' })).toStrictEqual({ host: 'A', port: 465, since: new Date('2020-01-01') })
  await expect(model.parse({ host: 'a', port: 25 })).rejects.toMatchObject({ issues: [{ pointer: '/port', message: 'port 25 is closed' }] })
})

test('a schema that throws, or prints the secret, shows no secret', async () => {
  const throwing = modelOf(
    z.object({
      apiKey: z.string().refine((key) => {
        throw new Error(`bad ${key}`)
      }),
    }),
    { apiKey: {} },
  )
  await expect(throwing.parse({ apiKey: 'canary-1' })).rejects.toThrow('its schema threw: bad [secret]')
  const printing = modelOf(z.object({ apiKey: z.string().refine(() => false, { error: (issue) => `no ${String(issue.input)}` }) }), {
    apiKey: {},
  })
  await expect(printing.parse({ apiKey: 'canary-1' })).rejects.toThrow('no [secret]')
})

test('[50] a config that is no schema, is not an object, or that JSON can not carry is refused at registration', () => {
  expect(problemsOf({ type: 'object' })).toStrictEqual(['config_not_schema'])
  expect(problemsOf('x')).toStrictEqual(['config_not_schema'])
  expect(problemsOf(v.object({}))).toStrictEqual(['config_not_described'])
  expect(problemsOf({ schema: 5, jsonSchema: {} })).toStrictEqual(['config_not_schema'])
  expect(problemsOf(z.string())).toStrictEqual(['config_not_object'])
  const refused = {
    date: z.date(),
    optional: z.date().optional(),
    nullable: z.date().nullable(),
    bigint: z.bigint(),
    map: z.map(z.string(), z.string()),
    of: z.instanceof(URL),
    list: z.array(z.date()),
    record: z.record(z.string(), z.bigint()),
  }
  for (const [name, field] of Object.entries(refused))
    expect(problemsOf(z.object({ other: z.string(), field })), name).toStrictEqual(['config_not_json'])
  expect(problemsOf(type({ at: 'Date' }))).toStrictEqual(['config_not_json'])
  const taken = {
    any: z.any(),
    unknown: z.unknown(),
    coerced: z.coerce.date(),
    big: z.coerce.bigint(),
    iso: z.iso.datetime(),
    either: z.union([z.date(), z.string()]),
    json: z.json(),
  }
  for (const [name, field] of Object.entries(taken)) expect(problemsOf(z.object({ other: z.string(), field })), name).toStrictEqual([])
})

test('[50] secrets and bindings that name no field, or stand inside an array or a map, are refused at registration', () => {
  const schema = z.object({
    host: z.hostname(),
    auth: z.object({ key: z.string() }).optional(),
    list: z.array(z.object({ key: z.string() })),
    map: z.record(z.string(), z.string().meta({ writeOnly: true })),
  })
  expect(problemsOf(schema, { 'auth.key': {}, map: {} })).toStrictEqual([])
  expect(problemsOf(schema, { nope: {}, map: {} })).toStrictEqual(['secret_unknown'])
  expect(problemsOf(schema, { 'list.key': {}, map: {} })).toStrictEqual(['secret_unknown'])
  expect(problemsOf(schema, { 'auth.key': { boundTo: ['nope'] }, map: {} })).toStrictEqual(['bound_unknown'])
  expect(problemsOf(schema)).toStrictEqual(['secret_in_array'])
})

test('[24] masking takes secrets out, wherever they are declared, and says which are set', () => {
  const model = modelOf(
    z.object({
      host: z.string(),
      auth: z.object({ key: z.string(), user: z.string() }),
      token: z.string().meta({ writeOnly: true }).default('preset'),
      tokens: z.array(z.string()),
    }),
    { 'auth.key': {}, tokens: {} },
  )
  const config = { host: 'h', auth: { key: 'canary-1', user: 'u' }, tokens: ['canary-2', 'canary-3'] }
  expect(mask(model, config)).toStrictEqual({
    config: { host: 'h', auth: { user: 'u' } },
    secrets: [
      { path: 'auth.key', set: true },
      { path: 'tokens', set: true },
      { path: 'token', set: false },
    ],
  })
  expect(secretValues(model.secrets, config)).toStrictEqual(['canary-1', 'canary-2', 'canary-3'])
  expect(JSON.stringify(model.jsonSchema)).not.toContain('preset')
})

test('[24] a field the schema does not have is neither stored nor shown: it may be a misspelt secret, or one of an older release', () => {
  const item = z.object({ name: z.string() })
  const model = modelOf(
    z.object({
      apiKey: z.string(),
      auth: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('a'), x: z.string() }),
        z.object({ kind: z.literal('b'), y: z.string() }),
      ]),
      list: z.array(item),
      map: z.record(z.string(), item),
      loose: z.looseObject({ known: z.string() }),
      any: z.json(),
      free: z.record(z.string(), z.unknown()),
    }),
    { apiKey: {} },
  )
  const fine = {
    auth: { kind: 'a', x: '1', y: '2' },
    list: [{ name: 'n' }],
    map: { 'a/b': { name: 'n' } },
    loose: { other: { deep: 1 } },
    any: { x: [{ y: 1 }] },
    free: { x: { y: 1 } },
  }
  const issues: ConfigIssue[] = []
  expect(withoutUnknown(model.jsonSchema, fine, issues)).toStrictEqual(fine)
  expect(issues).toStrictEqual([])
  const odd = {
    apikey: 'canary',
    auth: { kind: 'a', z: 'canary' },
    list: [{ name: 'n', old: 'canary' }],
    map: { 'a/b': { key: 'canary' } },
    password: 'canary',
  }
  expect(JSON.stringify(mask(model, odd))).not.toContain('canary')
  withoutUnknown(model.jsonSchema, odd, issues)
  expect(issues.map((issue) => issue.pointer)).toStrictEqual(['/apikey', '/auth/z', '/list/0/old', '/map/a~1b/key', '/password'])
})

test('[44] a blank secret keeps what is stored, another replaces it, clearing takes it out', () => {
  const model = modelOf(zarinpal, { apiKey: {} })
  const stored = { merchantId: 'm', apiKey: 'old-key' }
  expect(mergeSecrets(model, stored, { merchantId: 'n' })).toStrictEqual({
    config: { merchantId: 'n', apiKey: 'old-key' },
    kept: ['apiKey'],
  })
  expect(mergeSecrets(model, stored, { merchantId: 'n', apiKey: '' })).toMatchObject({ config: { apiKey: 'old-key' }, kept: ['apiKey'] })
  expect(mergeSecrets(model, stored, { merchantId: 'n', apiKey: 'new-key' })).toStrictEqual({
    config: { merchantId: 'n', apiKey: 'new-key' },
    kept: [],
  })
  expect(mergeSecrets(model, stored, { merchantId: 'n' }, ['apiKey'])).toStrictEqual({ config: { merchantId: 'n' }, kept: [] })
})

test('a kept secret must be entered again when what it is bound to changes, compared after defaults', () => {
  const stored = { merchantId: 'm', apiKey: 'old-key' }
  const changedBy = (model: ConfigModel, typed: Json): readonly string[] =>
    reentryRequired(model, stored, mergeSecrets(model, stored, typed)).flatMap((each) => each.changed)
  const byDefault = modelOf(zarinpal, { apiKey: {} })
  expect(changedBy(byDefault, { merchantId: 'm', baseUrl: 'https://rogue.example' })).toStrictEqual(['baseUrl'])
  expect(changedBy(byDefault, { merchantId: 'm', baseUrl: 'https://api.example.com' })).toStrictEqual([])
  expect(changedBy(byDefault, { merchantId: 'm', baseUrl: 'https://rogue.example', apiKey: 'again' })).toStrictEqual([])
  expect(changedBy(byDefault, { merchantId: 'other' })).toStrictEqual([])
  expect(changedBy(modelOf(zarinpal, { apiKey: { boundTo: ['merchantId'] } }), { merchantId: 'other' })).toStrictEqual(['merchantId'])
  expect(changedBy(modelOf(zarinpal, { apiKey: { boundTo: [] } }), { merchantId: 'm', baseUrl: 'https://rogue.example' })).toStrictEqual([])
})

test('[16] JSON goes through unchanged; what JSON can not carry is refused with a pointer, never changed silently', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as Json
      if (JSON.stringify(json).includes('"__proto__"')) return
      const issues: ConfigIssue[] = []
      expect(toJson(json, issues)).toStrictEqual(json)
      expect(issues).toStrictEqual([])
      expect(sameJson(json, structuredClone(json))).toBe(true)
      expect(changedPaths(json, structuredClone(json))).toStrictEqual([])
    }),
  )
  const self: unknown[] = []
  self.push(self)
  const bad = { a: Number.NaN, b: [1n], c: new Date(), d: () => 1, e: Symbol('x'), f: new Map(), g: [undefined], h: undefined, self }
  const issues: ConfigIssue[] = []
  toJson(bad, issues)
  expect(issues.map((issue) => issue.pointer.slice(0, 5))).toStrictEqual(['/a', '/b/0', '/c', '/d', '/e', '/f', '/g/0', '/self'])
  const rogue: ConfigIssue[] = []
  expect(toJson(JSON.parse('{"__proto__":{"admin":true},"constructor":1}'), rogue)).toStrictEqual({ constructor: 1 })
  expect(rogue).toMatchObject([{ pointer: '/__proto__' }])
})

test('changed paths are told field by field', () => {
  expect(changedPaths({ a: 1, b: { c: 1, d: [1] } }, { a: 1, b: { c: 2, d: [2] }, e: null })).toStrictEqual(['b.c', 'b.d', 'e'])
  expect(changedPaths(undefined, { a: 1, b: 2 }, 'config')).toStrictEqual(['config.a', 'config.b'])
})

test('[24] secrets are scrubbed from text and from errors with their causes, in every spelling', () => {
  const secret = 'k"ey/canary+1'
  const scrub = scrubText([secret, 'abc'])
  const spellings = [
    secret,
    JSON.stringify(secret),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('hex'),
  ]
  for (const spelling of spellings) expect(scrub(`before ${spelling} after`)).toMatch(/^before "?\[secret\](=*)"? after$/)
  expect(scrub('abc stays')).toBe('abc stays')
  const error = Object.assign(new Error(`refused ${secret}`, { cause: new Error(secret) }), { config: { headers: { auth: secret } } })
  const scrubbed = scrubError(scrub, error)
  expect(scrubbed).toBe(error)
  expect([error.message, error.stack, (error.cause as Error).message, JSON.stringify(error.config)].join()).not.toContain('canary')
  expect(scrubError(scrub, secret)).toBe('[secret]')
  expect(scrubError(scrub, null)).toBe(null)
  expect(scrubError(scrub, Object.freeze({ a: secret, n: 5 }))).toStrictEqual({ a: '[secret]', n: 5 })
  const frozen = Object.freeze(new ConfigInvalidError('p', [{ pointer: '', message: secret }]))
  const copy = scrubError(scrub, frozen)
  expect(copy).toBeInstanceOf(ConfigInvalidError)
  expect(copy).toMatchObject({ code: 'config_invalid', issues: [{ message: '[secret]' }] })
})

test('scrubbing never changes what hangs from an error: a plugin may throw its own config', () => {
  const secret = 'canary-live'
  const scrub = scrubText([secret])
  const config = { apiKey: secret, nested: { list: [secret], port: 25 } }
  class Client {
    key = secret
  }
  const client = new Client()
  const circular: Record<string, unknown> = { secret }
  circular['self'] = circular
  const things = {
    config,
    client,
    circular,
    map: new Map([[secret, 1]]),
    url: new URL(`https://x.example/${secret}`),
    headers: new Headers({ a: secret }),
    bytes: Buffer.from(secret),
    port: 25,
    fine: new Date(0),
  }
  const error = Object.assign(new Error('x', { cause: { config } }), things, { twin: new AggregateError([new Error(secret)]) })
  expect(scrubError(scrub, error)).toBe(error)
  const shown = inspect(error, { depth: 9, getters: true })
  expect(shown).not.toContain(secret)
  expect(shown).toContain('[Client not shown: it holds a secret]')
  expect(error).toMatchObject({ config: { apiKey: '[secret]', nested: { list: ['[secret]'], port: 25 } }, port: 25, fine: new Date(0) })
  expect([config.apiKey, config.nested.list[0], client.key, things.map.get(secret), things.bytes.toString()]).toStrictEqual([
    secret,
    secret,
    secret,
    1,
    secret,
  ])
  // Without a secret in it nothing is touched or copied.
  const clean = Object.assign(new Error('fine'), { config: { a: 1 } })
  const inner = clean.config
  expect((scrubError(scrub, clean) as typeof clean).config).toBe(inner)
})

test('[50] a JSON Schema that is none is refused at registration, and does not end it', () => {
  const circular: Record<string, unknown> = { type: 'object' }
  circular['self'] = circular
  const property = (field: unknown): object => ({ type: 'object', properties: { field } })
  const refused: Readonly<Record<string, object>> = {
    circular,
    bigint: property({ default: 5n }),
    null: property(null),
    list: { type: 'object', properties: [] },
    anyOf: property({ anyOf: { type: 'string' } }),
    oneOf: property({ oneOf: ['string'] }),
    enum: property({ enum: { a: 1 } }),
    type: property({ type: 5 }),
    format: property({ format: {} }),
    required: { type: 'object', properties: {}, required: 'field' },
  }
  for (const [name, jsonSchema] of Object.entries(refused))
    expect(problemsOf({ schema: z.object({}), jsonSchema }), name).toStrictEqual(['config_schema_invalid'])
  expect(problemsOf({ schema: z.object({}), jsonSchema: [] })).toStrictEqual(['config_not_schema'])
  expect(problemsOf({ schema: z.object({}), jsonSchema: () => ({}) })).toStrictEqual(['config_not_schema'])
  expect(problemsOf({ schema: z.looseObject({}), jsonSchema: property(true) })).toStrictEqual([])
})

test('[17][50] bytes that no text stands for are refused at registration', () => {
  expect(problemsOf(z.object({ file: z.file() }))).toStrictEqual(['config_not_json'])
  expect(problemsOf(Joi.object({ file: Joi.binary() }))).toStrictEqual([])
})

test('defaults that ArkType gives are shown, and a secret is bound to them', () => {
  const model = modelOf(
    type({
      apiKey: 'string',
      baseUrl: "string.url = 'https://api.example.com'",
      since: "string.date.iso.parse = '2020-01-01'",
      tags: type('string[]').default(() => ['a']),
      'deep?': { port: 'number = 25' },
    }),
    { apiKey: {} },
  )
  expect(model.jsonSchema).toMatchObject({
    required: ['apiKey'],
    properties: {
      baseUrl: { default: 'https://api.example.com', format: 'uri' },
      since: { type: 'string', default: '2020-01-01' },
      tags: { default: ['a'] },
      deep: { properties: { port: { type: 'number', default: 25 } } },
    },
  })
  const changed = (typed: Json): unknown => reentryRequired(model, { apiKey: 'k' }, mergeSecrets(model, { apiKey: 'k' }, typed))
  expect(changed({ baseUrl: 'https://api.example.com' })).toStrictEqual([])
  expect(changed({ baseUrl: 'https://rogue.example' })).toStrictEqual([{ secret: 'apiKey', changed: ['baseUrl'] }])
})

test('[14] Joi tells every field that does not fit, not only the first', async () => {
  const model = modelOf(Joi.object({ host: Joi.string().required(), port: Joi.number().required() }))
  await expect(model.parse({ port: 'x' })).rejects.toMatchObject({ issues: [{ pointer: '/host' }, { pointer: '/port' }] })
})
