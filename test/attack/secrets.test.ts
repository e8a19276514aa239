/* eslint-disable unicorn/no-thenable -- `then` is a keyword of JSON Schema. */
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  changedPaths,
  describeConfig,
  mask,
  mergeSecrets,
  reentryRequired,
  scrubError,
  scrubText,
  toJson,
  type ConfigModel,
  type ConfigProblem,
  type Json,
} from '../../src/config/index.ts'
import type { ConfigIssue, ConfigSchema, SecretOptions } from '../../src/index.ts'
import { Plugin, PluginType, type Methods } from '../../src/index.ts'
import { actor, Bank, Gateway } from '../support/gateways.ts'
import { openBoard } from '../support/open-board.ts'

function describe(
  schema: ConfigSchema,
  secrets: Readonly<Record<string, SecretOptions>> = {},
): { model: ConfigModel | undefined; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = []
  return { model: describeConfig('test', schema, secrets, problems), problems }
}
/** Fields that force the kept secrets to be entered again. */
function again(schema: ConfigSchema, stored: Json, typed: Json): readonly string[] {
  const { model, problems } = describe(schema, { apiKey: {} })
  if (model === undefined || problems.length > 0) throw new Error(JSON.stringify(problems))
  return reentryRequired(model, stored, mergeSecrets(model, stored, typed)).flatMap((each) => each.changed)
}
const canary = 'canary-7f3a9c'

test('a kept secret must be entered again when the variant of the config changes', () => {
  const variants = z.discriminatedUnion('provider', [
    z.object({ provider: z.literal('ours'), apiKey: z.string() }),
    z.object({ provider: z.literal('theirs'), apiKey: z.string() }),
  ])
  expect(again(variants, { provider: 'ours', apiKey: canary }, { provider: 'theirs' })).toEqual(['provider'])
})

test('a kept secret must be entered again when the variant changes, and its default address with it', () => {
  const variants = z.discriminatedUnion('provider', [
    z.object({ provider: z.literal('ours'), apiKey: z.string(), url: z.url().default('https://ours.example') }),
    z.object({ provider: z.literal('theirs'), apiKey: z.string(), url: z.url().default('https://theirs.example') }),
  ])
  expect(again(variants, { provider: 'ours', apiKey: canary }, { provider: 'theirs' })).not.toEqual([])
})

test('a kept secret must be entered again when an address in a map at the root changes', () => {
  const open = z.object({ apiKey: z.string() }).catchall(z.url())
  expect(again(open, { apiKey: canary, eu: 'https://a.example' }, { eu: 'https://evil.example' })).not.toEqual([])
})

test("a kept secret must be entered again when the group's default address gives way to the field's", () => {
  const server = z.object({ url: z.url().default('https://inner.example') })
  const schema = z.object({ apiKey: z.string(), server: server.default({ url: 'https://outer.example' }) })
  expect(again(schema, { apiKey: canary }, { server: {} })).not.toEqual([])
})

interface Plain {
  readonly url?: string | undefined
  readonly child?: Plain | undefined
}
/** Without a secret in it: one would be refused, and the test of addresses says nothing then. */
const plain: z.ZodType<Plain, Plain> = z.object({
  url: z.url().optional(),
  get child() {
    return plain.optional()
  },
})

interface Tree {
  readonly url?: string | undefined
  readonly pass?: string | undefined
  readonly child?: Tree | undefined
}
const tree: z.ZodType<Tree, Tree> = z.object({
  url: z.url().optional(),
  pass: z.string().meta({ writeOnly: true }).optional(),
  get child() {
    return tree.optional()
  },
})

test('a secret at any depth of a schema that contains itself is hidden, or refused at registration', () => {
  const { model, problems } = describe(z.object({ tree }))
  const deep = { tree: { child: { child: { child: { pass: canary } } } } }
  if (problems.length === 0 && model !== undefined) expect(JSON.stringify(mask(model, deep))).not.toContain(canary)
})

test('an address at any depth of a schema that contains itself binds a kept secret', () => {
  const schema = z.object({
    apiKey: z.string(),
    tree: z.object({
      url: z.url().optional(),
      get child() {
        return plain.optional()
      },
    }),
  })
  const at = (url: string): Json => ({ child: { child: { child: { url } } } })
  expect(again(schema, { apiKey: canary, tree: at('https://a.example') }, { tree: at('https://evil.example') })).not.toEqual([])
})

