import { expect, test } from 'vitest'
import { keyOf, keysFrom, openToken } from './fernet.ts'

// https://github.com/fernet/spec: generate.json, verify.json and invalid.json.
const key = keyOf(Buffer.from('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=', 'base64url'))
const hello = 'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=='
const invalid: Readonly<Record<string, string>> = {
  'incorrect mac': 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==',
  'too short': 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==',
  'invalid base64': '%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
  'payload size not multiple of block size':
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm',
  'payload padding error': 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==',
  'incorrect IV (causes padding error)':
    'gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==',
}

test('a token of the Fernet specification opens, and none of its invalid ones', () => {
  expect(openToken(hello, [key])).toBe('hello')
  expect(openToken(hello, [keyOf(Buffer.alloc(32)), key]), 'the second key').toBe('hello')
  for (const [why, token] of Object.entries(invalid)) expect(openToken(token, [key]), why).toBeUndefined()
})

test('a token opens only as it was made: not with a bit changed, another key, no key, or more around it', () => {
  const bytes = Buffer.from(hello, 'base64url')
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] ?? 0) ^ 1
    expect(openToken(changed.toString('base64url'), [key]), `byte ${index}`).toBeUndefined()
  }
  for (const other of ['', 'hello', `${hello} `, `.${hello}`, `${hello}=`]) expect(openToken(other, [key])).toBeUndefined()
  expect(openToken(hello, [keyOf(Buffer.alloc(32))])).toBeUndefined()
  expect(openToken(hello, [])).toBeUndefined()
})

test('keys are made of each secret with each salt', async () => {
  const keys = await keysFrom(['a', 'b'], ['c', 'd'])
  expect(new Set(keys.map(({ signing, encryption }) => Buffer.concat([signing, encryption]).toString('hex'))).size).toBe(4)
  // PBKDF2-HMAC-SHA256 of "password" with "salt", 100,000 rounds, 32 bytes, as other implementations give it.
  const [known] = await keysFrom(['password'], ['salt'])
  expect(Buffer.concat([known?.signing ?? Buffer.alloc(0), known?.encryption ?? Buffer.alloc(0)]).toString('hex')).toBe(
    '0394a2ede332c9a13eb82e9b24631604c31df978b4e2f0fbd2c549944f9d79a5',
  )
})
