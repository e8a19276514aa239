import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from './clock.ts'
import { DeadlineWheel, Line, Timed } from './deadline-wheel.ts'

class Expiring extends Timed {
  at: number | undefined
  expire(): void {
    this.at = performance.now()
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('each strikes after its time, a sixteenth of it later at most, never early, in whatever order they began and ended', async () => {
  const fc = await import('fast-check')
  const step = fc.record({ wait: fc.nat(40), line: fc.nat(2), end: fc.option(fc.nat(20), { nil: undefined }) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const wheel = new DeadlineWheel(() => performance.now())
      const lines = [new Line(20), new Line(300), new Line(2_000)]
      const all: { readonly timed: Expiring; readonly from: number; readonly line: Line; ended: boolean }[] = []
      for (const { wait, line: which, end } of steps) {
        const line = lines[which] as Line
        const timed = new Expiring()
        wheel.add(line, timed)
        all.push({ timed, from: performance.now(), line, ended: false })
        const early = end === undefined ? undefined : all[end % all.length]
        if (early !== undefined && early.timed.at === undefined) {
          wheel.remove(early.timed)
          early.ended = true
        }
        await vi.advanceTimersByTimeAsync(wait)
      }
      await vi.advanceTimersByTimeAsync(3_000)
      expect(wheel.size).toBe(0)
      for (const { timed, from, line, ended } of all) {
        if (ended) expect(timed.at).toBeUndefined()
        else {
          const after = (timed.at ?? Number.NaN) - from
          expect(after).toBeGreaterThanOrEqual(line.duration)
          expect(after).toBeLessThanOrEqual(line.duration + line.nap + 3)
        }
      }
      expect(vi.getTimerCount()).toBe(0)
    }),
    { numRuns: 60 },
  )
})

test('an event loop that was held up makes none strike early that began after it', async () => {
  const wheel = new DeadlineWheel(() => performance.now())
  const line = new Line(100)
  wheel.add(line, new Expiring())
  await vi.advanceTimersByTimeAsync(7)
  // The timer is late by 500 ms, and a call begins just before it is looked at.
  vi.setSystemTime(Date.now() + 500)
  const late = new Expiring()
  wheel.add(line, late)
  const from = performance.now()
  await vi.advanceTimersByTimeAsync(99)
  expect(late.at).toBeUndefined()
  await vi.advanceTimersByTimeAsync(20)
  expect(late.at).toBeGreaterThanOrEqual(from + 100)
})

test('a call that has ended keeps no timer for long: the process could not end', async () => {
  const wheel = new DeadlineWheel(() => performance.now())
  const line = new Line(60_000)
  const timed = new Expiring()
  wheel.add(line, timed)
  await vi.advanceTimersByTimeAsync(1_000)
  wheel.remove(timed)
  wheel.remove(timed)
  expect([wheel.size, vi.getTimerCount()]).toStrictEqual([0, 0])
})

test('a line is looked at within a sixteenth of its time, a millisecond at least and 50 at most', () => {
  expect([1, 16, 160, 800, 60_000].map((duration) => new Line(duration).nap)).toStrictEqual([1, 1, 10, 50, 50])
})

test('it strikes to the millisecond, counted from the look that first saw it', async () => {
  const wheel = new DeadlineWheel(() => performance.now())
  const timed = new Expiring()
  const from = performance.now()
  wheel.add(new Line(16), timed)
  await vi.advanceTimersByTimeAsync(100)
  expect((timed.at ?? 0) - from).toBe(17)
})

test('on an exact clock each strikes to the millisecond, counted from when it began, whatever begins beside it', async () => {
  const wheel = new DeadlineWheel(() => performance.now(), { after: systemClock.after, isExact: true })
  await vi.advanceTimersByTimeAsync(3)
  const all = [160, 32, 1_000, 32].map((duration) => ({ duration, timed: new Expiring(), from: Number.NaN }))
  for (const each of all) {
    each.from = performance.now()
    wheel.add(new Line(each.duration), each.timed)
    await vi.advanceTimersByTimeAsync(5)
  }
  await vi.advanceTimersByTimeAsync(2_000)
  expect(all.map(({ timed, from }) => (timed.at ?? Number.NaN) - from)).toStrictEqual([160, 32, 1_000, 32])
})

test('while one is waited for, another that ends takes nothing from it', async () => {
  const wheel = new DeadlineWheel(() => performance.now())
  const line = new Line(60_000)
  const [first, second] = [new Expiring(), new Expiring()]
  for (const each of [first, second]) wheel.add(line, each)
  await vi.advanceTimersByTimeAsync(1_000)
  wheel.remove(second)
  await vi.advanceTimersByTimeAsync(60_000)
  expect([first.at === undefined, second.at, wheel.size]).toStrictEqual([false, undefined, 0])
})

test('one that another ends, as both strike, does not strike', async () => {
  const wheel = new DeadlineWheel(() => performance.now())
  const line = new Line(16)
  const second = new Expiring()
  class Ending extends Expiring {
    override expire(): void {
      super.expire()
      wheel.remove(second)
    }
  }
  const first = new Ending()
  wheel.add(line, first)
  wheel.add(line, second)
  await vi.advanceTimersByTimeAsync(100)
  expect([first.at === undefined, second.at, wheel.size, vi.getTimerCount()]).toStrictEqual([false, undefined, 0, 0])
})
