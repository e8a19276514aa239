import { expect, test } from 'vitest'
import type { ConfigSchema, Json, JsonSchema, SecretOptions } from '../contract/index.ts'
import type { ConfigModel } from './config-model.ts'
import type { ConfigProblem } from './config-problem.ts'
import { describeConfig } from './describe-config.ts'
import { secretValues } from './secret-values.ts'
import { changedInConfig, mask, mergeSecrets, reentryRequired } from './secrets.ts'

/** A config as `{ schema, jsonSchema }` declares it; its schema takes everything. */
function declared(
  jsonSchema: object,
  secrets: Readonly<Record<string, SecretOptions>> = {},
): { readonly model: ConfigModel; readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = []
  const schema = {
    schema: { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } },
    jsonSchema,
  } as ConfigSchema
  return { model: describeConfig('p', schema, secrets, problems) as ConfigModel, problems }
}
const model = (properties: object, secrets: Readonly<Record<string, SecretOptions>> = {}, rest: object = {}): ConfigModel =>
  declared({ type: 'object', properties, ...rest }, secrets).model
const text: JsonSchema = { type: 'string' }
const apiKey = (): ConfigModel =>
  model({ url: text, auth: { type: 'object', properties: { key: text, user: text } }, note: text }, { 'auth.key': { boundTo: ['url'] } })

test('[24] masked, a config is without its secrets, and each is told as set or not', () => {
  const masked = (config: Json): unknown => mask(apiKey(), config)
  expect(masked({ url: 'u', auth: { key: 's', user: 'x' } })).toStrictEqual({
    config: { url: 'u', auth: { user: 'x' } },
    secrets: [{ path: 'auth.key', set: true }],
  })
  for (const unset of [{ auth: { key: '' } }, { auth: { key: null } }, { auth: {} }, {}]) {
    expect(masked(unset)).toMatchObject({ secrets: [{ path: 'auth.key', set: false }] })
    expect(JSON.stringify(masked(unset))).not.toContain('"key":')
  }
  for (const set of [0, false, [], 'x']) expect(masked({ auth: { key: set } })).toMatchObject({ secrets: [{ set: true }] })
})

test('[24] what stands in the place of the group around a secret is not shown, unless the schema has it there', () => {
  expect(mask(apiKey(), { auth: 'secret of an older release' }).config).toStrictEqual({})
  expect(mask(apiKey(), { auth: ['secret'] }).config).toStrictEqual({})
  expect(mask(apiKey(), { auth: null }).config).toStrictEqual({ auth: null })
  const either = (other: object): ConfigModel =>
    model({ auth: { anyOf: [other, { type: 'object', properties: { key: text } }] } }, { 'auth.key': {} })
  expect(mask(either({ type: 'boolean' }), { auth: false }).config).toStrictEqual({ auth: false })
  expect(mask(either({ type: 'boolean' }), { auth: 'x' }).config).toStrictEqual({})
  expect(mask(either({ const: 'none' }), { auth: 'none' }).config).toStrictEqual({ auth: 'none' })
  expect(mask(either({ const: 'none' }), { auth: 'some' }).config).toStrictEqual({})
  expect(mask(either({}), { auth: 'anything' }).config).toStrictEqual({ auth: 'anything' })
})

test('[44] a blank secret keeps what is stored; typed, cleared, or with its group gone it does not', () => {
  const stored = { url: 'u', auth: { key: 'old', user: 'x' } }
  const merged = (typed: Json, clear?: readonly string[]): unknown => mergeSecrets(apiKey(), stored, typed, clear)
  const keeping = { config: { auth: { key: 'old' } }, kept: ['auth.key'] }
  expect(merged({ auth: {} })).toStrictEqual(keeping)
  expect(merged({ auth: { key: '' } })).toStrictEqual(keeping)
  for (const typed of ['new', null, 0, false])
    expect(merged({ auth: { key: typed } })).toStrictEqual({ config: { auth: { key: typed } }, kept: [] })
  expect(merged({ auth: { key: 'new' } }, ['auth.key'])).toStrictEqual({ config: { auth: {} }, kept: [] })
  expect(merged({ auth: {} }, ['auth'])).toStrictEqual(keeping)
  expect(merged({})).toStrictEqual({ config: {}, kept: [] })
  expect(merged({ auth: null })).toStrictEqual({ config: { auth: null }, kept: [] })
  // Blank, and nothing stored: it is not stored as an empty text.
  for (const before of [undefined, {}, { auth: {} }])
    expect(mergeSecrets(apiKey(), before, { auth: { key: '' } })).toStrictEqual({ config: { auth: {} }, kept: [] })
  expect(mergeSecrets(model({ key: text }, { key: {} }), { key: 'old' }, {})).toStrictEqual({ config: { key: 'old' }, kept: ['key'] })
})

