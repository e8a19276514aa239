import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ConfigSchema, SecretOptions } from '../contract/index.ts'
import type { ConfigIssue } from '../errors/index.ts'
import {
  checkReferencePlaces,
  describeConfig,
  mask,
  mergeSecrets,
  knownFields,
  parseReference,
  reentryRequired,
  referencesIn,
  type ConfigModel,
  type ConfigProblem,
  type Json,
} from './index.ts'

function modelOf(schema: ConfigSchema, ...secrets: readonly string[]): ConfigModel {
  const problems: ConfigProblem[] = []
  const options: Readonly<Record<string, SecretOptions>> = Object.fromEntries(secrets.map((name) => [name, {}]))
  const model = describeConfig('p', schema, options, problems)
  if (model === undefined || problems.length > 0) throw new Error(JSON.stringify(problems))
  return model
}
const ref = (text: string): Json => ({ $ref: text })
/** Made in each test: what a file makes while it loads belongs to none. */
const model = (): ConfigModel =>
  modelOf(
    z.object({
      apiKey: z.string(),
      login: z.object({ user: z.string(), password: z.string().optional() }).optional(),
      account: z.object({ id: z.string(), key: z.string() }).optional(),
      headers: z.record(z.string(), z.string()).optional(),
      schema: z.any().optional(),
      list: z.array(z.object({ name: z.string() })).optional(),
      own: z.object({ $ref: z.string() }).optional(),
      ownSecret: z.object({ $ref: z.string() }).optional(),
      url: z.url().optional(),
    }),
    'apiKey',
    'login.password',
    'account',
    'ownSecret',
  )

test('a reference is scheme:name, on one line and of bounded length', () => {
  expect(parseReference('env:A')).toStrictEqual({ scheme: 'env', name: 'A' })
  expect(parseReference('my-vault+1.x:a:b c/d')).toStrictEqual({ scheme: 'my-vault+1.x', name: 'a:b c/d' })
  for (const text of [
    '',
    'env',
    'env:',
    ':A',
    'Env:A',
    '1env:A',
    'e nv:A',
    'env:A\nB',
    'env:A\u2028B',
    'env:A\0',
    `env:${'a'.repeat(997)}`,
  ])
    expect(parseReference(text), text.slice(0, 20)).toBeUndefined()
  expect(parseReference(`env:${'a'.repeat(996)}`)?.name).toHaveLength(996)
})

test('references stand at secret fields; where the schema has a field of that name it is ordinary data', () => {
  const config = {
    apiKey: ref('env:A'),
    login: { user: 'u', password: ref('env:B') },
    account: ref('file:/c'),
    own: ref('#/data'),
    ownSecret: ref('data'),
  }
  expect(referencesIn(model(), config).map(({ field, text }) => [field.name, text])).toStrictEqual([
    ['apiKey', 'env:A'],
    ['login.password', 'env:B'],
    ['account', 'file:/c'],
  ])
  const issues: ConfigIssue[] = []
  expect(knownFields(model(), config, issues)).toStrictEqual(config)
  expect(issues).toStrictEqual([])
  expect(knownFields(model(), { ...config, other: 1, url: ref('env:A') }, issues)).toStrictEqual({ ...config, url: {} })
  expect(issues.map(({ pointer }) => pointer)).toStrictEqual(['/other', '/url/$ref'])
  for (const value of ['env:A', ['env:A'], null, { $ref: 5 }, { $ref: 'env:A', more: 1 }, { ref: 'env:A' }] as Json[])
    expect(referencesIn(model(), { apiKey: value })).toStrictEqual([])
})

test('a reference anywhere else is refused with a pointer', () => {
  const pointers = (config: Json, of: ConfigModel = model()): readonly string[] => {
    const issues: ConfigIssue[] = []
    checkReferencePlaces(of, config, issues)
    return issues.map(({ pointer }) => pointer)
  }
  expect(pointers({ apiKey: ref('env:A'), account: ref('env:B'), own: ref('x'), ownSecret: ref('x') })).toStrictEqual([])
  expect(pointers({ login: ref('env:A') })).toStrictEqual(['/login'])
  expect(pointers({ login: { user: ref('env:A') }, url: ref('env:A') })).toStrictEqual(['/login/user', '/url'])
  expect(pointers({ account: { id: 'x', key: ref('env:A') } })).toStrictEqual(['/account/key'])
  expect(pointers({ headers: { a: ref('env:A') } })).toStrictEqual(['/headers/a'])
  expect(pointers({ schema: { deep: [1, { 'a/b': ref('env:A') }] } })).toStrictEqual(['/schema/deep/1/a~1b'])
  expect(pointers({ list: [{ name: ref('env:A') }, ref('env:A')] })).toStrictEqual(['/list/0/name', '/list/1'])
  expect(pointers(ref('env:A'))).toStrictEqual([''])
  // More than a reference is data, for the schema to judge.
  expect(pointers({ schema: { $ref: '#/x', title: 't' } })).toStrictEqual([])
  const issues: ConfigIssue[] = []
  checkReferencePlaces(modelOf(z.object({ name: z.string() })), { name: ref('env:canary') }, issues)
  expect(issues).toStrictEqual([
    { pointer: '/name', message: 'is a reference, which stands in the place of a whole secret only. This plugin has none' },
  ])
  const elsewhere: ConfigIssue[] = []
  checkReferencePlaces(model(), { url: ref('env:canary') }, elsewhere)
  expect(elsewhere[0]?.message).toBe(
    'is a reference, which stands in the place of a whole secret only. Here: apiKey, login.password, account, ownSecret',
  )
})

test('[24] of a reference is shown what it says, and nothing of one that can not be read: it may be the secret', () => {
  const secrets = (config: Json): unknown => mask(model(), config).secrets
  expect(secrets({ apiKey: ref('env:A'), login: { password: ref('sk_live_canary') }, ownSecret: ref('env:data') })).toStrictEqual([
    { path: 'apiKey', set: true, reference: 'env:A' },
    { path: 'login.password', set: true },
    { path: 'account', set: false },
    { path: 'ownSecret', set: true },
  ])
  expect(mask(model(), { apiKey: ref('env:A') }).config).toStrictEqual({})
})

test('a reference left blank is kept, and bound as a value is; one that is typed takes its place', () => {
  const stored = { apiKey: ref('env:A'), url: 'https://a.example' }
  expect(mergeSecrets(model(), stored, { url: 'https://a.example' })).toStrictEqual({ config: stored, kept: ['apiKey'] })
  expect(mergeSecrets(model(), stored, { apiKey: ref('env:B') })).toStrictEqual({ config: { apiKey: ref('env:B') }, kept: [] })
  const again = (typed: Json): unknown => reentryRequired(model(), stored, mergeSecrets(model(), stored, typed))
  expect(again({ url: 'https://b.example' })).toStrictEqual([{ secret: 'apiKey', changed: ['url'] }])
  expect(again({ url: 'https://a.example' })).toStrictEqual([])
  // The address of one secret may itself be another one.
  const hook = modelOf(z.object({ apiKey: z.string(), hook: z.url() }), 'apiKey', 'hook')
  const kept = { apiKey: 'k', hook: ref('env:A') }
  expect(reentryRequired(hook, kept, mergeSecrets(hook, kept, { hook: ref('env:B') }))).toStrictEqual([
    { secret: 'apiKey', changed: ['hook'] },
  ])
})
