import { expect, test } from 'vitest'
import { makePaint, type PaintOptions } from './paint.ts'

const isPainted = (over: Partial<PaintOptions>): boolean => makePaint({ isTerminal: true, wanted: true, env: {}, ...over }).red('x') !== 'x'

test('colours are for terminals, unless they are forced', () => {
  expect(isPainted({})).toBe(true)
  expect(isPainted({ isTerminal: false })).toBe(false)
  expect(isPainted({ isTerminal: false, env: { FORCE_COLOR: '1' } })).toBe(true)
  expect(isPainted({ env: { TERM: 'dumb' } })).toBe(false)
})

test('NO_COLOR and --no-color win', () => {
  expect(isPainted({ env: { NO_COLOR: '1', FORCE_COLOR: '1' } })).toBe(false)
  expect(isPainted({ env: { NO_COLOR: '' } })).toBe(true)
  expect(isPainted({ wanted: false, env: { FORCE_COLOR: '1' } })).toBe(false)
})
