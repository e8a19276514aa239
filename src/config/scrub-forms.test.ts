import { expect, test } from 'vitest'
import { scrubNothing, scrubText, type Scrub } from './scrub.ts'

const secret = 'sk+live/=é"1'
const scrub = (): Scrub => scrubText([secret])

test('[24] a secret is taken out as it is, as JSON, twice JSON, URL, form, hex and base64 carry it', () => {
  const bytes = Buffer.from(secret)
  const json = JSON.stringify(secret).slice(1, -1)
  const base64 = bytes.toString('base64')
  const forms = [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase(),
    new URLSearchParams({ a: secret }).toString().slice(2),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    base64,
    base64.replace(/=+$/, ''),
    bytes.toString('base64url'),
  ]
  for (const form of forms) expect(scrub()(`before ${form} after`), form).toMatch(/^before \[secret\]=* after$/)
  expect(scrubText(['sk live*~1'])('k=sk+live*%7E1')).toBe('k=[secret]')
  expect(scrubText(['>>>???'])('Pj4+Pz8/ Pj4-Pz8_')).toBe('[secret] [secret]')
})

test('[24] inside a longer base64, such as Basic authorization, what the secret alone decides is taken out wherever it begins', () => {
  for (const before of ['', 'a', 'ab', 'abc', 'user:']) {
    const whole = Buffer.from(`${before}${secret}`).toString('base64')
    const left = scrub()(`Basic ${whole}`)
    expect(left, before).toContain('[secret]')
    // What is left tells at most two characters of the secret.
    const kept = left.replace('Basic ', '').replace('[secret]', '')
    expect(kept.length, left).toBeLessThanOrEqual(Math.ceil((before.length * 4) / 3) + 4)
  }
})

test('blanks around a secret make no difference', () => {
  expect(scrubText([`  ${secret}\n`])(`a ${secret} b`)).toBe('a [secret] b')
  expect(scrubText([' x y z '])('<x y z>')).toBe('<[secret]>')
})

test('a value under four characters is left, one of four is not; without any there is nothing to do', () => {
  expect(scrubText(['abc', ''])).toBe(scrubNothing)
  expect(scrubText([])).toBe(scrubNothing)
  expect(scrubNothing('abc')).toBe('abc')
  expect(scrubText(['abcd'])('x abcd y abc')).toBe('x [secret] y abc')
  expect(scrubText(['abcd'])('abcd x abcd')).toBe('[secret] x [secret]')
})

test('where secrets overlap or follow each other nothing of either is left, and what stands between is', () => {
  const two = scrubText(['abcdef', 'defghi'])
  expect(two('<abcdefghi>')).toBe('<[secret]>')
  expect(two('abcdefdefghi')).toBe('[secret][secret]')
  expect(two('abcdef, defghi')).toBe('[secret], [secret]')
  expect(scrubText(['abcd', 'abcdefgh'])('abcdefgh abcdefg')).toBe('[secret] [secret]efg')
  expect(scrubText(['abcdefgh', 'cdef'])('abcdefghij')).toBe('[secret]ij')
  expect(two('nothing here')).toBe('nothing here')
})

test('each line of a key in many lines is a secret from eight characters on, its frame is not', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\r\nMIIEvQIBADAN\nshort\n-----END PRIVATE KEY-----'
  const key = scrubText([pem])
  expect(key('bad line MIIEvQIBADAN')).toBe('bad line [secret]')
  expect(key('short')).toBe('short')
  expect(key('-----BEGIN PRIVATE KEY----- of whom?')).toBe('-----BEGIN PRIVATE KEY----- of whom?')
  expect(key(`<${pem}>`)).toBe('<[secret]>')
  for (const end of ['\n', '\r\n', '\r', '\\n'])
    expect(scrubText([`12345678${end}  abcdefgh `])('abcdefgh 12345678')).toBe('[secret] [secret]')
  expect(scrubText(['1234567\n12345678'])('1234567 12345678')).toBe('1234567 [secret]')
  // Only a whole line is the frame.
  expect(scrubText(['x -----BEGIN A-----\nshort'])('x -----BEGIN A-----')).toBe('[secret]')
  expect(scrubText(['-----BEGIN A----- x\nshort'])('-----BEGIN A----- x')).toBe('[secret]')
  // A line as JSON carries it.
  expect(scrubText(['say "hello"\nand go'])('{"x":"say \\"hello\\""}')).toBe('{"x":"[secret]"}')
  // A single line is the secret itself: no part of it is one.
  expect(scrubText(['  12345678 abcdefgh'])('abcdefgh')).toBe('abcdefgh')
})

test('a text goes through the same with few secrets as with hundreds, and comes back itself where it holds none', () => {
  const many = scrubText([secret, ...Array.from({ length: 500 }, (_, n) => `other-${n}-${n * 7919}`)])
  for (const scrubOf of [scrub(), many]) {
    expect(scrubOf(`a ${secret} b ${secret}`)).toBe('a [secret] b [secret]')
    expect(scrubOf(secret)).toBe('[secret]')
    for (const text of ['', 'a', 'abc', 'nothing of it here']) expect(scrubOf(text)).toBe(text)
  }
  expect(many('other-499-3951581')).toBe('[secret]')
})

test('of a secret in very many lines the first thousand are looked for one by one', () => {
  const lines = Array.from({ length: 1_001 }, (_, n) => `line-number-${String(n).padStart(4, '0')}`)
  const many = scrubText([lines.join('\n')])
  expect(many('a line-number-0999.')).toBe('a [secret].')
  expect(many('a line-number-1000.')).toBe('a line-number-1000.')
})

test('a secret that is no valid Unicode breaks nothing', () => {
  expect(scrubText(['abc\uD800d'])('x abc\uD800d y')).toBe('x [secret] y')
})
