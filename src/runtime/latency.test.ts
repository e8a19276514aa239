import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CallCounters } from './latency.ts'

const nothing = { calls: 0, errors: 0, late: 0, latency: null }
const quiet = Array.from({ length: 30 }, () => ({ calls: 0, errors: 0 }))

test('percentiles are those of the durations, rounded up by at most a quarter', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.001, max: 600_000, noNaN: true }), { minLength: 1, maxLength: 200 }), (durations) => {
      const counters = new CallCounters()
      for (const each of durations) {
        counters.call(0)
        counters.took(each)
      }
      const { calls, latency } = counters.figures(0)
      expect(calls).toBe(durations.length)
      const sorted = durations.toSorted((a, b) => a - b)
      for (const [name, share] of [
        ['p50', 0.5],
        ['p90', 0.9],
        ['p99', 0.99],
      ] as const) {
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0
        expect(latency?.[name]).toBeGreaterThanOrEqual(exact)
        // Durations are counted in whole microseconds.
        expect(latency?.[name]).toBeLessThanOrEqual((exact + 0.001) * 1.25 + 0.001)
      }
    }),
  )
})

test('what is older than an hour is forgotten, and what is kept does not grow', () => {
  const counters = new CallCounters()
  const minute = 60_000
  for (let now = 0; now < 600 * minute; now += minute) {
    counters.call(now)
    counters.took(1)
    if (now % (10 * minute) === 0) counters.error()
    if (now % (20 * minute) === 0) counters.late()
  }
  const figures = counters.figures(600 * minute)
  expect(figures).toMatchObject({
    calls: expect.toSatisfy((calls: number) => calls >= 55 && calls <= 60) as number,
    latency: { p50: 1.024 },
  })
  expect(figures.errors).toBeGreaterThanOrEqual(5)
  expect(figures.late).toBeGreaterThanOrEqual(2)
  expect(counters.figures(1_000 * minute)).toStrictEqual({ ...nothing, recent: quiet })
})

test('a duration counts for the bucket that ends a quarter of its power of two above it, in whole microseconds', () => {
  const shown = (...durations: readonly number[]): number | undefined => {
    const counters = new CallCounters()
    counters.call(0)
    for (const each of durations) counters.took(each)
    return counters.figures(0).latency?.p50
  }
  expect([0, 0.000_4, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008, 0.009, 0.01].map((each) => shown(each))).toStrictEqual([
    0.001_25, 0.001_25, 0.001_25, 0.002_5, 0.003_5, 0.005, 0.006, 0.007, 0.008, 0.01, 0.01, 0.012,
  ])
  // Half an hour is the last bucket: what takes longer, or ended before it began, is in the last and the first.
  expect([1_800_000, 2_147_483, 1e12, -5].map((each) => shown(each))).toStrictEqual([1_879_048.192, 2_147_483.648, 2_147_483.648, 0.001_25])
  expect([shown(1, 2), shown(1, 2, 3)]).toStrictEqual([1.024, 2.048])
})

test('windows begin with a call, last two minutes, and count for an hour', () => {
  const counters = new CallCounters()
  // Before the first call there is nothing that these could belong to.
  counters.error()
  counters.late()
  expect(counters.figures(0)).toStrictEqual({ ...nothing, recent: quiet })
  counters.call(0)
  counters.error()
  counters.call(119_999)
  counters.call(120_000)
  counters.late()
  expect(counters.figures(3_599_999)).toMatchObject({ calls: 3, errors: 1, late: 1, latency: null })
  expect(counters.figures(3_600_000)).toMatchObject({ calls: 1, errors: 0, late: 1, latency: null })
  expect(counters.figures(3_720_000).calls).toBe(0)
  // A call now and then: thirty windows are an hour.
  const rare = new CallCounters()
  for (let window = 0; window < 50; window++) rare.call(window * 120_000)
  expect(rare.figures(49 * 120_000).calls).toBe(30)
})

test('the hour is told in parts of two minutes, the one that is not over last; together they are all of it', () => {
  const counters = new CallCounters()
  for (const now of [0, 1, 120_000, 600_000]) counters.call(now)
  counters.error()
  const { recent, calls } = counters.figures(600_000)
  expect(recent).toHaveLength(30)
  expect(recent.slice(-6)).toStrictEqual([2, 1, 0, 0, 0, 1].map((each, at) => ({ calls: each, errors: at === 5 ? 1 : 0 })))
  expect(recent.reduce((sum, each) => sum + each.calls, 0)).toBe(calls)
  expect(counters.figures(660_000).recent.slice(-6)).toStrictEqual(recent.slice(-6))
})

test('windows in a row keep together what calls took; after two minutes without a call it is kept anew', () => {
  const slowest = (gap: number): number | undefined => {
    const counters = new CallCounters()
    counters.call(0)
    counters.took(1_000)
    counters.call(120_000 + gap)
    counters.took(1)
    // The first window is over an hour old, the second one is not.
    return counters.figures(3_600_000).latency?.p99
  }
  expect(slowest(0)).toBeGreaterThan(900)
  expect(slowest(119_999)).toBeGreaterThan(900)
  expect(slowest(120_000)).toBeLessThan(2)
})

test('what calls took is forgotten at most ten minutes after the hour, also where calls are rare', () => {
  const counters = new CallCounters()
  for (let now = 0; now <= 600_000; now += 60_000) {
    counters.call(now)
    counters.took(now < 480_000 ? 1_000 : 1)
  }
  expect(counters.figures(600_000).latency?.p50).toBeGreaterThan(900)
  expect(counters.figures(600_000 + 3_590_000).latency?.p99).toBeLessThan(2)
  const rare = new CallCounters()
  for (const now of [0, 3_000_000, 6_000_000]) {
    rare.call(now)
    rare.took(now === 0 ? 1_000 : 1)
  }
  expect(rare.figures(6_000_000).latency?.p99).toBeLessThan(2)
})
