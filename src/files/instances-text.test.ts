import fc from 'fast-check'
import { expect, test } from 'vitest'
import { often } from '../../test/support/runs.ts'
import type { InstancesDocument } from '../operations/index.ts'
import { InstancesFileError } from '../errors/index.ts'
import { instancesText } from './instances-text.ts'
import { parseYaml } from './parse-yaml.ts'

const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }).filter((value) => !JSON.stringify(value).includes('__proto__'))
const documentOf = (config: unknown, name = 'Main'): InstancesDocument => ({
  plugboard: 1,
  instances: [{ type: 't', plugin: 'p', name, config }],
})

test.for(['yaml', 'json'] as const)('what is written as %s is read again as it was, whatever stands in it', async (format) => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(
        fc.string({ unit: 'binary' }).filter((field) => field !== '__proto__'),
        json,
      ),
      fc.string({ unit: 'binary', minLength: 1 }),
      async (config, name) => {
        const text = await instancesText(documentOf(config, name), format, 'A comment\nof two lines')
        const parsed = await parseYaml(text, 'it')
        expect(parsed.value).toEqual(JSON.parse(JSON.stringify(documentOf(config, name))))
      },
    ),
    often(150),
  )
})

const tricky = {
  no: 'no',
  yes: 'yes',
  octal: '010',
  exponent: '1e3',
  date: '2026-01-01',
  tilde: '~',
  nothing: '',
  space: ' a ',
  pem: '-----BEGIN KEY-----\nabc\n  def\n-----END KEY-----\n',
  crlf: 'a\r\nb\r\n',
  hash: 'a # b',
  anchor: '&a *b !c',
  terminal: '\u001b[31m\u009b1m\u202etxt',
  persian: 'پرداخت ۱',
  emoji: '🙂',
  many: 'line\n\n\nline\n\n',
}

test('texts that YAML may take for something else come back as texts, and nothing in it moves a cursor', async () => {
  const text = await instancesText(documentOf(tricky), 'yaml', 'x')
  expect((await parseYaml(text, 'it')).value).toEqual(documentOf(tricky))
  // eslint-disable-next-line no-control-regex -- they are what is looked for.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  expect(text).toContain('"no": "no"')
})

test.for([
  ['a doubled name', 'a: 1\nb:\n  c: 2\n  c: 3\n', 4, 'stands here twice'],
  ['an alias', 'a: &x 1\nb: *x\n', 2, 'an alias'],
  ['a bomb of aliases', bomb(), 2, 'an alias'],
  ['an alias of nothing', 'b: *x\n', 1, 'alias'],
  ['a tag', 'a: 1\nb: !secret x\n', 2, 'a tag'],
  ['binary', 'a: !!binary aGk=\n', 1, 'a tag'],
  ['__proto__', 'a: 1\n__proto__:\n  admin: true\n', 2, "'__proto__'"],
  ['a name that is a list', 'a: 1\n? [1, 2]\n: 3\n', 2, 'must be a text'],
  ['a number too large', 'a: 1\nid: 12345678901234567890\n', 2, 'put it in quotes'],
  ['a tab', 'a:\n\t- 1\n', 2, 'a tab'],
  ['two documents', 'a: 1\n---\nb: 2\n', 2, 'more than one document'],
  ['an open bracket', 'a: [1, 2\nb: 3\n', 2, ''],
  ['no end', '['.repeat(10_000), undefined, 'nested too deeply'],
] as const)('%s is refused, with its line', async ([, text, line, message]) => {
  const refused: unknown = await parseYaml(text, 'it.yaml').catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(InstancesFileError)
  const [issue] = (refused as InstancesFileError).issues
  expect([issue?.line, issue?.message]).toEqual([line, expect.stringContaining(message)])
})

test('[24] what is refused quotes nothing of the text: it may be a secret', async () => {
  for (const broken of [
    'apiKey: "sk-canary',
    'apiKey: @sk-canary',
    'a: - sk-canary',
    'apiKey: {sk-canary',
    'apiKey: "\\qsk-canary"',
    'apiKey: %sk-canary\n\tsk-canary',
    'a: b: sk-canary',
    'a: !sk-canary x',
    'a: *sk-canary',
  ]) {
    const refused: unknown = await parseYaml(broken, 'it.yaml').catch((error: unknown) => error)
    expect(refused, broken).toBeInstanceOf(InstancesFileError)
    expect(JSON.stringify(refused) + (refused as Error).message + String((refused as Error).stack), broken).not.toContain('sk-canary')
  }
})

test('a map of twenty thousand names is read, and a double among them found', async () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `n${index}: 1`)
  expect(Object.keys((await parseYaml(names.join('\n'), 'it')).value as object)).toHaveLength(20_000)
  await expect(parseYaml([...names, 'n7: 2'].join('\n'), 'it')).rejects.toMatchObject({ issues: [{ line: 20_001 }] })
})

test('JSON is read as it is written, with tabs and with its lines', async () => {
  const { value, placeOf } = await parseYaml('{\n\t"a": [\n\t\t{ "b": 1 },\n\t\t{ "b": 2 }\n\t]\n}\n', 'it.json')
  expect(value).toEqual({ a: [{ b: 1 }, { b: 2 }] })
  expect(placeOf('/a/1/b').line).toBe(4)
  expect(placeOf('/a/1/b/not/there').line).toBe(4)
  expect(placeOf('/nowhere').line).toBe(1)
})

test('names are kept as they are written', async () => {
  expect((await parseYaml('010: a\ntrue: b\n0x1f: c\n1.50: d\n', 'it')).value).toEqual({ '010': 'a', true: 'b', '0x1f': 'c', '1.50': 'd' })
})

/** A billion laughs. */
function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 12; level++)
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    )
  return `${lines.join('\n')}\n`
}