test('a kept secret must be entered again where a field it is bound to changed, by its name; another is left', () => {
  const bound = model(
    { url: { type: 'string', default: 'https://a' }, port: { type: 'number' }, key: text, other: text },
    { key: { boundTo: ['url', 'port'] }, other: { boundTo: [] } },
  )
  const again = (stored: Json, typed: Json): unknown => reentryRequired(bound, stored, mergeSecrets(bound, stored, typed))
  const stored = { url: 'https://a', port: 1, key: 's', other: 't' }
  expect(again(stored, { url: 'https://b', port: 2 })).toStrictEqual([{ secret: 'key', changed: ['url', 'port'] }])
  expect(again(stored, { url: 'https://a', port: 2 })).toStrictEqual([{ secret: 'key', changed: ['port'] }])
  // What is left out is its default: nothing changed.
  expect(again(stored, { port: 1 })).toStrictEqual([])
  expect(again(stored, { url: 'https://b', port: 1, key: 'new' })).toStrictEqual([])
})

test('bound to a group, a secret inside it is no part of what is compared; bound to the whole config it is said so', () => {
  const group = model(
    { to: { type: 'object', properties: { host: text, key: text } }, key: text },
    { key: { boundTo: ['to'] }, 'to.key': { boundTo: [] } },
  )
  const again = (typed: Json): unknown =>
    reentryRequired(group, { to: { host: 'a', key: 's' }, key: 't' }, mergeSecrets(group, { to: { host: 'a', key: 's' }, key: 't' }, typed))
  expect(again({ to: { host: 'a', key: 'new' } })).toStrictEqual([])
  expect(again({ to: { host: 'b' } })).toStrictEqual([{ secret: 'key', changed: ['to'] }])
  const open = model({ key: text }, { key: {} }, { additionalProperties: { type: 'string', format: 'uri' } })
  expect(reentryRequired(open, { key: 's', a: 'u' }, mergeSecrets(open, { key: 's', a: 'u' }, { a: 'v' }))).toStrictEqual([
    { secret: 'key', changed: ['(whole config)'] },
  ])
})

test('the history is told the fields that changed; of a plugin whose code is gone only that something did', () => {
  expect(changedInConfig(apiKey(), { url: 'u' }, { url: 'v', note: 'x' })).toStrictEqual(['config.url', 'config.note'])
  expect(changedInConfig(apiKey(), { auth: { key: 's' } }, { auth: { key: 't' } })).toStrictEqual(['config.auth.key'])
  expect(changedInConfig(apiKey(), {}, { typed: 1 })).toStrictEqual(['config'])
  expect(changedInConfig(apiKey(), { url: 'u' }, { url: 'u' })).toStrictEqual([])
  expect(changedInConfig(undefined, { a: 1 }, { a: 2 })).toStrictEqual(['config'])
  expect(changedInConfig(undefined, { a: 1 }, { a: 1 })).toStrictEqual([])
})

test('[24] every text and number inside a secret counts, in whatever a schema makes of it', () => {
  const field = (path: readonly string[]): never => ({ name: path.join('.'), path, boundTo: [] }) as never
  const values = (secret: unknown): readonly string[] => secretValues([field(['a', 'b'])], { a: { b: secret }, c: 'not this' })
  expect(values('s')).toStrictEqual(['s'])
  expect(values([1, 2n, 's', true, null, undefined, { x: ['t', 's'] }])).toStrictEqual(['1', '2', 's', 't'])
  expect(values(new Map([['k', new Set(['v'])]]))).toStrictEqual(['k', 'v'])
  expect(values(new URL('https://user:p%40ss@host/'))).toStrictEqual(['https://user:p%40ss@host/', 'user', 'p%40ss', 'p@ss'])
  const bytes = new Uint8Array([0, 0xc3, 0xa9, 0x41]).subarray(1)
  expect(values(bytes)).toStrictEqual(['éA', 'Ã©A', 'c3a941', 'w6lB'])
  const own: unknown[] = ['s']
  own.push(own)
  expect(values(own)).toStrictEqual(['s'])
})

