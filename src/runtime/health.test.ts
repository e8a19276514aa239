import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newHealth, nextHealth, type EjectionRules, type Health, type HealthEvent } from './health.ts'

const rules: EjectionRules = { consecutiveFailures: 3, baseTime: 30_000, maxTime: 100_000, jitter: 0.1, maxShare: 0.5 }
const events = { ok: { kind: 'succeeded' }, fail: { kind: 'failed' }, time: { kind: 'time' }, claim: { kind: 'claimed' } } as const

/** One line for each step: when, what, what it became. */
function trace(
  steps: readonly (readonly [at: number, event: keyof typeof events | HealthEvent, maySpare?: boolean])[],
  random = 0,
): string[] {
  let health: Health = newHealth(0)
  return steps.map(([now, event, maySpare = true]) => {
    const what = typeof event === 'string' ? events[event] : event
    health = nextHealth(health, what, { rules, now, random, maySpare })
    const { state, ...rest } = health
    return `${now} ${what.kind} → ${state} ${JSON.stringify(rest)}`
  })
}

test('three failures in a row eject for 30 s; one trial call decides; each ejection takes longer, up to the cap', () => {
  const trial = (at: number): (readonly [number, keyof typeof events])[] => [
    [at, 'time'],
    [at, 'claim'],
    [at + 5, 'fail'],
  ]
  expect(
    trace([
      [1, 'fail'],
      [2, 'fail'],
      [3, 'fail'],
      [4, 'ok'],
      [30_002, 'time'],
      ...trial(30_003),
      ...trial(90_008),
      ...trial(180_013),
      [280_018, 'time'],
      [280_019, 'claim'],
      [280_020, 'ok'],
    ]),
  ).toMatchInlineSnapshot(`
    [
      "1 failed → healthy {"failures":1,"ejections":0,"since":0}",
      "2 failed → healthy {"failures":2,"ejections":0,"since":0}",
      "3 failed → ejected {"by":"failures","until":30003,"ejections":1}",
      "4 succeeded → ejected {"by":"failures","until":30003,"ejections":1}",
      "30002 time → ejected {"by":"failures","until":30003,"ejections":1}",
      "30003 time → on_trial {"isRunning":false,"ejections":1}",
      "30003 claimed → on_trial {"isRunning":true,"ejections":1}",
      "30008 failed → ejected {"by":"failures","until":90008,"ejections":2}",
      "90008 time → on_trial {"isRunning":false,"ejections":2}",
      "90008 claimed → on_trial {"isRunning":true,"ejections":2}",
      "90013 failed → ejected {"by":"failures","until":180013,"ejections":3}",
      "180013 time → on_trial {"isRunning":false,"ejections":3}",
      "180013 claimed → on_trial {"isRunning":true,"ejections":3}",
      "180018 failed → ejected {"by":"failures","until":280018,"ejections":4}",
      "280018 time → on_trial {"isRunning":false,"ejections":4}",
      "280019 claimed → on_trial {"isRunning":true,"ejections":4}",
      "280020 succeeded → healthy {"failures":0,"ejections":4,"since":280020}",
    ]
  `)
})

test('a success in between, and an answer while it is out, count for nothing', () => {
  expect(
    trace([
      [1, 'fail'],
      [2, 'fail'],
      [3, 'ok'],
      [4, 'fail'],
      [5, 'fail'],
      [6, 'fail'],
      [7, 'fail'],
      [8, 'ok'],
    ]),
  ).toMatchInlineSnapshot(`
    [
      "1 failed → healthy {"failures":1,"ejections":0,"since":0}",
      "2 failed → healthy {"failures":2,"ejections":0,"since":0}",
      "3 succeeded → healthy {"failures":0,"ejections":0,"since":0}",
      "4 failed → healthy {"failures":1,"ejections":0,"since":0}",
      "5 failed → healthy {"failures":2,"ejections":0,"since":0}",
      "6 failed → ejected {"by":"failures","until":30006,"ejections":1}",
      "7 failed → ejected {"by":"failures","until":30006,"ejections":1}",
      "8 succeeded → ejected {"by":"failures","until":30006,"ejections":1}",
    ]
  `)
})

