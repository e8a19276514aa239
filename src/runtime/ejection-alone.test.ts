import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RegisteredType } from '../registry/index.ts'
import { systemClock } from './clock.ts'
import { Ejection } from './ejection.ts'
import type { Events } from './events.ts'
import { InstanceRecord } from './instance-record.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const usualRules = { consecutiveFailures: 3, baseTime: 60_000, maxTime: 150_000, jitter: 0, maxShare: 0.5 }

/** An ejection of its own over instances named so, and what it told. */
function ejecting(names: readonly string[], ejection: typeof usualRules | null = usualRules, random = 0) {
  const told: (readonly [name: string, event: object])[] = []
  const counted = { changes: 0 }
  const waits: unknown[] = []
  const records = new Map(names.map((id) => [id, new InstanceRecord({ id, name: `Name of ${id}`, plugin: 'p' }, performance.now())]))
  const of = (id: string): InstanceRecord => records.get(id) as InstanceRecord
  const it = new Ejection({
    // It asks a type for these two, and events for one method.
    type: { key: 'mail', ejection: ejection ?? undefined } as unknown as RegisteredType,
    events: { emit: (name: string, event: object) => void told.push([name, event]) } as unknown as Events,
    elapsed: () => performance.now(),
    random: () => random,
    after: (delay, work, options) => {
      waits.push(options)
      return systemClock.after(delay, work, options)
    },
    record: (id) => records.get(id),
    usable: () => names,
    changed: () => void counted.changes++,
  })
  const down = new Error('down')
  const fail = (id: string, times = 3): void => {
    for (let n = 0; n < times; n++) it.failed(of(id), down)
  }
  return { it, of, told, counted, waits, fail, down }
}

test('the third failure in a row ejects and tells it, with its error and for how long; those before tell nothing', () => {
  const { it, of, told, counted, fail, down } = ejecting(['a', 'b'])
  fail('a', 2)
  expect([told, counted.changes, of('a').health]).toMatchObject([[], 0, { state: 'healthy', failures: 2 }])
  fail('a', 1)
  const event = {
    type: 'mail',
    instance: { id: 'a', name: 'Name of a', plugin: 'p' },
    by: 'failures',
    time: 60_000,
    ejections: 1,
    error: down,
  }
  expect([told, counted.changes]).toStrictEqual([[['ejected', event]], 1])
  expect([it.isOut('a'), it.isOnTrial('a'), it.isOut('b'), it.isOut('c'), it.isOnTrial('c')]).toStrictEqual([
    true,
    false,
    false,
    false,
    false,
  ])
})

test('its time over, it is on trial: out only while the trial runs; released it waits for another; a success ends it and is told', () => {
  const { it, of, told, counted, fail, waits } = ejecting(['a', 'b'])
  fail('a')
  // It keeps no process alive.
  expect(waits).toStrictEqual([{ background: true }])
  vi.advanceTimersByTime(59_999)
  expect([it.isOut('a'), it.isOnTrial('a')]).toStrictEqual([true, false])
  vi.advanceTimersByTime(1)
  expect([it.isOut('a'), it.isOnTrial('a'), counted.changes, told.length, vi.getTimerCount()]).toStrictEqual([false, true, 2, 1, 0])
  it.claim(of('a'))
  expect([it.isOut('a'), it.isOnTrial('a'), counted.changes]).toStrictEqual([true, true, 3])
  it.release(of('a'))
  expect([it.isOut('a'), it.isOnTrial('a'), counted.changes]).toStrictEqual([false, true, 4])
  it.claim(of('a'))
  it.succeeded(of('a'))
  expect([it.isOut('a'), it.isOnTrial('a'), counted.changes, told.length]).toStrictEqual([false, false, 6, 2])
  expect(told[1]).toStrictEqual(['recovered', { type: 'mail', instance: of('a').named }])
})

test('a call that was under way when it was ejected changes nothing by ending', () => {
  const { it, of, counted, fail } = ejecting(['a', 'b'])
  fail('a')
  it.claim(of('a'))
  it.release(of('a'))
  expect([it.isOut('a'), counted.changes, vi.getTimerCount()]).toStrictEqual([true, 1, 1])
})

test('where nothing changes nothing is made anew: successes, claims and releases of a healthy one', () => {
  const { it, of, told, counted } = ejecting(['a', 'b'])
  const { health } = of('a')
  for (const step of ['succeeded', 'claim', 'release', 'reinstate'] as const) {
    it[step](of('a'))
    expect(of('a').health, step).toBe(health)
  }
  expect([told, counted.changes]).toStrictEqual([[], 0])
})

test('a success, or an operator, ends a row of failures; that is nothing to tell', () => {
  for (const step of ['succeeded', 'reinstate'] as const) {
    const { it, of, told, counted, fail } = ejecting(['a', 'b'])
    fail('a', 2)
    it[step](of('a'))
    fail('a', 2)
    expect([of('a').health, told, counted.changes], step).toMatchObject([{ state: 'healthy', failures: 2 }, [], 0])
  }
})