test('a secret that is not there, or does not let itself be looked at, has no values; a form has no more than ten thousand', () => {
  const field = (path: readonly string[]): never => ({ name: '', path, boundTo: [] }) as never
  for (const config of [undefined, null, 'a', {}, { a: null }, { a: 'b' }, { a: [] }])
    expect(secretValues([field(['a', 'b'])], config)).toStrictEqual([])
  expect(secretValues([field(['constructor', 'name'])], {})).toStrictEqual([])
  // The length of a text that stands in the place of a group is no secret.
  expect(secretValues([field(['a', 'length'])], { a: 'text' })).toStrictEqual([])
  const refusing = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no')
      },
      getOwnPropertyDescriptor: () => {
        throw new Error('no')
      },
    },
  )
  expect(secretValues([field([])], refusing)).toStrictEqual([])
  expect(secretValues([field(['a'])], refusing)).toStrictEqual([])
  expect(secretValues([field(['a']), field(['b'])], { a: Array.from({ length: 10_001 }, (_, n) => String(n)), b: 's' })).toHaveLength(
    10_000,
  )
})

test('[50] secrets and bindings that lead nowhere, and a writeOnly that is no field, are told', () => {
  const told = (schema: object, secrets: Readonly<Record<string, SecretOptions>> = {}): readonly string[] =>
    declared({ type: 'object', ...schema }, secrets).problems.map(({ code, message }) => `${code}: ${message}`)
  const list = { properties: { list: { type: 'array', items: { type: 'object', properties: { key: text } } } } }
  expect(told({ properties: { a: text } }, { b: {} })).toStrictEqual(["secret_unknown: its secret 'b' is no field of its config"])
  expect(told(list, { 'list.key': {} })).toStrictEqual([
    "secret_unknown: its secret 'list.key' is no field of its config. Inside an array nothing can be kept secret by itself: name the whole array",
  ])
  expect(told({ properties: { a: text } }, { a: { boundTo: ['b', 'a'] } })).toStrictEqual([
    "bound_unknown: its secret 'a' is bound to 'b', which is no field of its config",
  ])
  const hidden = { ...text, writeOnly: true }
  expect(told({ properties: { list: { type: 'array', items: hidden } } })).toStrictEqual([
    expect.stringMatching(/^secret_in_array: 'list\.\[\]' .*Make the whole 'list' secret: secrets: \{ 'list': \{\} \}$/),
  ])
  expect(told({ properties: {}, additionalProperties: hidden })).toStrictEqual([
    expect.stringMatching(/^secret_in_array: '\*' .*Put it under a field of its own, and make that secret$/),
  ])
  expect(told({ properties: { a: text }, not: hidden })).toStrictEqual([expect.stringMatching(/^secret_unreachable: .*'\/not'/)])
  expect(told({ properties: { a: text }, writeOnly: true })).toStrictEqual([expect.stringMatching(/^secret_unreachable: .*'its root'/)])
  expect(told({ properties: { a: text }, $defs: { unused: hidden } })).toStrictEqual([])
  const tree = { type: 'object', properties: { key: hidden, child: { $ref: '#/$defs/tree' } } }
  expect(told({ properties: { top: { $ref: '#/$defs/tree' } }, $defs: { tree } })).toStrictEqual([
    expect.stringMatching(/^secret_in_recursion: 'top\.key' .*Make the whole 'top' secret/),
  ])
  expect(told({ properties: { top: { $ref: '#/$defs/tree' } }, $defs: { tree } }, { top: {} })).toStrictEqual([])
})