test.each(['patternProperties', 'then', 'dependentSchemas', 'unevaluatedProperties'])(
  'a writeOnly field under %s is hidden, or refused at registration',
  (keyword) => {
    const secret = { type: 'string', writeOnly: true }
    const where = {
      patternProperties: { patternProperties: { '^x': secret } },
      then: { if: {}, then: { properties: { x1: secret } } },
      dependentSchemas: { dependentSchemas: { a: { properties: { x1: secret } } } },
      unevaluatedProperties: { unevaluatedProperties: secret },
    }[keyword]
    const jsonSchema = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: true, ...where }
    const { model, problems } = describe({ schema: z.looseObject({}), jsonSchema })
    if (problems.length === 0 && model !== undefined) expect(JSON.stringify(mask(model, { a: 'a', x1: canary }))).not.toContain(canary)
  },
)

test('an address under patternProperties binds a kept secret', () => {
  const jsonSchema = {
    type: 'object',
    properties: { apiKey: { type: 'string' } },
    patternProperties: { '^to': { type: 'string', format: 'uri' } },
  }
  expect(
    again({ schema: z.looseObject({}), jsonSchema }, { apiKey: canary, to: 'https://a.example' }, { to: 'https://evil.example' }),
  ).not.toEqual([])
})

test('a writeOnly field whose name has a dot is not taken for one inside another secret', () => {
  const jsonSchema = { type: 'object', properties: { a: { type: 'string', writeOnly: true }, 'a.b': { type: 'string', writeOnly: true } } }
  const { model } = describe({ schema: z.looseObject({}), jsonSchema })
  if (model !== undefined) expect(JSON.stringify(mask(model, { a: 'x', 'a.b': canary }))).not.toContain(canary)
})

test('where a secret group was plain text in an older release, the text is not shown', () => {
  const { model } = describe(z.object({ auth: z.object({ key: z.string() }) }), { 'auth.key': {} })
  if (model !== undefined) expect(JSON.stringify(mask(model, { auth: canary }))).not.toContain(canary)
})

test.each([
  ['nested in a secret group', z.object({ auth: z.object({ key: z.string().default(canary) }) }), { auth: {} }],
  ['of the group around a secret', z.object({ auth: z.object({ key: z.string() }).default({ key: canary }) }), { 'auth.key': {} }],
  ['in the examples of the whole', z.object({ key: z.string() }).meta({ examples: [{ key: canary }] }), { key: {} }],
] as const)("a secret's default %s is not in the JSON Schema that is stored and shown", (_, schema, secrets) => {
  expect(JSON.stringify(describe(schema, secrets).model?.jsonSchema)).not.toContain(canary)
})

test('a field that shares its schema with a secret is not write-only', () => {
  const shared = z.string().meta({ id: 'SharedText' })
  const { model } = describe(z.object({ apiKey: shared, name: shared }), { apiKey: {} })
  expect(model?.schemasAt(['name']).some((schema) => schema.writeOnly === true)).toBe(false)
})

test('the history tells that a secret map changed, and shows no name that was typed into it', async () => {
  abstract class Hook extends PluginType('hook') {
    static readonly methods: Methods<Hook> = { go: 'once' }
    abstract go(): Promise<void>
  }
  class Web extends Plugin(Hook, {
    key: 'web',
    config: z.object({ headers: z.record(z.string(), z.string()) }),
    secrets: { headers: {} },
  }) {
    async go(): Promise<void> {}
  }
  await using opened = await openBoard({ plugins: [Web] })
  const { admin } = opened.board
  const { id } = await admin.create({ type: Hook, plugin: 'web', name: 'one', config: { headers: { a: 'b' } } }, { actor })
  await admin.update(id, { config: { headers: { [canary]: 'v' } } }, { actor })
  expect(JSON.stringify(await admin.history({ instance: id }))).not.toContain(canary)
  expect(changedPaths({ headers: {} }, { headers: {} })).toEqual([])
})

test('a config handed in as JSON text is refused without being quoted', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const config: unknown = JSON.stringify({ apiKey: canary })
  const refused = await opened.board.admin
    .create({ type: Gateway, plugin: 'bank', name: 'one', config }, { actor })
    .catch((error: unknown) => error)
  expect(inspect(refused)).not.toContain(canary)
})

