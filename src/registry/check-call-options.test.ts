import { expect, test } from 'vitest'
import { Plugin, PluginType, RegistrationError, type Methods } from '../index.ts'
import { buildRegistry } from './build-registry.ts'
import { checkCallOptions, defaultEjection } from './check-call-options.ts'

/** What is reported, and what is made of it all the same. Plain JavaScript may give anything. */
function check(options: object): { readonly told: readonly string[] } & ReturnType<typeof checkCallOptions> {
  const told: string[] = []
  const made = checkCallOptions({ key: 'search', ...options }, (code, message) => void told.push(`${code}: ${message}`))
  return { told, ...made }
}

test('[50] without options calls take as long as they like, and failing instances are ejected as the documentation says', () => {
  expect(check({})).toStrictEqual({ told: [], limits: {}, ejection: defaultEjection })
  expect(defaultEjection).toEqual({ consecutiveFailures: 5, baseTime: 30_000, maxTime: 300_000, jitter: 0.1, maxShare: 0.5 })
  // What is given as undefined is not given.
  expect(check({ deadline: undefined, attemptDeadline: undefined, ejection: { jitter: undefined } })).toEqual(check({}))
})

test('[50] what is given is taken, to the bounds; what is left out stays as it is by default; false is none by itself', () => {
  expect(check({ deadline: 1, attemptDeadline: 2 ** 31 - 1 })).toMatchObject({
    told: [],
    limits: { deadline: 1, attemptDeadline: 2 ** 31 - 1 },
  })
  expect(check({ ejection: { consecutiveFailures: 1, jitter: 0, maxShare: 1 } })).toMatchObject({
    told: [],
    ejection: { consecutiveFailures: 1, baseTime: 30_000, maxTime: 300_000, jitter: 0, maxShare: 1 },
  })
  expect(check({ ejection: { baseTime: 1, maxTime: 1, jitter: 1, maxShare: 0 } }).told).toEqual([])
  expect(check({ ejection: false })).toEqual({ told: [], limits: {}, ejection: undefined })
})

test('[50] deadline_invalid: each deadline that is no number of milliseconds of at least 1 is told, quoted, and not used', () => {
  for (const wrong of [0, 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(check({ deadline: wrong })).toMatchObject({
      told: [`deadline_invalid: its deadline is ${wrong}, not a number of milliseconds of at least 1`],
      limits: {},
    })
  }
  for (const wrong of [null, '100', {}, true]) expect(check({ attemptDeadline: wrong }).told).toHaveLength(1)
  expect(check({ deadline: 0, attemptDeadline: 2 ** 31 })).toMatchObject({
    told: [
      'deadline_invalid: its deadline is 0, not a number of milliseconds of at least 1',
      'deadline_invalid: its attemptDeadline is 2147483648; a timer counts at most 2147483647 milliseconds (24.8 days)',
    ],
    limits: {},
  })
})

test('[50] ejection_invalid: neither options nor false is told', () => {
  for (const [wrong, quoted] of [
    [true, 'true'],
    [null, 'null'],
    ['never', "'never'"],
    [5, '5'],
  ] as const) {
    expect(check({ ejection: wrong })).toEqual({
      told: [`ejection_invalid: its ejection is ${quoted}, neither options nor false`],
      limits: {},
      ejection: defaultEjection,
    })
  }
})

test('[50] ejection_invalid: each option that is out of bounds is told, all of them, and one that is none with those there are', () => {
  const told = (ejection: object): readonly string[] => check({ ejection }).told
  for (const wrong of [0, -1, 1.5, Number.NaN, '5', null])
    expect(told({ consecutiveFailures: wrong }), String(wrong)).toEqual([
      expect.stringMatching(/^ejection_invalid: its ejection's consecutiveFailures is .+, no integer of at least 1$/) as string,
    ])
  for (const name of ['baseTime', 'maxTime']) {
    expect(told({ [name]: 0 })).toEqual([`ejection_invalid: its ejection's ${name} is 0, not a number of milliseconds of at least 1`])
    expect(told({ [name]: 2 ** 31 })).toHaveLength(1)
  }
  for (const name of ['jitter', 'maxShare']) {
    for (const wrong of [-0.01, 1.01, Number.NaN, '0.5', null])
      expect(told({ [name]: wrong }), `${name} ${String(wrong)}`).toEqual([
        expect.stringMatching(new RegExp(`^ejection_invalid: its ejection's ${name} is .+, no number from 0 to 1$`)) as string,
      ])
  }
  expect(told({ consecutiveFailures: 0, maxShare: 2, failures: 3 })).toEqual([
    "ejection_invalid: its ejection's consecutiveFailures is 0, no integer of at least 1",
    "ejection_invalid: its ejection's maxShare is 2, no number from 0 to 1",
    "ejection_invalid: its ejection's failures is no option. There is: consecutiveFailures, baseTime, maxTime, jitter, maxShare",
  ])
})

test('[50] a board with such a type is refused, with all of it in one error', () => {
  abstract class Search extends PluginType('search', { deadline: -1, attemptDeadline: 0, ejection: { jitter: 7 } }) {
    static readonly methods: Methods<Search> = { find: 'repeatable' }
    abstract find(): Promise<string>
  }
  class Engine extends Plugin(Search, { key: 'engine' }) {
    async find(): Promise<string> {
      return ''
    }
  }
  let thrown: unknown
  try {
    buildRegistry({ plugins: [Engine] })
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(RegistrationError)
  expect((thrown as RegistrationError).problems.map(({ code, subject }) => [code, subject])).toEqual([
    ['deadline_invalid', 'Search'],
    ['deadline_invalid', 'Search'],
    ['ejection_invalid', 'Search'],
  ])
})