test('secrets are those that are named and those that are writeOnly, each once, and none inside another', () => {
  const hidden = { ...text, writeOnly: true }
  const names = (properties: object, secrets: Readonly<Record<string, SecretOptions>> = {}): unknown =>
    model(properties, secrets).secrets.map(({ name, boundTo }) => [name, boundTo.map((path) => path.join('.'))])
  expect(names({ a: hidden, b: text, url: { type: 'string', format: 'uri' } }, { b: {}, a: { boundTo: ['b'] } })).toStrictEqual([
    ['b', ['url']],
    ['a', ['b']],
  ])
  expect(names({ a: hidden, url: { ...hidden, format: 'uri' } })).toStrictEqual([
    ['a', ['url']],
    ['url', []],
  ])
  expect(names({ group: { type: 'object', properties: { a: hidden } } }, { group: {} })).toStrictEqual([['group', []]])
  expect(names({ group: { type: 'object', properties: { a: text } } }, { 'group.a': {}, group: {} })).toStrictEqual([['group', []]])
  // A name with a dot may be a path or a property: both are hidden.
  expect(names({ 'a.b': text, a: { type: 'object', properties: { b: text } } }, { 'a.b': {} })).toStrictEqual([
    ['a.b', []],
    ['a.b', []],
  ])
  expect(names({ a: text }, { a: undefined as never })).toStrictEqual([])
})

test('[50] what is no field is told, near misses too: a dot too many, a list or a recursion behind a reference', () => {
  const told = (schema: object, name: string): readonly string[] =>
    declared({ type: 'object', ...schema }, { [name]: {} }).problems.map(({ code, message }) => `${code}: ${message}`)
  const map = { properties: { headers: { type: 'object', additionalProperties: text } } }
  for (const name of ['headers.', '.headers', 'headers..a']) expect(told(map, name), name).toHaveLength(1)
  const list = { type: 'array', items: { type: 'object', properties: { key: text } } }
  expect(told({ properties: { list: { $ref: '#/$defs/list' } }, $defs: { list } }, 'list.key')).toStrictEqual([
    expect.stringMatching(/name the whole array$/),
  ])
  const tree = { type: 'object', properties: { key: text, child: { $ref: '#/$defs/tree' } } }
  const group = { type: 'object', properties: { top: { $ref: '#/$defs/tree' } } }
  expect(told({ properties: { group }, $defs: { tree } }, 'group.top.key')).toStrictEqual([
    expect.stringMatching(/^secret_in_recursion: 'group\.top\.key' .*Make the whole 'group\.top' secret/),
  ])
})

test('[50] a writeOnly that is no field of its own makes no secret; one whose field is secret anyway is no problem', () => {
  const hidden = { ...text, writeOnly: true }
  const none = [{ properties: { list: { type: 'array', items: hidden } } }, { properties: {}, writeOnly: true }]
  for (const schema of none) expect(declared({ type: 'object', ...schema }).model.secrets).toStrictEqual([])
  const list = { allOf: [{ items: hidden }, { type: 'array', writeOnly: true }] }
  const { model: found, problems } = declared({ type: 'object', properties: { list } })
  expect([found.secrets.map(({ name }) => name), problems]).toStrictEqual([['list'], []])
})

test('a secret with a dot in its name is found inside a group and in one of several variants; bound to nothing, it is so', () => {
  const paths = (schema: object, name: string): unknown =>
    declared({ type: 'object', ...schema }, { [name]: {} }).model.secrets.map(({ path }) => path)
  const dotted = { type: 'object', properties: { 'x.y': text } }
  expect(paths({ properties: { a: dotted } }, 'a.x.y')).toStrictEqual([['a', 'x.y']])
  expect(paths({ anyOf: [dotted, { type: 'object', properties: { z: text } }] }, 'x.y')).toStrictEqual([['x.y']])
  const url = { type: 'string', format: 'uri' }
  expect(model({ a: text, url }, { a: { boundTo: [] } }).secrets[0]?.boundTo).toStrictEqual([])
})

test('[50] a field that takes nothing that JSON carries is told by its path; the config as a whole is asked for no value', () => {
  const told = (jsonSchema: object, issues: readonly object[]): readonly string[] => {
    const problems: ConfigProblem[] = []
    const schema = { schema: { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } }, jsonSchema } as ConfigSchema
    describeConfig('p', schema, {}, problems)
    return problems.map(({ code, message }) => `${code}: ${message}`)
  }
  const group = { type: 'object', properties: { at: {} } }
  expect(told({ type: 'object', properties: { group } }, [{ message: 'no date', path: ['group', 'at'] }])).toStrictEqual([
    expect.stringMatching(/^config_not_json: the field 'group\.at' of its config takes no value/),
  ])
  expect(told({ anyOf: [{ type: 'object' }, {}] }, [{ message: 'no', path: ['a'] }])).toStrictEqual([])
})
