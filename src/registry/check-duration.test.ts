import { expect, test } from 'vitest'
import { durationProblem } from './check-duration.ts'

test('[50] a duration is a number of milliseconds that a timer can count', () => {
  for (const fine of [50, 50.5, 2 ** 31 - 1]) expect(durationProblem(fine, 50)).toBeUndefined()
  for (const short of [49, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(durationProblem(short, 50)).toBe(`is ${short}, not a number of milliseconds of at least 50`)
  expect(durationProblem('100', 50)).toBe("is '100', not a number of milliseconds of at least 50")
  expect(durationProblem(2 ** 31, 0)).toBe('is 2147483648; a timer counts at most 2147483647 milliseconds (24.8 days)')
})