test('where the others can not do without it, it stays, and goes as soon as they can', () => {
  expect(
    trace([
      [1, 'fail', false],
      [2, 'fail', false],
      [3, 'fail', false],
      [4, 'fail', false],
      [5, 'fail'],
    ]),
  ).toMatchInlineSnapshot(`
    [
      "1 failed → healthy {"failures":1,"ejections":0,"since":0}",
      "2 failed → healthy {"failures":2,"ejections":0,"since":0}",
      "3 failed → healthy {"failures":3,"ejections":0,"since":0}",
      "4 failed → healthy {"failures":4,"ejections":0,"since":0}",
      "5 failed → ejected {"by":"failures","until":30005,"ejections":1}",
    ]
  `)
})

test('the time is jittered; ejections are forgotten, one for each 30 s of health', () => {
  expect(
    trace(
      [
        [1, 'fail'],
        [2, 'fail'],
        [3, 'fail'],
        [40_000, 'time'],
        [40_000, 'claim'],
        [40_001, 'ok'],
        [75_000, 'fail'],
        [75_000, 'fail'],
        [75_000, 'fail'],
      ],
      0.5,
    ),
  ).toMatchInlineSnapshot(`
    [
      "1 failed → healthy {"failures":1,"ejections":0,"since":0}",
      "2 failed → healthy {"failures":2,"ejections":0,"since":0}",
      "3 failed → ejected {"by":"failures","until":31503,"ejections":1}",
      "40000 time → on_trial {"isRunning":false,"ejections":1}",
      "40000 claimed → on_trial {"isRunning":true,"ejections":1}",
      "40001 succeeded → healthy {"failures":0,"ejections":1,"since":40001}",
      "75000 failed → healthy {"failures":1,"ejections":1,"since":40001}",
      "75000 failed → healthy {"failures":2,"ejections":1,"since":40001}",
      "75000 failed → ejected {"by":"failures","until":106500,"ejections":1}",
    ]
  `)
})

test('by hand: out for as long as said and back without a trial, or until it is put back', () => {
  expect(
    trace([
      [1, { kind: 'eject', for: 1_000 }],
      [500, 'time'],
      [1_001, 'time'],
      [2_000, { kind: 'eject', for: Number.POSITIVE_INFINITY }],
      [9_999_999, 'time'],
      [9_999_999, { kind: 'reinstate' }],
    ]),
  ).toMatchInlineSnapshot(`
    [
      "1 eject → ejected {"by":"operator","until":1001,"ejections":0}",
      "500 time → ejected {"by":"operator","until":1001,"ejections":0}",
      "1001 time → healthy {"failures":0,"ejections":0,"since":1001}",
      "2000 eject → ejected {"by":"operator","until":null,"ejections":0}",
      "9999999 time → ejected {"by":"operator","until":null,"ejections":0}",
      "9999999 reinstate → healthy {"failures":0,"ejections":0,"since":9999999}",
    ]
  `)
})

test('a trial whose call tells nothing leaves the next call to decide', () => {
  expect(
    trace([
      [1, 'fail'],
      [1, 'fail'],
      [1, 'fail'],
      [30_001, 'time'],
      [30_001, 'claim'],
      [30_002, { kind: 'released' }],
      [30_003, 'claim'],
      [30_004, 'ok'],
    ]),
  ).toMatchInlineSnapshot(`
    [
      "1 failed → healthy {"failures":1,"ejections":0,"since":0}",
      "1 failed → healthy {"failures":2,"ejections":0,"since":0}",
      "1 failed → ejected {"by":"failures","until":30001,"ejections":1}",
      "30001 time → on_trial {"isRunning":false,"ejections":1}",
      "30001 claimed → on_trial {"isRunning":true,"ejections":1}",
      "30002 released → on_trial {"isRunning":false,"ejections":1}",
      "30003 claimed → on_trial {"isRunning":true,"ejections":1}",
      "30004 succeeded → healthy {"failures":0,"ejections":1,"since":30004}",
    ]
  `)
})

