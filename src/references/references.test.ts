import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { TempFolder, testKeys } from '../../test/support/open-board.ts'
import { describeConfig, type ConfigModel, type ConfigProblem, type Json } from '../config/index.ts'
import type { ConfigSchema, SecretOptions } from '../contract/index.ts'
import type { RegistrationProblem } from '../errors/index.ts'
import { fitsPattern } from './allow-list.ts'
import { isDestination } from './destination.ts'
import { readAllowList, References, type ReferenceOptions } from './index.ts'

function modelOf(schema: ConfigSchema, secrets: Readonly<Record<string, SecretOptions>> = { apiKey: {} }): ConfigModel {
  const problems: ConfigProblem[] = []
  const model = describeConfig('p', schema, secrets, problems)
  if (model === undefined || problems.length > 0) throw new Error(JSON.stringify(problems))
  return model
}
const plain = modelOf(z.object({ apiKey: z.string().optional(), url: z.url().default('https://api.example') }))

function references(options: ReferenceOptions, env: Readonly<Record<string, string>> = {}, keys?: string): References {
  const problems: RegistrationProblem[] = []
  const allowed = readAllowList(options, problems)
  expect(problems).toStrictEqual([])
  return new References({ allowed, env, keys })
}
/** The value, or the reason there is none. */
async function read(from: References, reference: string, more: object = {}, model: ConfigModel = plain): Promise<unknown> {
  const config = { apiKey: { $ref: reference }, ...more } as Json
  const { config: resolved, problems } = await from.resolve(model, config, 5_000)
  return problems[0]?.reason ?? (resolved as { readonly apiKey?: Json }).apiKey
}

test('a pattern fits a whole name, `*` any characters of it, in time that does not explode', () => {
  const fits = (pattern: string): readonly string[] => ['A', 'AB', 'ABA', 'AXBXA', ''].filter((name) => fitsPattern(name, pattern))
  expect(fits('A')).toStrictEqual(['A'])
  expect(fits('A*')).toStrictEqual(['A', 'AB', 'ABA', 'AXBXA'])
  expect(fits('*A')).toStrictEqual(['A', 'ABA', 'AXBXA'])
  expect(fits('A*A')).toStrictEqual(['ABA', 'AXBXA'])
  expect(fits('A*B*A')).toStrictEqual(['ABA', 'AXBXA'])
  expect(fits('*')).toHaveLength(5)
  expect(fits('')).toStrictEqual([''])
  expect(fitsPattern('a'.repeat(5_000), `${'a*'.repeat(500)}b`)).toBe(false)
})

test('a variable is read where a pattern allows it, and is what it is at that time', async () => {
  const env: Record<string, string> = { STRIPE_KEY: 'one', OTHER: 'no', STRIPE_EMPTY: '' }
  const from = references({ env: ['STRIPE_*'] }, env)
  expect(await read(from, 'env:STRIPE_KEY')).toBe('one')
  env['STRIPE_KEY'] = ' two\n'
  expect(await read(from, 'env:STRIPE_KEY')).toBe(' two\n')
  for (const name of ['OTHER', 'stripe_KEY', 'XSTRIPE_KEY']) expect(await read(from, `env:${name}`)).toBe('not_allowed')
  for (const name of ['STRIPE_NONE', 'STRIPE_EMPTY']) expect(await read(from, `env:${name}`)).toBe('not_found')
  expect(await read(references({ env: ['*'] }, env), 'env:constructor')).toBe('not_found')
})

test('attack 17: the keyring is read by no reference, whatever allows it and wherever it lies', async () => {
  using folder = new TempFolder()
  writeFileSync(join(folder.path, 'keys'), testKeys)
  writeFileSync(join(folder.path, '.env'), `A=b\nPLUGBOARD_KEYS="k2:${'A'.repeat(43)}=,${testKeys}"\n`)
  const options = { env: ['*', 'PLUGBOARD_*'], file: [`${folder.path}/`], resolvers: { vault: async () => testKeys } }
  const env = { PLUGBOARD_KEYS: testKeys, plugboard_keys: testKeys, COPY: `keys are ${testKeys}`, FINE: 'fine' }
  for (const keys of [testKeys, undefined]) {
    const from = references(options, env, keys)
    for (const reference of [
      ...Object.keys(env).map((name) => `env:${name}`),
      'vault:x',
      `file:${folder.path}/keys`,
      `file:${folder.path}/.env`,
    ])
      expect(await read(from, reference), reference).toBe(reference === 'env:FINE' ? 'fine' : 'not_allowed')
  }
})

