import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

test('a slip finds what was meant: a letter missing, too many, wrong, or swapped with its neighbour', () => {
  const known = ['apiKey', 'port', 'host']
  expect(['apKey', 'apiiKey', 'apiKez', 'prot', 'HOST', 'hots'].map((typed) => nearest(typed, known))).toEqual([
    'apiKey',
    'apiKey',
    'apiKey',
    'port',
    'host',
    'host',
  ])
})

test('what is far from everything finds nothing', () => {
  expect(nearest('password', ['port', 'host'])).toBeUndefined()
  expect(nearest('x'.repeat(10_000), ['port'])).toBeUndefined()
  expect(nearest('port', [])).toBeUndefined()
})
