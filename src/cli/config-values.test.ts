import { expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../index.ts'
import { describeConfig } from '../config/index.ts'
import type { ConfigModel } from './board-inside.ts'
import { ConfigOptionError, UsageError } from './cli-errors.ts'
import type { ConfigSource } from './config-source.ts'
import { configFrom, type ConfigOptions } from './config-values.ts'

const schema = z.object({
  host: z.string(),
  port: z.number().optional(),
  apiKey: z.string().optional(),
  login: z.object({ user: z.string().optional(), password: z.string().optional() }).optional(),
  account: z.object({ id: z.string(), key: z.string() }).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  via: z.union([z.object({ kind: z.literal('a'), a: z.string() }), z.object({ kind: z.literal('b'), b: z.number() })]).optional(),
})
const model: ConfigModel = describe(schema, ['apiKey', 'login.password', 'account'])

function describe(config: z.ZodType, secrets: readonly string[]): ConfigModel {
  const found = describeConfig('smtp', config, Object.fromEntries(secrets.map((name) => [name, {}])), [])
  if (found === undefined) throw new Error('no model')
  return found
}

const files: Readonly<Record<string, string>> = { 'key.pem': '-----BEGIN-----\nabc\n', 'all.json': '{"host":"h","login":{"user":"u"}}' }
const source: ConfigSource = {
  variable: (label, name) => ({ KEY: 'from-env' })[name] ?? fail(label),
  file: (label, path) => files[path] ?? fail(label),
  stdin: async () => '{"host":"stdin"}',
}
function fail(label: string): never {
  throw new ConfigOptionError(`${label}: missing`)
}
const put = (options: ConfigOptions, base: JsonObject = {}) => configFrom(model, base, options, source)

test('fields, groups, maps and branches of a union are set by path', async () => {
  const set = ['host=a=b', 'port=25', 'login.user=u', 'labels.team=x', 'via.kind=b', 'via.b=7']
  const { config } = await put({ set })
  expect(config).toEqual({ host: 'a=b', port: 25, login: { user: 'u' }, labels: { team: 'x' }, via: { kind: 'b', b: 7 } })
})

test('what is not named stays, --from takes the place of all, --unset takes out', async () => {
  const base = { host: 'h', port: 1, login: { user: 'u' } }
  expect((await put({ set: ['port=2'] }, base)).config).toEqual({ host: 'h', port: 2, login: { user: 'u' } })
  expect((await put({ unset: ['port', 'login.user'] }, base)).config).toEqual({ host: 'h', login: {} })
  expect((await put({ from: 'all.json', set: ['port=3'] }, base)).config).toEqual({ host: 'h', login: { user: 'u' }, port: 3 })
  expect((await put({ from: '-' }, base)).config).toEqual({ host: 'stdin' })
  expect(base, 'the base is left alone').toEqual({ host: 'h', port: 1, login: { user: 'u' } })
})

test('[17] a file is taken byte for byte, and a variable as it is', async () => {
  const { config, concealed, exposed } = await put({ setFile: ['host=key.pem'], setEnv: ['apiKey=KEY'] })
  expect(config).toEqual({ host: '-----BEGIN-----\nabc\n', apiKey: 'from-env' })
  expect(concealed).toEqual(expect.arrayContaining(['from-env', '-----BEGIN-----\nabc\n']))
  expect(exposed).toEqual([])
})

test('[24] a secret in the command line is told of, and every secret is to be concealed', async () => {
  const typed = await put({
    set: ['apiKey=s3cret-a', 'login.password=s3cret-b', 'account={"id":"s3cret-c","key":"s3cret-d"}', 'host=plain'],
  })
  expect(typed.exposed).toEqual(['apiKey', 'login.password', 'account'])
  expect(typed.concealed).toEqual(['s3cret-a', 's3cret-b', 's3cret-c', 's3cret-d'])
})

test('a part of a secret group is not set alone: the rest would be lost', async () => {
  await expect(put({ set: ['account.key=x'] })).rejects.toThrow("'account' is one secret")
})

test('[24] an unknown path is refused with the fields there are, and neither path nor value is quoted', async () => {
  const canary = 'c2VjcmV0LWNhbmFyeQ'
  for (const set of [
    [`${canary}==`],
    [`apKey=${canary}`],
    [`constructor=${canary}`],
    [`__proto__.x=${canary}`],
    [`host.deeper=${canary}`],
  ]) {
    const error = await put({ set }).then(String, (thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConfigOptionError)
    expect(String(error)).not.toContain(canary)
    expect(String(error)).toContain('Its fields: host, port, apiKey, login.user, login.password')
  }
  await expect(put({ set: ['apKey=x'] })).rejects.toThrow("Did you mean 'apiKey'?")
  await expect(put({ unset: ['prot'] })).rejects.toThrow("Did you mean 'port'?")
})

test('[24] a stranger inside --from is refused: it would be stored in clear sight', async () => {
  const from = (text: string) => configFrom(model, {}, { from: '-' }, { ...source, stdin: async () => text })
  for (const text of ['{"apKey":"canary"}', '{"login":{"pasword":"canary"}}']) {
    const error = await from(text).then(String, (thrown: unknown) => String(thrown))
    expect(error).toContain('names no field')
    expect(error).not.toContain('canary')
  }
  expect((await from('{"labels":{"anything":"goes"}}')).config).toEqual({ labels: { anything: 'goes' } })
})

test('[24] what is no JSON is told with its place only', async () => {
  const texts = ['{"apiKey": "canary"', 'canary', '{"apiKey": canary}', '["canary"]', '"canary"', '']
  for (const text of texts) {
    const error = await configFrom(model, {}, { from: '-' }, { ...source, stdin: async () => text }).then(String, (thrown: unknown) =>
      String(thrown),
    )
    expect(error, text).toMatch(/--from: it is not (?:JSON|a JSON object)/)
    expect(error, text).not.toContain('canary')
  }
})

test('what is typed wrongly is wrong usage', async () => {
  await expect(put({ set: ['canary'] })).rejects.toThrow(UsageError)
  await expect(put({ set: ['=canary'] })).rejects.toThrow('--set takes path=value.')
  await expect(put({ set: ['port=1', 'port=2'] })).rejects.toThrow("'port' is given twice")
  await expect(put({ unset: ['apiKey'] })).rejects.toThrow('Use --clear-secret apiKey')
})