test('[17] a file is read byte for byte; a single line without its line break', async () => {
  using folder = new TempFolder()
  const from = references({ file: [`${folder.path}/`] })
  const contents = [
    ['-----BEGIN KEY-----\r\nabc\r\n-----END KEY-----\r\n', undefined],
    ['{"a": 1,\n "b": 2}\n\n', undefined],
    ['\ufeff{"no": "end"}', undefined],
    ['two\nlines', undefined],
    ['sk_live_1\n', 'sk_live_1'],
    ['sk_live_1\r\n', 'sk_live_1'],
    ['  spaces stay \t\n', '  spaces stay \t'],
    ['\n\n', undefined],
    ['سلام 🎈\n', 'سلام 🎈'],
  ] as const
  for (const [content, expected] of contents) {
    writeFileSync(join(folder.path, 'secret'), content)
    expect(await read(from, `file:${folder.path}/secret`), JSON.stringify(content)).toBe(expected ?? content)
  }
})

test('attack 17: a file is allowed by where it is in the end: no `..`, no link, no absolute path, no folder beside it leads out', async () => {
  using folder = new TempFolder()
  const at = (...path: readonly string[]): string => join(folder.path, ...path)
  for (const name of ['in', 'in/deep', 'in-beside', 'out']) mkdirSync(at(name))
  for (const name of ['in/key', 'in/deep/key', 'in-beside/key', 'out/key']) writeFileSync(at(name), `of ${name}`)
  symlinkSync(at('out', 'key'), at('in', 'link'))
  symlinkSync(at('out'), at('in', 'folder'))
  symlinkSync('../out/key', at('in', 'relative'))
  symlinkSync(at('in', 'deep'), at('in', '..data'))
  symlinkSync(at('nowhere'), at('in', 'dangling'))
  symlinkSync(at('in'), at('alias'))
  for (const name of ['in', 'out']) symlinkSync(at(name, 'loop'), at(name, 'loop'))
  const from = references({ file: [at('in/')] })
  const files: Readonly<Record<string, string>> = {
    'in/key': 'of in/key',
    'in/deep/key': 'of in/deep/key',
    // As Kubernetes mounts secrets.
    'in/..data/key': 'of in/deep/key',
    'in/deep/../key': 'of in/key',
    'out/../in/key': 'of in/key',
    'alias/key': 'of in/key',
    'in/none': 'not_found',
    'in/dangling': 'not_found',
    'in/deep': 'unreadable',
    'in/key/': 'of in/key',
    'in/loop': 'unreadable',
    'out/loop': 'not_allowed',
    'in/link': 'not_allowed',
    'in/relative': 'not_allowed',
    'in/folder/key': 'not_allowed',
    'in/../out/key': 'not_allowed',
    'in/../out/none': 'not_allowed',
    'in-beside/key': 'not_allowed',
    'out/key': 'not_allowed',
    'out/none': 'not_allowed',
    in: 'not_allowed',
  }
  for (const [file, expected] of Object.entries(files)) {
    // Not joined: that would take the `..` out.
    expect(await read(from, `file:${folder.path}/${file}`), file).toBe(expected)
  }
  for (const file of ['key', '../key', './in/key', 'in/key', '~/key', `//${at('out/key')}`])
    expect(await read(from, `file:${file}`)).toBe('not_allowed')
  const one = references({ file: [at('in/key'), at('in/link')] })
  expect(await read(one, `file:${at('in/key')}`)).toBe('of in/key')
  expect(await read(one, `file:${at('in/deep/key')}`)).toBe('not_allowed')
  expect(await read(one, `file:${at('in/link')}`), 'the code names the link itself').toBe('of out/key')
})

test('what is no text, too large, or no file is told', async () => {
  using folder = new TempFolder()
  const from = references({ file: [`${folder.path}/`] })
  const file = join(folder.path, 'secret')
  const largest = 1024 * 1024
  writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00]))
  expect(await read(from, `file:${file}`)).toBe('not_text')
  writeFileSync(file, 'a'.repeat(largest))
  expect(await read(from, `file:${file}`)).toHaveLength(largest)
  writeFileSync(file, 'a'.repeat(largest + 1))
  expect(await read(from, `file:${file}`)).toBe('too_large')
  writeFileSync(file, '')
  expect(await read(from, `file:${file}`)).toBe('not_found')
  if (process.platform === 'linux') expect(await read(references({ file: ['/dev/null'] }), 'file:/dev/null')).toBe('unreadable')
})

