import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { ConfigInvalidError, Rejected, Unavailable } from '../errors/index.ts'
import { scrubError, scrubText, secretValues, type Scrub } from './index.ts'

const canary = 'canary-7f3a9c'
const scrub = (): Scrub => scrubText([canary])
const shown = (value: unknown): string => `${inspect(value, { depth: 20, showHidden: true })} ${JSON.stringify(value)} ${String(value)}`

test('an Unavailable or a Rejected stays one, however oddly it is made', () => {
  const odd = (error: Error): unknown[] => [
    error,
    Object.freeze(Object.assign(error, { extra: canary })),
    new Proxy(error, {
      ownKeys: () => {
        throw new Error('no keys')
      },
    }),
  ]
  for (const error of odd(new Unavailable(`down ${canary}`))) expect(scrubError(scrub(), error)).toBeInstanceOf(Unavailable)
  for (const error of odd(new Rejected(`no ${canary}`))) expect(scrubError(scrub(), error)).toBeInstanceOf(Rejected)
  class Getter extends Unavailable {
    override get message(): string {
      return canary
    }
  }
  const result = scrubError(scrub(), new Getter('x'))
  expect(result).toBeInstanceOf(Unavailable)
  expect(shown(result)).not.toContain(canary)
  // Where the marks of the class themselves hold the secret.
  expect(scrubError(scrubText(['error', 'unavailable']), new Unavailable('some error'))).toBeInstanceOf(Unavailable)
})

test('what an object says of itself is looked at, and what can not be cleaned is a note', () => {
  class Talks {
    [inspect.custom](): string {
      return canary
    }
    readonly fine = 1
  }
  const things = {
    talks: new Talks(),
    says: { toString: (): string => canary },
    lazy: Object.defineProperty({}, 'body', { enumerable: true, get: () => canary }),
    run: Object.assign(() => {}, { key: canary }),
    [Symbol(canary)]: 1,
    [canary]: 1,
    big: 5n,
    list: Object.assign([canary], { extra: canary }),
  }
  const error = Object.assign(new TypeError('x'), { things })
  expect(scrubError(scrub(), error)).toBe(error)
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(canary)
  expect(error.things).toMatchObject({ talks: '[Talks not shown: it holds a secret]', lazy: { body: '[secret]' }, big: 5n })
  expect(things.talks.fine).toBe(1)
})

test('a field that can not be changed makes a copy of the same class', () => {
  const error = new ConfigInvalidError('p', [])
  Object.defineProperty(error, 'fixed', { value: canary, enumerable: true })
  const copy = scrubError(scrub(), error)
  expect(copy).not.toBe(error)
  expect(copy).toBeInstanceOf(ConfigInvalidError)
  expect(shown(copy)).not.toContain(canary)
})

test('what can not be looked at is told as such, and nothing is thrown', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  expect(scrubError(scrub(), proxy)).toBe('[object not shown: it holds a secret]')
  const error = Object.assign(new Error('x'), { proxy, endless: endless() })
  expect(() => inspect(scrubError(scrub(), error), { depth: 20 })).not.toThrow()
  expect(scrubError(scrub(), `${'x'.repeat(5_000_000)}${canary}`)).toBe('[text of 5000013 characters not shown]')
})

/** Each look finds one more. */
function endless(): object {
  return Object.defineProperty({}, 'next', { enumerable: true, get: endless })
}

test('many errors that each hold a secret, in each other, are all cleaned', () => {
  const errors = Array.from({ length: 200 }, (_, n) => new Error(`${n} ${canary}`))
  for (const [n, error] of errors.entries()) Object.assign(error, { other: errors[(n * 7 + 1) % 200], cause: errors[n - 1] })
  const all = new AggregateError(errors, canary)
  expect(scrubError(scrub(), all)).toBe(all)
  for (const error of [all, ...errors]) expect(`${error.message} ${error.stack ?? ''}`).not.toContain(canary)
})

test('of more than can be looked at, nothing is shown that was not looked at', () => {
  const list = Array.from({ length: 60_000 }, (_, n) => ({ n }))
  list.push({ key: canary } as never)
  const error = Object.assign(new Error('x'), {
    list,
    far: { list: Array.from({ length: 40_000 }, () => ({ key: canary })) },
    near: 'here',
  })
  expect(scrubError(scrub(), error)).toBe(error)
  expect(error.list).toBe('[Array not shown: it holds a secret]')
  expect(error.near).toBe('here')
  expect(JSON.stringify(error)).not.toContain(canary)
})

test('overlapping secrets leave nothing of either; many secrets are all found', () => {
  const both = scrubText(['abcd1234', '1234567890'])
  expect(both('x abcd1234567890 y')).toBe('x [secret] y')
  const many = scrubText(Array.from({ length: 3_000 }, (_, n) => `secret-number-${n}-end`))
  expect(many('a secret-number-2999-end b secret-number-7-end c')).toBe('a [secret] b [secret] c')
})

test('base64 at every alignment, single lines and other spellings are scrubbed; what every key begins with is not', () => {
  for (const before of ['', 'u', 'us', 'use']) {
    for (const after of ['', 'x', 'xy']) {
      const base64 = Buffer.from(`${before}${canary}${after}`).toString('base64')
      for (const spelling of [base64, base64.replaceAll('+', '-').replaceAll('/', '_')]) expect(scrub()(spelling)).toContain('[secret]')
    }
  }
  const pem = scrubText([`-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nshort\n-----END PRIVATE KEY-----`])
  expect(pem('at -----BEGIN PRIVATE KEY-----: MIIEvQIBADANBg, short')).toBe('at -----BEGIN PRIVATE KEY-----: [secret], short')
  expect(scrubText([` ${canary}\n`])(`key ${canary}`)).toBe('key [secret]')
  expect(scrub()(Buffer.from(canary).toString('hex').toUpperCase())).toBe('[secret]')
})

test('secret values are collected from what a schema makes of them too', () => {
  const field = (name: string): { name: string; path: string[]; boundTo: [] } => ({ name, path: [name], boundTo: [] })
  const output = { a: Buffer.from('bytes-in-clear'), b: new Map([['key-of', 7n]]), c: new URL('https://u:p%40ss@x.example') }
  const values = secretValues(['a', 'b', 'c', 'gone'].map(field), output)
  expect(values).toStrictEqual(expect.arrayContaining(['bytes-in-clear', 'key-of', '7', 'p@ss', 'p%40ss']))
})
