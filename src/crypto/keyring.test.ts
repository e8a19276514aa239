import { expect, test } from 'vitest'
import { KeyringError } from '../errors/index.ts'
import { generateKey, parseKeyring } from './index.ts'

const base64 = (bytes: number, fill = 0xfb): string => Buffer.alloc(bytes, fill).toString('base64')
const problem = (text: string): string => {
  try {
    parseKeyring(text)
  } catch (error) {
    if (error instanceof KeyringError) return error.message
    throw error
  }
  return ''
}

test('a keyring gives its keys by id, the first one first, whatever blanks and empty entries stand between them', () => {
  const keyring = parseKeyring(` k2:${base64(32, 2)} ,, k1:${base64(32, 1)},`)
  expect(keyring).toMatchObject({ primary: 'k2', ids: ['k2', 'k1'] })
  expect(keyring?.key('k1')?.export()).toStrictEqual(Buffer.alloc(32, 1))
  expect(keyring?.key('k2')?.export()).toStrictEqual(Buffer.alloc(32, 2))
  expect(keyring?.key('k3')).toBeUndefined()
})

test('nothing but blanks and commas is no keyring', () => {
  for (const text of [undefined, '', ' \n', ',', ' , ,']) expect(parseKeyring(text)).toBeUndefined()
})

test('a key is base64 or base64url, padded or not', () => {
  const padded = base64(32)
  const spellings = [padded, padded.replace(/=+$/, ''), padded.replaceAll('+', '-').replaceAll('/', '_')]
  for (const spelling of spellings)
    expect(parseKeyring(`k1:${spelling}`)?.key('k1')?.export(), spelling).toStrictEqual(Buffer.alloc(32, 0xfb))
  // Every letter of both alphabets: the six bits of each, four to three bytes.
  for (const fill of [0x00, 0xff, 0xfe, 0x3f, 0x3e]) {
    const text = base64(32, fill)
    for (const spelling of [text, text.replaceAll('+', '-').replaceAll('/', '_')])
      expect(parseKeyring(`k1:${spelling}`)?.key('k1')?.export()).toStrictEqual(Buffer.alloc(32, fill))
  }
})

test('[50] what is not base64, or not quite, is refused and not guessed at', () => {
  const padded = base64(32)
  const bare = padded.replace(/=+$/, '')
  const broken = ['', '=', `${bare}===`, `${bare.slice(0, -1)}!`, `!${bare.slice(1)}`, ` ${bare}`, `${bare.slice(0, 20)}=${bare.slice(20)}`]
  for (const text of broken)
    expect(problem(`k1:${text}`), text).toBe(
      `PLUGBOARD_KEYS can't be read: the key 'k1' is not base64. Run plugboard keys generate to make one.`,
    )
  // Bits that belong to no byte: another key was meant, or a letter was lost.
  const last = bare.at(-1) ?? ''
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const crooked = `${bare.slice(0, -1)}${alphabet[alphabet.indexOf(last) + 1]}`
  expect(problem(`k1:${crooked}`)).toContain("the key 'k1' is not base64")
})

test('[50] a key of any length but 32 bytes is refused with its length', () => {
  for (const bytes of [1, 31, 33, 64]) expect(problem(`k1:${base64(bytes)}`)).toContain(`the key 'k1' has ${bytes} bytes instead of 32`)
})

test('[50] an id is 1 to 64 of the letters allowed and starts with a letter or digit, in a keyring as in a new key', () => {
  for (const id of ['k', 'K-1._', '0', 'a'.repeat(64)]) {
    expect(parseKeyring(`${id}:${base64(32)}`)?.ids).toStrictEqual([id])
    expect(parseKeyring(generateKey(id))?.primary).toBe(id)
  }
  for (const id of ['', '-k', '.k', 'k 1', 'k/1', 'kä', ' k', 'k\n', 'a'.repeat(65)]) {
    // Blanks around an entry are no part of it.
    if (id.trim() === id) expect(problem(`${id}:${base64(32)}`), id).toContain('entry 1 has an id that is not 1 to 64')
    expect(() => generateKey(id), id).toThrow(KeyringError)
  }
})

test('[50] every problem is told, in order, joined by semicolons, and what may be key material is not quoted', () => {
  const bare = base64(32)
  expect(problem(`${bare},k1:${bare},k1:${bare}`)).toBe(
    "PLUGBOARD_KEYS can't be read: entry 1 has no id: write it as <id>:<base64 of 32 bytes>; the id 'k1' stands twice. " +
      'Run plugboard keys generate to make one.',
  )
})

test('a new key is named k1 unless told otherwise, is random, and an id that is no id is quoted in part', () => {
  expect(generateKey()).toMatch(/^k1:[A-Za-z0-9+/]{43}=$/)
  expect(generateKey()).not.toBe(generateKey())
  expect(() => generateKey(`${'x'.repeat(80)}yyy`)).toThrow(`'${'x'.repeat(80)}' can't be a key id`)
})
