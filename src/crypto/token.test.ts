import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyMangling } from '../../test/support/mangle.ts'
import { DecryptionError, KeyringError, WrongKeyError } from '../errors/index.ts'
import { generateKey, keyIdOf, open, parseKeyring, seal, sealKeyCheck, verifyKeyCheck, type Json, type Keyring } from './index.ts'

const ring = (...entries: string[]): Keyring => {
  const keyring = parseKeyring(entries.join(','))
  if (keyring === undefined) throw new Error('no keys')
  return keyring
}
const k1 = `k1:${randomBytes(32).toString('base64')}`
const k2 = `k2:${randomBytes(32).toString('base64')}`
const binding = { purpose: 'live', instanceId: 'i1', pluginId: 'p1' } as const

test('[16][18] any JSON value goes through a token deep-equal, and none of its text is readable in it', async () => {
  const keyring = ring(k1)
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
      const json = JSON.parse(JSON.stringify(value)) as Json
      const token = await seal(keyring, json, binding)
      expect(await open(keyring, token, binding)).toStrictEqual(json)
    }),
    { numRuns: 200 },
  )
  const token = await seal(keyring, { apiKey: 'canary-5f3a', merchantId: 'marker' }, binding)
  expect(Buffer.from(token).toString('latin1')).not.toMatch(/canary-5f3a|marker|apiKey/)
  expect(token).not.toContain(Buffer.from('canary-5f3a').toString('base64').replace(/=+$/, ''))
})

test('[23] a token opens only for its own purpose, instance and plugin row', async () => {
  const keyring = ring(k1)
  const token = await seal(keyring, { a: 1 }, binding)
  for (const other of [
    { ...binding, instanceId: 'i2' },
    { ...binding, pluginId: 'p2' },
    { ...binding, purpose: 'history' as const },
    { ...binding, instanceId: 'i', pluginId: '1p1' },
  ]) {
    await expect(open(keyring, token, other, 'Main')).rejects.toMatchObject({
      code: 'cannot_decrypt',
      reason: 'not_authentic',
      keyId: 'k1',
      instance: 'Main',
    })
  }
  // A token that claims the other row's binding in clear is not believed either.
  const claimed = JSON.stringify({ ...JSON.parse(token), aad: Buffer.from(JSON.stringify(['live', 'i2', 'p1'])).toString('base64url') })
  await expect(open(keyring, claimed, { ...binding, instanceId: 'i2' })).rejects.toBeInstanceOf(DecryptionError)
})

test('[19][21] the first key seals, all keys open, and a missing or different key is named', async () => {
  const token = await seal(ring(k1), 'x', binding)
  expect(keyIdOf(token)).toBe('k1')
  expect(await open(ring(k2, k1), token, binding)).toBe('x')
  expect(keyIdOf(await seal(ring(k2, k1), 'x', binding))).toBe('k2')
  await expect(open(ring(k2), token, binding, 'Main')).rejects.toMatchObject({ reason: 'unknown_key', keyId: 'k1' })
  await expect(open(ring(generateKey('k1')), token, binding)).rejects.toMatchObject({ reason: 'not_authentic', keyId: 'k1' })
})

test('[22] a token damaged anywhere never opens and is told as damaged', async () => {
  const keyring = ring(k1)
  const token = await seal(keyring, { secret: 'x'.repeat(50) }, binding)
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), fc.integer({ min: 33, max: 126 }), fc.boolean(), async (at, byte, cut) => {
      const damaged = cut ? token.slice(0, at) : token.slice(0, at) + String.fromCharCode(byte) + token.slice(at + 1)
      // Another spelling of the same JWE (unused base64 bits, the aad in clear) opens to the same value; everything else is refused.
      const result = await open(keyring, damaged, binding).catch((error: unknown) => error)
      if (result instanceof Error) expect(result).toBeInstanceOf(DecryptionError)
      else expect(result).toStrictEqual({ secret: 'x'.repeat(50) })
    }),
    { numRuns: 400 },
  )
  for (const junk of ['', 'null', '{}', '[]', '"x"', '{"protected":5,"ciphertext":""}']) {
    await expect(open(keyring, junk, binding)).rejects.toMatchObject({ reason: 'malformed' })
  }
})

test('[21][22][23] a token whose parts or header were edited opens as what it was, or not at all', async () => {
  const keyring = ring(k1, k2)
  const value = { secret: 'x'.repeat(50) }
  const token = await seal(keyring, value, binding)
  let refused = 0
  await fc.assert(
    fc.asyncProperty(anyMangling, async ({ mangle }) => {
      const result = await open(keyring, mangle(token), binding, 'Main').catch((error: unknown) => error)
      if (!(result instanceof Error)) {
        expect(result).toStrictEqual(value)
        return
      }
      refused++
      expect(result).toBeInstanceOf(DecryptionError)
      expect(result.message).toMatch(/'Main'.*untouched/s)
    }),
    { numRuns: 1_000 },
  )
  expect(refused).toBeGreaterThan(500)
})

test('[19] the key check tells a wrong key from the right one and names the id it wanted', async () => {
  const check = await sealKeyCheck(ring(k1))
  await verifyKeyCheck(ring(k2, k1), check)
  await expect(verifyKeyCheck(ring(k2), check)).rejects.toThrow(/key 'k1', and PLUGBOARD_KEYS holds k2/)
  await expect(verifyKeyCheck(ring(generateKey('k1')), check)).rejects.toBeInstanceOf(WrongKeyError)
})

test('[50] a keyring that can not be read is refused with every reason and without key material', () => {
  const short = `short:${Buffer.alloc(16).toString('base64')}`
  const bare = Buffer.alloc(32, 7).toString('base64').replaceAll('+', 'x')
  const read = (text: string): unknown => {
    try {
      return parseKeyring(text)
    } catch (error) {
      return error
    }
  }
  const error = read([k1, k1, short, bare, 'k9:!!!', ':abc'].join(','))
  expect(error).toBeInstanceOf(KeyringError)
  const { message } = error as Error
  expect(message).toMatch(/'k1' stands twice.*'short' has 16 bytes.*entry 4 has no id.*'k9' is not base64.*entry 6 has an id/)
  expect(message).not.toContain(bare)
  expect(message).not.toContain(k1.slice(3))
  expect(parseKeyring(undefined)).toBeUndefined()
  expect(parseKeyring(' , ')).toBeUndefined()
  expect(() => generateKey('a b')).toThrow(KeyringError)
})
