import { expect, test } from 'vitest'
import { skipComplaints } from './skips.mjs'

const skip = (kind, name = kind) => ({ name, skip: { kind } })

test('what can never run here is no complaint, what nobody explained always is', () => {
  expect(skipComplaints([skip('not-applicable')], true)).toEqual([])
  for (const strict of [true, false])
    expect(skipComplaints([skip('unexplained', 'a'), skip('unexplained', 'b')], strict)).toEqual([expect.stringContaining('a; b')])
})

test('a missing server or tool is a complaint in CI only', () => {
  expect(skipComplaints([skip('wanting')], false)).toEqual([])
  expect(skipComplaints([skip('wanting')], true)).toHaveLength(1)
})
