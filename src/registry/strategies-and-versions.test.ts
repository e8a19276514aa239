import { expect, test } from 'vitest'
import { Plugin, PluginType } from '../contract/index.ts'
import { RegistrationError } from '../errors/index.ts'
import { buildRegistry } from './build-registry.ts'
import { registeredVersions } from './registered-versions.ts'
import { Registry } from './registry.ts'

/** Classes as plain JavaScript would write them: no compiler in between. */
const makeType = PluginType as unknown as (key: unknown, options?: unknown) => new () => object
const makePlugin = Plugin as unknown as (type: unknown, definition: unknown) => new () => object

const contract = (key: string, options: object = {}): new () => object =>
  Object.assign(class Contract extends makeType(key, options) {}, { methods: { go: 'once' } })

/** The strategies that operators may choose, or the codes of what is wrong. */
const strategiesOf = (options: object): readonly string[] => {
  try {
    return [
      ...buildRegistry({ plugins: [], types: [contract('t', options)] })
        .type('t')
        .strategies.keys(),
    ]
  } catch (error) {
    if (error instanceof RegistrationError) return error.problems.map(({ code }) => code)
    throw error
  }
}
const sticky = { name: 'sticky', key: () => 'x' }

test("operators choose among a type's own strategy, by priority where it says none, and those that it lists", () => {
  expect(strategiesOf({})).toStrictEqual(['priority'])
  expect(strategiesOf({ strategies: ['round-robin', 'weighted', sticky] })).toStrictEqual(['priority', 'round-robin', 'weighted', 'sticky'])
  expect(strategiesOf({ select: 'weighted', strategies: ['priority'] })).toStrictEqual(['weighted', 'priority'])
  expect(strategiesOf({ select: sticky })).toStrictEqual(['sticky'])
  // A function of the application is no strategy that could be chosen again.
  const own = { needsContext: false, select: () => null }
  expect(strategiesOf({ select: own })).toStrictEqual([])
  expect(strategiesOf({ select: own, strategies: ['weighted'] })).toStrictEqual(['weighted'])
})

test('[50] what looks like a sticky strategy and has another name is none', () => {
  const other = { name: 'fastest', key: () => 'x' }
  expect(strategiesOf({ select: other })).toStrictEqual(['select_invalid'])
  expect(strategiesOf({ strategies: [other] })).toStrictEqual(['strategies_invalid'])
})

test('a process tells the versions of configs that it reads, where they are above the first, of types that have such', () => {
  const config = {
    schema: { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } },
    jsonSchema: { type: 'object' },
  }
  const step = (given: object): object => given
  const plugin = (type: unknown, key: string, definition: object = {}): unknown => {
    const made = class extends makePlugin(type, { key, ...definition }) {}
    Object.defineProperty(made.prototype, 'go', { value: () => {} })
    return made
  }
  const [pay, ship] = [contract('pay'), contract('ship')]
  const plugins = [
    plugin(pay, 'old', { config, version: 3, migrate: { 1: step, 2: step } }),
    plugin(pay, 'first', { config }),
    plugin(pay, 'new', { config, version: 2, migrate: { 1: step } }),
    plugin(ship, 'plain'),
  ]
  expect(registeredVersions(buildRegistry({ plugins }))).toStrictEqual({ pay: { old: 3, new: 2 } })
  expect(registeredVersions(buildRegistry({ plugins: [plugin(ship, 'plain')] }))).toStrictEqual({})
})

test('of so many versions that they fill more than 128 KiB, none is told', () => {
  const told = (last: number): unknown => {
    const keys = Array.from({ length: 1_248 }, (_, n) => String(n).padStart(n < 1_247 ? 100 : last, 'p'))
    const plugins = new Map(keys.map((key) => [key, { key, aliases: [], versions: { current: 2 } }]))
    return registeredVersions(new Registry([{ key: 'many', aliases: [], plugins }] as never, new Map()))
  }
  // As JSON, {"many":{"…":2,"…":2}}, a name of 100 characters takes 105, the last one its own, two quotes and ':2'.
  const last = 131_072 - '{"many":{}}'.length - 1_247 * 105 - '"":2'.length
  expect(Object.keys((told(last) as { many: object }).many)).toHaveLength(1_248)
  expect(told(last + 1)).toBeNull()
})