test('a resolver gets the name and a signal; what it throws, or gives that is no text, is told without its words', async () => {
  const canary = 'canary-7f3a9c'
  class VaultError extends Error {
    override readonly name = 'VaultError'
    readonly code = 'PERMISSION_DENIED'
  }
  const asked: string[] = []
  const given: Readonly<Record<string, () => unknown>> = {
    text: () => canary,
    number: () => 5,
    nothing: () => undefined,
    object: () => ({ toString: () => canary }),
    empty: () => '',
    throws: () => {
      throw new VaultError(`bad ${canary}`)
    },
    rejects: () => Promise.reject(new Error(canary)),
    odd: () => Promise.reject(canary),
    hostile: () =>
      Promise.reject(
        new Proxy(new Error(canary), {
          get: () => {
            throw new Error(canary)
          },
        }),
      ),
  }
  const from = references({
    resolvers: {
      vault: (name, { signal }) => {
        asked.push(name)
        expect(signal.aborted).toBe(false)
        // As plain JavaScript may have it.
        return given[name]?.() as Promise<string>
      },
    },
  })
  const problems: string[] = []
  const reasons = new Map<string, unknown>()
  for (const name of Object.keys(given)) {
    const resolved = await from.resolve(plain, { apiKey: { $ref: `vault:${name}` } }, 5_000)
    reasons.set(name, resolved.problems[0]?.reason)
    problems.push(JSON.stringify(resolved.problems))
  }
  expect(asked).toStrictEqual(Object.keys(given))
  expect(Object.fromEntries(reasons)).toStrictEqual({
    text: undefined,
    number: 'not_text',
    nothing: 'not_text',
    object: 'not_text',
    empty: 'not_found',
    throws: 'failed',
    rejects: 'failed',
    odd: 'failed',
    hostile: 'failed',
  })
  expect(problems.join()).not.toContain(canary)
  expect(problems.join()).toContain("can't be read (VaultError, PERMISSION_DENIED)")
})

test('a resolver that hangs is left at the deadline, and its signal is aborted; others are told', async () => {
  let aborted = false
  const from = references(
    {
      env: ['KEY'],
      resolvers: { vault: (_name, { signal }) => new Promise(() => signal.addEventListener('abort', () => (aborted = true))) },
    },
    { KEY: 'k' },
  )
  const two = modelOf(z.object({ apiKey: z.string(), other: z.string() }), { apiKey: {}, other: {} })
  const resolved = await from.resolve(two, { apiKey: { $ref: 'vault:x' }, other: { $ref: 'env:KEY' } }, 20)
  expect(resolved).toStrictEqual({
    config: { other: 'k' },
    problems: [{ secret: 'apiKey', reason: 'deadline', message: 'what it refers to did not come within 20 ms' }],
    referring: ['apiKey', 'other'],
  })
  expect(aborted).toBe(true)
})

test('nothing is on by default; what can not be a reference is not quoted', async () => {
  const canary = 'sk_live_7f3a9c'
  for (const text of [canary, `user:${canary}`, `env:${canary}`, `file:${canary}`, `:${canary}`, `vault:\n${canary}`]) {
    for (const options of [{}, { env: ['A'], file: ['/run/secrets/'] }]) {
      const { problems } = await references(options).resolve(plain, { apiKey: { $ref: text } }, 5_000)
      expect(['malformed', 'unknown_scheme', 'not_allowed']).toContain(problems[0]?.reason)
      expect(JSON.stringify(problems)).not.toContain(canary)
    }
  }
})

test('where the field takes no text, what is read is taken as JSON', async () => {
  const model = modelOf(z.object({ apiKey: z.object({ id: z.string(), key: z.string() }) }))
  const from = references({ env: ['*'] }, { GOOD: '{"id": "1", "key": "k"}', BAD: '{"id": "canary' })
  expect(await read(from, 'env:GOOD', {}, model)).toStrictEqual({ id: '1', key: 'k' })
  expect(await read(from, 'env:BAD', {}, model)).toBe('not_text')
})

