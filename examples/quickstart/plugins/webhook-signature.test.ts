import { describe, expect, test } from 'vitest'
import { distrust, sign } from './webhook-signature.ts'

describe('webhook signatures', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const body = '{"test": 2432232314}'
  const headers = sign(secret, { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body })

  test('are what Standard Webhooks gives for its own example', () => {
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  test('fit only this body, this id, this secret and about this time', () => {
    expect(distrust(secret, headers, body, 1614265330)).toBeUndefined()
    expect(distrust(secret, headers, `${body} `, 1614265330)).toBe('the signature does not fit')
    expect(distrust(secret, { ...headers, 'webhook-id': 'other' }, body, 1614265330)).toBe('the signature does not fit')
    expect(distrust(`whsec_${'A'.repeat(32)}`, headers, body, 1614265330)).toBe('the signature does not fit')
    expect(distrust(secret, headers, body, 1614265330 + 301)).toBe('the timestamp is not of now')
    expect(distrust(secret, {}, body, 1614265330)).toBe('the signature headers are missing')
  })
})
