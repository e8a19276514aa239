import { expect, test } from 'vitest'
import { compareRuns } from './compare-runs.ts'
import { reportOf } from './report.ts'
import { figureOf, misses, type Result } from './result.ts'
import { percentile, spreadOf } from './stats.ts'

const machine = { node: 'v20', system: 'linux', processor: 'some', cores: 2, memoryGiB: 8, load: 0, commit: 'abc' }
const even = { median: 1, p10: 1, p90: 1 }

function result(over: Partial<Result> & { readonly median?: number }): Result {
  const { median = 1.1, ...rest } = over
  const own = { side: 'Plugboard', ratio: { median, p10: median * 0.9, p90: median * 1.1 }, ns: 10 }
  return {
    id: 'R1',
    what: 'get',
    against: 'Map.get',
    goal: 1.2,
    higherIsBetter: false,
    rounds: 31,
    seconds: 1,
    at: '2026-01-01T00:00:00.000Z',
    machine,
    outcome: { compared: [{ side: 'base', ratio: even, ns: 9 }, own] },
    ...rest,
  }
}

test('percentiles are interpolated between the sorted values', () => {
  expect(percentile([3, 1, 2], 0.5)).toBe(2)
  expect(percentile([1, 2, 3, 4], 0.5)).toBe(2.5)
  expect(spreadOf([10])).toEqual({ median: 10, p10: 10, p90: 10 })
})

test('a goal is missed by a ratio on the wrong side of it, and by a bound that is exceeded', () => {
  expect(misses(result({}))).toEqual([])
  expect(misses(result({ median: 1.3 }))).toEqual(['1.30, the goal is at most 1.2'])
  const { outcome } = result({})
  const over = { ...outcome, bounds: [{ what: 'statements', value: 6, atMost: 5 }] }
  expect(misses(result({ outcome: over }), 3)).toEqual(['statements: 6, at most 5'])
})

test('the guard is generous with a bound that is timed, and with no other', () => {
  const { outcome } = result({})
  const over = { ...outcome, bounds: [{ what: 'p99', value: 5, atMost: 2, isTimed: true as const }] }
  expect(misses(result({ outcome: over }), 3)).toEqual([])
  expect(misses(result({ outcome: over }))).toEqual(['p99: 5, at most 2'])
  expect(misses(result({ outcome: { ...outcome, bounds: [{ what: 'p99', value: Number.NaN, atMost: 2 }] } }))).toHaveLength(1)
})

test('where more is better, the ratio is turned round', () => {
  const fast = result({ median: 1 / 2_000, goal: 1_000, higherIsBetter: true })
  expect(Math.round(figureOf(fast))).toBe(2_000)
  expect(misses(fast)).toEqual([])
  expect(misses(result({ median: 1 / 500, goal: 1_000, higherIsBetter: true }))).toHaveLength(1)
})

test('the guard is three times as generous, in both directions', () => {
  expect(misses(result({ median: 3.5 }), 3)).toEqual([])
  expect(misses(result({ median: 3.7 }), 3)).toHaveLength(1)
  expect(misses(result({ median: 1 / 400, goal: 1_000, higherIsBetter: true }), 3)).toEqual([])
})

test('a figure that is no number misses its goal', () => {
  expect(misses(result({ median: Number.NaN }))).toHaveLength(1)
})

test('two runs disagree where their spreads do not overlap, or a row stands in one of them only', () => {
  expect(compareRuns([result({})], [result({ median: 1.2 })])).toEqual([])
  expect(compareRuns([result({})], [result({ median: 2 })])).toHaveLength(1)
  expect(compareRuns([result({})], [])).toEqual(['R1 stands in one of the runs only'])
})

test('the page says of each row what was measured against what, and whether the goal is met', () => {
  const page = reportOf([result({}), result({ id: 'R2', median: 2 })])
  expect(page).toContain('| R1 | get | Map.get | ≤ 1.2× | 1.10× (0.990–1.21) | met |')
  expect(page).toContain('| R2 | get | Map.get | ≤ 1.2× | 2.00× (1.80–2.20) | missed |')
})
