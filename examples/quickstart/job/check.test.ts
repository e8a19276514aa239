import { describe, expect, test } from 'vitest'
import { arrival, order } from '../test-fixtures.ts'
import { check, complaints } from './check.ts'

describe('the check', () => {
  test('is content when every order arrived once, wherever', () => {
    const verdict = check([order('A'), order('B')], [arrival('B', 'Maildir'), arrival('A')])
    expect(verdict).toMatchObject({ ok: true, missing: [], doubled: [], mangled: [], strangers: [] })
    expect([...verdict.byInstance]).toEqual([
      ['Maildir', 1],
      ['SMTP main', 1],
    ])
  })

  test('finds a missing one, a double one, a changed one and a stranger', () => {
    const changed = { ...arrival('C'), order: { ...order('C'), customer: 'Sara?' } }
    const verdict = check([order('A'), order('B'), order('C')], [arrival('B'), arrival('B', 'Webhook'), changed, arrival('Z')])
    expect(verdict).toMatchObject({ ok: false, missing: ['A'], strangers: ['SMTP main, a file'] })
    expect(complaints(verdict)).toEqual([
      'A did not arrive',
      'B arrived 2 times: SMTP main, a file; Webhook, a file',
      "C arrived with another customer: 'Sara?' instead of 'سارا محمدی'",
      'a message of no order of ours lies at SMTP main, a file',
    ])
  })
})