test('attack 17: what a reference names is sent only where the code says: a default, a fixed value, or what `to` lists', async () => {
  const model = modelOf(
    z.object({
      apiKey: z.string(),
      url: z.url().default('https://api.example'),
      region: z.enum(['eu', 'us']).optional(),
      to: z
        .discriminatedUnion('kind', [z.object({ kind: z.literal('ours') }), z.object({ kind: z.literal('theirs'), url: z.url() })])
        .optional(),
    }),
    { apiKey: { boundTo: ['url', 'to.url', 'region'] } },
  )
  const env = { KEY: 'k', OPEN: 'o', NARROW: 'n' }
  const from = references(
    { env: ['KEY', { name: 'OPEN', to: '*' }, { name: 'NARROW', to: ['https://a.example', 'https://b.example/v1'] }] },
    env,
  )
  const rogue = { url: 'https://rogue.example' }
  expect(await read(from, 'env:KEY', {}, model)).toBe('k')
  expect(await read(from, 'env:KEY', { url: 'https://api.example', region: 'us', to: { kind: 'ours' } }, model)).toBe('k')
  expect(await read(from, 'env:KEY', rogue, model)).toBe('destination')
  expect(await read(from, 'env:KEY', { to: { kind: 'theirs', ...rogue } }, model)).toBe('destination')
  expect(await read(from, 'env:KEY', { region: 'moon' }, model)).toBe('destination')
  expect(await read(from, 'env:OPEN', rogue, model)).toBe('o')
  expect(
    await read(from, 'env:NARROW', { url: 'https://b.example/v1/charges', to: { kind: 'theirs', url: 'https://a.example/x' } }, model),
  ).toBe('n')
  expect(await read(from, 'env:NARROW', { url: 'https://b.example/v2' }, model)).toBe('destination')
  const free = modelOf(z.object({ apiKey: z.string(), url: z.url() }), { apiKey: { boundTo: [] } })
  expect(await read(from, 'env:KEY', rogue, free), 'the plugin opts out of being bound').toBe('k')
})

test('a destination is an address on the same host under the same path, or a host name, and nothing that two readers see differently', () => {
  const to = ['https://api.example', 'https://b.example:8443/v1', 'smtp.example', 'smtp://mail.example', '2525']
  for (const good of [
    'https://api.example',
    'https://API.example/any/path?x=1',
    'https://b.example:8443/v1',
    'https://b.example:8443/v1/deep',
    'SMTP.example',
    'smtp://mail.example',
    2525,
    ['https://api.example', { a: 'smtp.example' }],
  ] as Json[])
    expect(isDestination(good, to), JSON.stringify(good)).toBe(true)
  for (const bad of [
    'http://api.example',
    'https://api.example:444',
    'https://api.example.rogue.example',
    'https://api.example@rogue.example',
    'https://rogue.example\\@api.example',
    'https://api.example\\@rogue.example',
    'https://api.example\n.rogue.example',
    'https:// api.example',
    'https://user@api.example',
    'https://rogue.example/https://api.example',
    'https://b.example:8443/v10',
    'https://b.example:8443/v1/../v2',
    'https://b.example:8443/v1/%2e%2e/v2',
    'smtp.example.rogue.example',
    'api.example',
    'smtp://mail.example:26',
    '',
    ['https://api.example', 'https://rogue.example'],
  ] as Json[])
    expect(isDestination(bad, to), JSON.stringify(bad)).toBe(false)
  expect(isDestination('anything', '*')).toBe(true)
  expect(isDestination('anything', [])).toBe(false)
})

test('an allow-list that can not be meant is refused, with everything that is wrong with it', () => {
  const problemsOf = (options: unknown): readonly string[] => {
    const problems: RegistrationProblem[] = []
    // As plain JavaScript may give it.
    readAllowList(options as ReferenceOptions, problems)
    expect(problems.every(({ code }) => code === 'references_invalid')).toBe(true)
    return problems.map(({ subject }) => subject.slice('createBoard({ references'.length, -' })'.length)).toSorted()
  }
  expect(problemsOf({ env: ['A_*', '*'], file: ['/run/secrets/', '/etc/key'], resolvers: { vault: async () => '' } })).toStrictEqual([])
  expect(problemsOf(undefined)).toStrictEqual([])
  for (const odd of [null, true, ['env'], 'env']) expect(problemsOf(odd)).toStrictEqual([''])
  expect(
    problemsOf({
      vault: {},
      env: [
        '',
        'A=B',
        'PLUGBOARD_KEYS',
        'plugboard_keys',
        5,
        { name: 'A' },
        { name: 'A', to: ['*'] },
        { name: 'A', to: [''] },
        { name: 'A', to: 'all' },
      ],
      file: ['', 'run/secrets/', './a', '/run/../etc/', '/run//secrets/', '/', '/run/*', null, { path: '/a' }],
      resolvers: {
        env: async () => '',
        Vault: async () => '',
        good: async () => '',
        bad: 'x',
        half: { to: '*' },
        wide: { resolve: async () => '', to: 1 },
      },
    }),
  ).toStrictEqual([
    ...[0, 1, 2, 3, 4].map((index) => `.env[${index}]`),
    ...[5, 6, 7, 8].map((index) => `.env[${index}].to`),
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((index) => `.file[${index}]`),
    '.file[8].to',
    '.resolvers.Vault',
    '.resolvers.bad',
    '.resolvers.env',
    '.resolvers.half',
    '.resolvers.wide.to',
    '.vault',
  ])
  for (const odd of [{ env: 'A' }, { file: '/run/secrets/' }, { resolvers: [] }]) expect(problemsOf(odd)).toHaveLength(1)
})