test('a secret that the schema trims, completes or decodes is scrubbed as the plugin got it', async () => {
  abstract class Hook extends PluginType('hook') {
    static readonly methods: Methods<Hook> = { go: 'once' }
    abstract go(): Promise<void>
  }
  class Web extends Plugin(Hook, { key: 'web', config: z.object({ apiKey: z.string().trim() }), secrets: { apiKey: {} } }) {
    async go(): Promise<void> {
      throw new Error(`401 for the key ${this.config.apiKey}, refused`)
    }
  }
  await using opened = await openBoard({ plugins: [Web] })
  await opened.board.admin.create(
    { type: Hook, plugin: 'web', name: 'one', config: { apiKey: ` ${canary}\n` }, status: 'active' },
    { actor },
  )
  const thrown = await opened.board
    .use(Hook)
    .go()
    .catch((error: unknown) => error)
  expect(inspect(thrown)).not.toContain(canary)
})

test('a password in a Basic authorization header is scrubbed', () => {
  const header = `Basic ${Buffer.from(`user:${canary}`).toString('base64')}`
  const shown = scrubText([canary])(`401, request headers { authorization: '${header}' }`)
  const base64 = /Basic ([A-Za-z0-9+/=]+)/.exec(shown)?.[1] ?? ''
  expect(Buffer.from(base64, 'base64').toString()).not.toContain(canary)
})

test('a line of a secret of many lines, as parsers quote it, is scrubbed', () => {
  expect(scrubText([`-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----\n`])(`bad line: ${canary}`)).not.toContain(canary)
})

test.each([
  ['a DOMException', () => new DOMException(`bad ${canary}`, 'DataError')],
  [
    'a structuredClone failure',
    () => {
      try {
        return structuredClone({ f: Object.assign(() => {}, { toString: () => canary }), k: canary })
      } catch (error) {
        return error
      }
    },
  ],
  [
    'a message that is a getter',
    () =>
      new (class extends Error {
        override get message(): string {
          return `bad ${canary}`
        }
      })(),
  ],
  [
    'a toJSON',
    () =>
      Object.assign(new Error('bad'), {
        response: new (class {
          toJSON(): object {
            return { body: canary }
          }
        })(),
      }),
  ],
  ['a symbol', () => Symbol(canary)],
] as const)('a secret in %s that is thrown is scrubbed', (_, make) => {
  const shown = scrubError(scrubText([canary]), make())
  const message = shown instanceof Error ? shown.message : String(shown)
  expect(`${message} ${inspect(shown, { showHidden: true })} ${JSON.stringify(shown) ?? ''}`).not.toContain(canary)
})

test.each([
  [
    'an object without a constructor',
    () => Object.assign(new Error('x'), { o: Object.assign(Object.create(Object.create(null)) as object, { k: canary }) }),
  ],
  [
    'a proxy that refuses to be looked at',
    () =>
      new Proxy(new Error('x'), {
        ownKeys: () => {
          throw new Error('no keys')
        },
      }),
  ],
  [
    'a list of 5,000 linked objects',
    () => {
      let node: object = { k: canary }
      for (let n = 0; n < 5_000; n++) node = { next: node }
      return Object.assign(new Error('x'), { node })
    },
  ],
] as const)('scrubbing %s throws nothing and shows nothing', (_, make) => {
  expect(inspect(scrubError(scrubText([canary]), make()), { depth: 20 })).not.toContain(canary)
})

test.each([
  [
    'a hole in an array',
    (): unknown => {
      const list: unknown[] = [1]
      list[2] = 3
      return { list }
    },
  ],
  ['a property of an array', (): unknown => ({ list: Object.assign([1], { extra: 2 }) })],
  ['a property named by a symbol', (): unknown => ({ [Symbol('a')]: 1 })],
] as const)('%s, which JSON would change or lose, is refused', (_, make) => {
  const issues: ConfigIssue[] = []
  toJson(make(), issues)
  expect(issues).toHaveLength(1)
})

test('a patternProperties that is no Unicode regular expression is a registration problem, not a later crash', () => {
  const { model, problems } = describe({
    schema: z.looseObject({}),
    jsonSchema: { type: 'object', properties: {}, patternProperties: { '^[\\w-.]+$': { type: 'string' } } },
  })
  if (problems.length === 0 && model !== undefined) expect(mask(model, { 'b-c': 'x' }).config).toEqual({ 'b-c': 'x' })
})