test('the last one stays, and one more goes only while the share allows it; the first one always may', () => {
  const four = ejecting(['a', 'b', 'c', 'd'])
  expect([four.it.maySpare('a'), four.it.isLast('a')]).toStrictEqual([true, false])
  four.fail('a')
  // Two of four are half of them: that is allowed.
  expect([four.it.maySpare('b'), four.it.maySpare('a')]).toStrictEqual([true, true])
  four.fail('b')
  expect([four.it.maySpare('c'), four.it.isLast('c')]).toStrictEqual([false, false])
  // What is out already is not counted twice.
  expect(four.it.maySpare('a')).toBe(true)
  four.fail('c', 9)
  expect([four.it.isOut('a'), four.it.isOut('b'), four.it.isOut('c')]).toStrictEqual([true, true, false])

  const strict = { ...usualRules, maxShare: 0.1 }
  const two = ejecting(['a', 'b'], strict)
  expect(two.it.maySpare('a')).toBe(true)
  two.fail('a')
  expect([two.it.isLast('b'), two.it.maySpare('b'), two.it.isLast('a')]).toStrictEqual([true, false, false])
  two.fail('b', 9)
  expect(two.it.isOut('b')).toBe(false)
  expect([ejecting(['a']).it.isLast('a'), ejecting([]).it.isLast('a')]).toStrictEqual([true, true])
})

test('on trial, a failure ejects for longer, whatever the others say', () => {
  const { it, of, told, fail } = ejecting(['a', 'b'])
  fail('a')
  vi.advanceTimersByTime(60_000)
  it.claim(of('a'))
  fail('a', 1)
  expect(told.map(([, event]) => event)).toMatchObject([
    { time: 60_000, ejections: 1 },
    { time: 120_000, ejections: 2 },
  ])
})

test('a type that has none ejected counts no failure; by hand it can be, and all but the last may', () => {
  const { it, of, told, fail } = ejecting(['a', 'b', 'c'], null)
  fail('a', 9)
  expect([of('a').health, told]).toMatchObject([{ state: 'healthy', failures: 0 }, []])
  for (const id of ['a', 'b']) it.eject(of(id), 1_000)
  expect([it.isOut('a'), it.isOut('b'), it.maySpare('a'), it.maySpare('b'), it.maySpare('c')]).toStrictEqual([
    true,
    true,
    true,
    true,
    false,
  ])
})

test('by hand: until it is put back, without a timer; for a while, and back without a trial; anew, with the new time alone', () => {
  const { it, of, told } = ejecting(['a', 'b'])
  it.eject(of('a'), Number.POSITIVE_INFINITY)
  expect([vi.getTimerCount(), told[0]?.[1]]).toMatchObject([0, { by: 'operator', time: null, ejections: 0, error: undefined }])
  it.reinstate(of('a'))
  expect([it.isOut('a'), told[1]?.[0]]).toStrictEqual([false, 'recovered'])
  it.eject(of('a'), 500)
  it.eject(of('a'), 1_000)
  expect([vi.getTimerCount(), told.slice(2).map(([, event]) => event)]).toMatchObject([1, [{ time: 500 }, { time: 1_000 }]])
  it.eject(of('a'), 1_000)
  expect(told).toHaveLength(4)
  vi.advanceTimersByTime(999)
  expect(it.isOut('a')).toBe(true)
  vi.advanceTimersByTime(1)
  expect([it.isOut('a'), it.isOnTrial('a'), told[4]?.[0]]).toStrictEqual([false, false, 'recovered'])
  it.eject(of('a'), 1_000)
  it.eject(of('a'), Number.POSITIVE_INFINITY)
  expect(vi.getTimerCount()).toBe(0)
})

test('longer than a timer can wait: it is waited for again, told once, and struck in time', () => {
  const { it, of, told } = ejecting(['a', 'b'])
  const long = 2 ** 31 + 5_000
  const waits = vi.spyOn(globalThis, 'setTimeout')
  it.eject(of('a'), long)
  expect(waits.mock.lastCall?.[1]).toBe(2 ** 31 - 1)
  vi.advanceTimersByTime(2 ** 31 - 1)
  expect([it.isOut('a'), told.length, vi.getTimerCount()]).toStrictEqual([true, 1, 1])
  vi.advanceTimersByTime(5_000)
  expect(it.isOut('a')).toBe(true)
  vi.advanceTimersByTime(1)
  expect([it.isOut('a'), told.length]).toStrictEqual([false, 2])
})

test('the share that is added at random is told in whole milliseconds', () => {
  const { told, fail } = ejecting(['a', 'b'], { ...usualRules, baseTime: 1_000, jitter: 0.1 }, 0.123)
  fail('a')
  expect(told[0]?.[1]).toMatchObject({ time: 1_012 })
})
