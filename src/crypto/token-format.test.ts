import { FlattenedEncrypt } from 'jose'
import { expect, test } from 'vitest'
import { DecryptionError, WrongKeyError } from '../errors/index.ts'
import { keyIdOf, open, parseKeyring, seal, sealKeyCheck, verifyKeyCheck, type Keyring } from './index.ts'

const keyring = (): Keyring => parseKeyring(`k1:${Buffer.alloc(32, 1).toString('base64')}`) as Keyring
const live = { purpose: 'live', instanceId: 'i1', pluginId: 'p1' } as const
const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error)
const header = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url')

test('what an earlier release sealed opens: the format of a token and what it is bound to do not change', async () => {
  const sealed = (ciphertext: string, iv: string, tag: string): string =>
    JSON.stringify({ ciphertext, iv, tag, protected: 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiazEifQ' })
  const config = sealed('hPGyY8yHd9meegrYxxgl', 'RanTsa8OpV5Iwdz8', 'nAnUK66zFhacqbb7-Rycuw')
  expect(await open(keyring(), config, live)).toStrictEqual({ apiKey: 'ä' })
  const historic = sealed('_7LZlL88oYjaRhKzWsdK', 'QJV15Q6a9AU_WpR0', 'i2Nf0hHM0k8WIEJII_sIxw')
  expect(await open(keyring(), historic, { ...live, purpose: 'history' })).toStrictEqual({ apiKey: 'ä' })
  await verifyKeyCheck(keyring(), sealed('Xxopb1olMiptWa8', 'k0vMoEBMUgUcH3Tn', 'U25ASNoUH1lI3C9dk2RICg'))
})

test('[23] a key check is bound to being one, and holds no secret', async () => {
  const check = await sealKeyCheck(keyring())
  expect(await open(keyring(), check, { purpose: 'key-check', instanceId: '', pluginId: '' })).toBe('plugboard')
  expect(await caught(open(keyring(), check, { purpose: 'live', instanceId: '', pluginId: '' }))).toBeInstanceOf(DecryptionError)
})

test('[19] a key check that can not be read is told as a wrong key, with the reason; what else fails is passed on', async () => {
  const error = await caught(verifyKeyCheck(keyring(), 'junk'))
  expect(error).toBeInstanceOf(WrongKeyError)
  expect(error).toMatchObject({ keyId: '(unreadable)', keyIds: ['k1'], cause: { code: 'cannot_decrypt', reason: 'malformed' } })
  const broken = new Error('the key store is away')
  const away: Keyring = {
    ...keyring(),
    key: () => {
      throw broken
    },
  }
  expect(await caught(verifyKeyCheck(away, await sealKeyCheck(keyring())))).toBe(broken)
})

test('nothing is sealed where the keyring lacks the key that seals', async () => {
  const error = await caught(seal({ primary: 'k9', ids: [], key: () => undefined }, 'x', live))
  expect(error).toBeInstanceOf(DecryptionError)
  expect(error).toMatchObject({ reason: 'unknown_key', keyId: 'k9' })
})

test('[22] what is no token is told as malformed, with the instance whose config it should be', async () => {
  const kid = header({ kid: 'k1' })
  const tokens = [
    'junk',
    'null',
    '5',
    '[]',
    '{}',
    JSON.stringify({ protected: kid }),
    JSON.stringify({ protected: kid, ciphertext: 5 }),
    JSON.stringify({ protected: header({}), ciphertext: '' }),
  ]
  for (const token of tokens) {
    expect(await caught(open(keyring(), token, live, 'Main')), token).toMatchObject({
      reason: 'malformed',
      instance: 'Main',
      keyId: undefined,
    })
  }
})

test('a key id is read only where a token names one as text', () => {
  expect(keyIdOf(JSON.stringify({ protected: header({ kid: 'k7' }) }))).toBe('k7')
  const bytes = [...Buffer.from('{"kid":"k1"}')]
  for (const token of ['junk', 'null', '{}', JSON.stringify({ protected: bytes }), JSON.stringify({ protected: header({ kid: 5 }) })])
    expect(keyIdOf(token), token).toBeUndefined()
})

test('[22] a token sealed in another way is refused, though with the right key and binding', async () => {
  const key = keyring().key('k1')
  const sealAs = async (alg: string, enc: string): Promise<string> =>
    JSON.stringify(
      await new FlattenedEncrypt(new TextEncoder().encode('"x"'))
        .setProtectedHeader({ alg, enc, kid: 'k1' })
        .setAdditionalAuthenticatedData(new TextEncoder().encode(JSON.stringify(['live', 'i1', 'p1'])))
        .encrypt(key as never),
    )
  // Positive control: made like this, the usual one opens.
  expect(await open(keyring(), await sealAs('dir', 'A256GCM'), live)).toBe('x')
  for (const [alg, enc] of [
    ['dir', 'A128CBC-HS256'],
    ['A256KW', 'A256GCM'],
    ['A256GCMKW', 'A256GCM'],
  ] as const)
    expect(await caught(open(keyring(), await sealAs(alg, enc), live)), `${alg} ${enc}`).toMatchObject({ reason: 'not_authentic' })
})

test('[22] why a token did not open is kept as the cause, as text', async () => {
  const token = await seal(keyring(), 'x', live)
  const error = await caught(open(keyring(), token, { ...live, instanceId: 'i2' }))
  expect(error).toMatchObject({ reason: 'not_authentic', cause: { message: 'decryption operation failed' } })
})
