import { expect, test } from 'vitest'
import { sampleResult as result } from '../subjects/sample-result.ts'
import { compareRuns } from './compare-runs.ts'
import { figureOf, guardMisses, misses, type Result } from './result.ts'
import type { Bound } from './row.ts'
import { percentile, spreadOf } from './stats.ts'

const withBound = (bound: Bound, over: Partial<Result> = {}): Result =>
  result({ outcome: { ...result().outcome, bounds: [bound] }, ...over })

test('percentiles are interpolated between the sorted values', () => {
  expect(percentile([3, 1, 2], 0.5)).toBe(2)
  expect(percentile([1, 2, 3, 4], 0.5)).toBe(2.5)
  expect(spreadOf([10])).toEqual({ median: 10, p10: 10, p90: 10 })
})

test('a goal is missed by a ratio on the wrong side of it, and by a bound that is exceeded', () => {
  expect(misses(result())).toEqual([])
  expect(misses(result({ median: 1.3 }))).toEqual(['1.30, the goal is at most 1.2'])
  expect(misses(withBound({ what: 'statements', value: 6, atMost: 5 }))).toEqual(['statements: 6, at most 5'])
  expect(misses(withBound({ what: 'p99', value: 5, atMost: 2, kind: 'timed' }))).toEqual(['p99: 5, at most 2'])
})

test('where more is better, the ratio is turned round', () => {
  const fast = result({ median: 1 / 2_000, goal: 1_000, higherIsBetter: true })
  expect(Math.round(figureOf(fast))).toBe(2_000)
  expect(misses(fast)).toEqual([])
  expect(misses(result({ median: 1 / 500, goal: 1_000, higherIsBetter: true }))).toHaveLength(1)
})

test('a figure that is no number misses its goal, and the guard', () => {
  expect(misses(result({ median: Number.NaN }))).toHaveLength(1)
  expect(guardMisses(result({ median: Number.NaN }))).toHaveLength(1)
  expect(guardMisses(withBound({ what: 'statements', value: Number.NaN, atMost: 2 }))).toHaveLength(1)
})

test('the guard holds the best tenth of the rounds against three times the goal, in both directions', () => {
  expect(guardMisses(result({ median: 3.9 }))).toEqual([])
  expect(guardMisses(result({ median: 4.1 }))).toHaveLength(1)
  expect(guardMisses(result({ median: 4.1, guardAt: 4 }))).toEqual([])
  expect(guardMisses(result({ median: 1 / 350, goal: 1_000, higherIsBetter: true }))).toEqual([])
  expect(guardMisses(result({ median: 1 / 290, goal: 1_000, higherIsBetter: true }))).toHaveLength(1)
})

test('the guard looks at no ratio in which other processes have a say, and at nothing that is timed', () => {
  expect(guardMisses(result({ median: 100, guardedBy: 'counts' }))).toEqual([])
  expect(guardMisses(withBound({ what: 'ms', value: 100, atMost: 1, kind: 'timed' }))).toEqual([])
})

test('the guard takes counts to the letter, bytes and ratios with its slack', () => {
  expect(guardMisses(withBound({ what: 'statements', value: 6, atMost: 5 }, { guardedBy: 'counts' }))).toEqual(['statements: 6, at most 5'])
  for (const kind of ['weighed', 'ratio'] as const) {
    expect(guardMisses(withBound({ what: 'some', value: 15, atMost: 5, kind }))).toEqual([])
    expect(guardMisses(withBound({ what: 'some', value: 16, atMost: 5, kind }))).toHaveLength(1)
  }
})

test('two runs agree row by row where their spreads overlap and their counts are the same', () => {
  const agree = (a: readonly Result[], b: readonly Result[]): readonly boolean[] => compareRuns(a, b).map((row) => row.agree)
  expect(agree([result()], [result({ median: 1.2 })])).toEqual([true])
  expect(agree([result()], [result({ median: 2 })])).toEqual([false])
  expect(agree([result(), result({ id: 'R2' })], [result()])).toEqual([true, false])
  const counted = (value: number): Result => withBound({ what: 'statements', value, atMost: 5 })
  expect(agree([counted(4)], [counted(4)])).toEqual([true])
  expect(compareRuns([counted(4)], [counted(5)])).toEqual([
    { id: 'R1', agree: false, words: '1.10× (0.990–1.21) and 1.10× (0.990–1.21), statements: 4 and 5' },
  ])
})