test('through random events: never out where it can not be spared, never back before its time, never longer out than the cap and its jitter', () => {
  const event = fc.oneof(
    fc.constantFrom<HealthEvent>(events.ok, events.fail, events.fail, events.fail, events.time, events.claim, { kind: 'released' }),
    fc.constant<HealthEvent>({ kind: 'reinstate' }),
  )
  const step = fc.record({ event, after: fc.nat(50_000), random: fc.double({ min: 0, max: 0.999, noNaN: true }), maySpare: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let health: Health = newHealth(0)
      let now = 0
      for (const { event: what, after, random, maySpare } of steps) {
        now += after
        const before = health
        health = nextHealth(before, what, { rules, now, random, maySpare })
        if (before.state === 'healthy' && health.state === 'ejected')
          expect(maySpare && what.kind === 'failed' && before.failures >= rules.consecutiveFailures - 1).toBe(true)
        if (health.state === 'ejected') expect(health.until).toBeLessThanOrEqual(now + rules.maxTime * (1 + rules.jitter))
        if (before.state === 'ejected' && health.state !== 'ejected' && what.kind !== 'reinstate')
          expect(now).toBeGreaterThanOrEqual(before.until)
        if (before.state === 'ejected' && health.state === 'healthy') expect(what.kind).toBe('reinstate')
      }
    }),
  )
})

const step = (health: Health, event: HealthEvent, now = 500_000, over: Partial<EjectionRules> = {}, maySpare = true): Health =>
  nextHealth(health, event, { rules: { ...rules, jitter: 0, ...over }, now, random: 0, maySpare })

test('an event that says nothing in a state leaves it as it is', () => {
  const healthy: Health = { state: 'healthy', failures: 1, ejections: 2, since: 3 }
  const ejected: Health = { state: 'ejected', by: 'failures', until: 900_000, ejections: 1 }
  const trial: Health = { state: 'on_trial', isRunning: true, ejections: 1 }
  for (const kind of ['time', 'claimed', 'released'] as const) expect(step(healthy, { kind }), kind).toBe(healthy)
  for (const kind of ['time', 'claimed', 'released', 'succeeded', 'failed'] as const) expect(step(ejected, { kind }), kind).toBe(ejected)
  expect(step(trial, { kind: 'time' })).toBe(trial)
})

test('a success, or being put back, ends a row of failures and no stretch of health', () => {
  const failing: Health = { state: 'healthy', failures: 2, ejections: 1, since: 5 }
  for (const kind of ['succeeded', 'reinstate'] as const) expect(step(failing, { kind })).toStrictEqual({ ...failing, failures: 0 })
})

test('a trial that fails ejects, though the others can not do without it', () => {
  const trial: Health = { state: 'on_trial', isRunning: true, ejections: 1 }
  expect(step(trial, { kind: 'failed' }, 500_000, {}, false)).toMatchObject({ state: 'ejected', ejections: 2, until: 560_000 })
})

test('as many ejections are forgotten as the first one fits into the time it was healthy', () => {
  const failing = (ejections: number, since: number): Health => ({ state: 'healthy', failures: 2, ejections, since })
  const after = (health: Health, over: Partial<EjectionRules> = {}): number => {
    const next = step(health, { kind: 'failed' }, 500_000, over)
    return next.state === 'ejected' ? next.ejections : Number.NaN
  }
  expect([after(failing(5, 440_000)), after(failing(5, 440_001)), after(failing(1, 0))]).toStrictEqual([4, 5, 1])
  // A clock can't have been healthy for less than nothing, and a time of nothing forgets a step each millisecond.
  expect([after(failing(2, 600_000)), after(failing(5, 499_998), { baseTime: 0 })]).toStrictEqual([3, 4])
})
