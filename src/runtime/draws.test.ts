import { expect, test } from 'vitest'
import { MisuseError } from '../errors/index.ts'
import { hashText } from '../selection/index.ts'
import { Draws } from './draws.ts'

/** Gives these, one after the other. */
const given = (...numbers: readonly number[]): (() => number) => {
  let at = 0
  return () => numbers[at++] ?? 0
}

test('what comes next is known before it is used up: a number of `weighted`, a turn of `round-robin`', () => {
  const draws = new Draws('sms', given(0.25, 0, 0.75))
  expect([draws.peek('weighted', null), draws.peek('weighted', null)]).toStrictEqual([0.25, 0.25])
  expect([draws.take('weighted', null), draws.peek('weighted', null)]).toStrictEqual([0.25, 0.75])
  expect([draws.peek('round-robin', null), draws.take('round-robin', null), draws.take('round-robin', null)]).toStrictEqual([0, 0, 1])
  // Each has its own: neither moves the other on.
  expect([draws.take('priority', null), draws.peek('weighted', null), draws.peek('round-robin', null)]).toStrictEqual([2, 0.75, 2])
})

test('each process begins at a turn of its own, and the last turn is followed by the first', () => {
  expect(new Draws('sms', given(0, 0.5)).peek('round-robin', null)).toBe(Math.floor(0x7fff_ffff / 2))
  const draws = new Draws('sms', given(0, 1 - 2 ** -40))
  expect(Array.from({ length: 3 }, () => draws.take('round-robin', null))).toStrictEqual([0x7fff_fffe, 0x7fff_ffff, 0])
})

test('sticky goes by the hash of the key that the context gives, and refuses what is no text', () => {
  const draws = new Draws('sms', given())
  const sticky = { name: 'sticky', key: (context: unknown) => (context as { user: string }).user } as const
  expect([draws.peek(sticky, { user: 'ada' }), draws.take(sticky, { user: 'ada' })]).toStrictEqual([hashText('ada'), hashText('ada')])
  expect(() => draws.peek(sticky, { user: 7 })).toThrow(MisuseError)
  expect(() => draws.peek(sticky, { user: 7 })).toThrow("The sticky key of 'sms' is 7, not text.")
})
