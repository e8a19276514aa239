import { Rejected, Unavailable } from 'plugboard'
import { describe, expect, test } from 'vitest'
import { meaningOf } from './smtp-failure.ts'

describe('what an SMTP failure says about the message', () => {
  const failure = (fields: object): Error => Object.assign(new Error('failed'), fields)
  test.each([
    ['refused connection', { code: 'ESOCKET', originalCode: 'ECONNREFUSED' }],
    ['wrong password', { code: 'EAUTH', responseCode: 535 }],
    ['sender refused', { code: 'EENVELOPE', responseCode: 550, command: 'MAIL FROM' }],
    ['recipient: try later', { code: 'EENVELOPE', responseCode: 450, command: 'RCPT TO' }],
    ['message: try later', { code: 'EMESSAGE', responseCode: 451, command: 'DATA' }],
  ])('%s: certainly not taken', (_name, fields) => {
    expect(meaningOf(failure(fields))).toBeInstanceOf(Unavailable)
  })
  test.each([
    ['recipient', { code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO' }],
    ['message', { code: 'EMESSAGE', responseCode: 554, command: 'DATA' }],
  ])('%s refused for good', (_name, fields) => {
    expect(meaningOf(failure(fields))).toBeInstanceOf(Rejected)
  })
  test.each([
    ['connection broken in the middle', { code: 'ECONNECTION', command: 'CONN' }],
    ['reset', { code: 'ESOCKET', originalCode: 'ECONNRESET' }],
    ['"closing the connection" after the message', { code: 'EMESSAGE', responseCode: 421, command: 'DATA' }],
    ['no answer in time', { code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT' }],
  ])('%s: in doubt, so the error stays itself', (_name, fields) => {
    const error = failure(fields)
    expect(meaningOf(error)).toBe(error)
  })
})
