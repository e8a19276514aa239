import { expect, test } from 'vitest'
import { z } from 'zod'
import { actor, Bank, Cash, Gateway } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'
import { createBoard, Plugin, PluginType, RegistrationError, type Methods, type PluginClass } from '../index.ts'
import { sqlite } from '../sqlite.ts'
import { buildRegistry } from './index.ts'

/** Everything that is wrong with a registration, as `subject code`. */
function problemsOf(plugins: readonly unknown[], types?: readonly unknown[]): string[] {
  try {
    buildRegistry({ plugins, types })
    return []
  } catch (error) {
    if (!(error instanceof RegistrationError)) throw error
    return error.problems.map((problem) => `${problem.subject} ${problem.code}`)
  }
}

/** Classes as plain JavaScript would write them: no compiler in between. */
const loose = {
  PluginType: PluginType as unknown as (key: unknown, options?: unknown) => new () => object,
  Plugin: Plugin as unknown as (type: unknown, definition: unknown) => new () => object,
}
const contract = (key: unknown, methods: unknown = { go: 'once' }, options?: unknown): unknown =>
  class Contract extends loose.PluginType(key, options) {
    static methods = methods
  }
const plugin = (type: unknown, definition: unknown, name = 'Made'): unknown =>
  ({
    [name]: class extends loose.Plugin(type, definition) {
      go(): void {}
    },
  })[name]

test('[4] descriptions and labels stand as the code gives them; absent is empty, the label the key', () => {
  const registry = buildRegistry({ plugins: [Bank, Cash] })
  const type = registry.type(Gateway)
  expect([type.label, type.description]).toStrictEqual(['Gateways', 'Charges customers.'])
  expect(registry.plugin(type, 'bank')).toMatchObject({ label: 'Bank', description: 'A bank with an API key.' })
  expect(registry.plugin(type, 'cash').description).toBe('')
  const bare = buildRegistry({ plugins: [], types: [contract('bare')] })
  expect(bare.type('bare')).toMatchObject({ label: 'bare', description: '' })
})

test('[7][8] types and plugins are registered in one place, in any order, and one call checks all', () => {
  const forwards = buildRegistry({ types: [Gateway], plugins: [Bank, Cash] })
  const backwards = buildRegistry({ plugins: [Cash, Bank] })
  for (const registry of [forwards, backwards])
    expect([...registry.type('gateway').plugins.keys()].toSorted()).toStrictEqual(['bank', 'cash'])
})

test('[9] the same key from another class is an error that names both; the same class again changes nothing', () => {
  const type = contract('t')
  const one = plugin(type, { key: 'p' }, 'One')
  expect(problemsOf([one, one])).toStrictEqual([])
  try {
    buildRegistry({ plugins: [one, plugin(type, { key: 'p' }, 'Two')] })
    expect.unreachable()
  } catch (error) {
    expect((error as RegistrationError).problems).toMatchObject([{ code: 'duplicate_plugin_key', subject: 'Two' }])
    expect((error as Error).message).toMatch(/Two: its key 'p' is also the key of One/)
  }
  class Other extends loose.PluginType('t') {
    static methods = { go: 'once', stop: 'once' }
  }
  expect(problemsOf([], [type, Other])).toStrictEqual(['Other duplicate_type_key'])
  // The same key under another type is another plugin.
  expect(problemsOf([one, plugin(contract('t2'), { key: 'p' })])).toStrictEqual([])
})

test('[6] an alias that is also a key or an alias of another is refused', () => {
  const type = contract('t')
  expect(problemsOf([plugin(type, { key: 'a' }, 'A'), plugin(type, { key: 'b', aliases: ['a'] }, 'B')])).toStrictEqual([
    'B duplicate_plugin_key',
  ])
  expect(problemsOf([plugin(type, { key: 'a', aliases: ['old'] }, 'A'), plugin(type, { key: 'b', aliases: ['old'] }, 'B')])).toStrictEqual([
    'B duplicate_plugin_key',
  ])
  expect(problemsOf([plugin(type, { key: 'a', aliases: ['a'] }, 'A')])).toStrictEqual(['A alias_invalid'])
  expect(problemsOf([plugin(type, { key: 'a', aliases: ['no key!'] }, 'A')])).toStrictEqual(['A alias_invalid'])
  expect(problemsOf([plugin(type, { key: 'a', aliases: 'old' }, 'A')])).toStrictEqual(['A alias_invalid'])
  expect(problemsOf([], [contract('x'), contract('y', { go: 'once' }, { aliases: ['x'] })])).toStrictEqual(['Contract duplicate_type_key'])
})

test('[6] moving or renaming a class loses nothing, and an alias finds rows stored under the old key', async () => {
  await using opened = await openBoard()
  const { id } = await opened.board.admin.create(
    { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active' },
    { actor },
  )
  abstract class PaymentContract extends PluginType('payments', { aliases: ['gateway'] }) {
    static readonly methods: Methods<PaymentContract> = { charge: 'once' }
    abstract charge(order: string): Promise<string>
  }
  class Renamed extends Plugin(PaymentContract, {
    key: 'bank-v2',
    aliases: ['bank'],
    config: z.object({ apiKey: z.string() }),
    secrets: { apiKey: {} },
  }) {
    async charge(): Promise<string> {
      return `${this.instance.name} ${this.config.apiKey}`
    }
  }
  const next = await opened.another({ plugins: [Renamed] })
  expect(await next.get(PaymentContract).charge('')).toBe('Main the-key')
  expect(next.instances(PaymentContract).map((each) => [each.id, each.type, each.plugin])).toContainEqual([id, 'payments', 'bank-v2'])
  expect((await next.sync({ dryRun: true })).changed).toBe(false)
  expect(next.getByKey('gateway')).toBe(next.get(PaymentContract))
  // The old release serves on beside it.
  await opened.board.refresh()
  expect(await opened.board.get(Gateway).charge('o')).toBe('Main: o')
})

test('[50] a type without key, methods or valid methods is refused, each with its own error', () => {
  const codes = (type: unknown): string[] => problemsOf([], [type]).map((each) => each.split(' ').at(-1) ?? '')
  for (const key of ['', ' x', undefined, null, 5, 'a'.repeat(101), 'a/b', '../x', '-a'])
    expect(codes(contract(key)), String(key)).toContain('type_key')
  expect(codes(contract('a'.repeat(100)))).toStrictEqual([])
  expect(codes(class extends loose.PluginType('t') {})).toStrictEqual(['methods_missing'])
  expect(codes(contract('t', null))).toStrictEqual(['methods_missing'])
  expect(codes(contract('t', {}))).toStrictEqual(['methods_empty'])
  expect(codes(contract('t', { go: 'twice' }))).toStrictEqual(['method_kind'])
  for (const hook of ['onStart', 'onTest', 'onDispose', 'then'])
    expect(codes(contract('t', { go: 'once', [hook]: 'once' }))).toStrictEqual(['method_reserved'])
  expect(
    codes(
      class extends (contract('t') as new () => object) {
        other(): void {}
      },
    ),
  ).toStrictEqual([])
  class WithTemplate extends loose.PluginType('t') {
    static methods = { go: 'once' }
    template(): void {}
    onTest(): void {}
  }
  expect(codes(WithTemplate)).toStrictEqual(['method_unlisted', 'method_reserved'])
  for (const label of [5, {}]) expect(codes(contract('t', { go: 'once' }, { label }))).toStrictEqual(['label_invalid'])
  expect(codes(contract('t', { go: 'once' }, { select: 'best' }))).toStrictEqual(['select_unknown'])
  for (const select of [5, {}, { needsContext: true, select: () => null }, null])
    expect(codes(contract('t', { go: 'once' }, { select }))).toStrictEqual(['select_invalid'])
  for (const stranger of [undefined, null, 5, {}, class A {}, Bank]) expect(codes(stranger)).toStrictEqual(['not_a_type'])
})

test('[50] what every plugin has belongs to no contract, be it in a class above it', () => {
  const codes = (type: unknown): string[] => problemsOf([], [type]).map((each) => each.split(' ').at(-1) ?? '')
  for (const name of ['onStart', 'onTest', 'onDispose', 'config', 'instance', 'signal']) {
    const Above = class extends loose.PluginType('t') {}
    Object.defineProperty(Above.prototype, name, { value: () => {} })
    const Contract = class extends Above {
      static methods = { go: 'once' }
    }
    expect(codes(Contract)).toStrictEqual(['method_reserved'])
    expect(codes(contract('t', { go: 'once', [name]: 'once' }))).toStrictEqual(['method_reserved'])
  }
})

test('[50] the contract is the nearest class with methods of its own; one that extends another needs a key of its own', () => {
  const Small = class Small extends loose.PluginType('t') {
    static methods: object = { go: 'once' }
  }
  const Shared = class Shared extends Small {}
  const Large = class Large extends Shared {
    static override methods = { go: 'once', stop: 'repeatable' }
  }
  const can = (type: new () => object, key: string, names: readonly string[]): unknown => {
    const made = class extends loose.Plugin(type, { key }) {}
    for (const name of names) Object.defineProperty(made.prototype, name, { value: () => {} })
    return made
  }
  const { types } = buildRegistry({ plugins: [can(Shared, 'one', ['go']), can(Small, 'two', ['go'])] })
  expect(types.get('t')).toMatchObject({ class: Small, methods: new Map([['go', 'once']]) })
  expect([...(types.get('t')?.plugins.keys() ?? [])]).toStrictEqual(['one', 'two'])
  expect(buildRegistry({ plugins: [can(Large, 'one', ['go', 'stop'])] }).type(Small as never).class).toBe(Large)
  expect(problemsOf([can(Large, 'one', ['go'])])[0]).toContain('method_missing')
  expect(() => buildRegistry({ plugins: [can(Small, 'one', ['go']), can(Large, 'two', ['go', 'stop'])] })).toThrow(
    "Large: its key 't' is also the key of Small (one extends the other, and names other methods). Give one of them another key",
  )
})

test('[50] a plugin without key, methods or a valid definition is refused, each with its own error', () => {
  const type = contract('t', { go: 'once', stop: 'repeatable' })
  const codes = (value: unknown): string[] => problemsOf([value]).map((each) => each.split(' ').at(-1) ?? '')
  expect(codes(plugin(type, { key: 'p' }))).toStrictEqual(['method_missing'])
  const go = contract('t')
  expect(codes(plugin(go, { key: 'p' }))).toStrictEqual([])
  for (const key of ['', undefined, 7, 'a b']) expect(codes(plugin(go, { key }))).toStrictEqual(['plugin_key'])
  for (const priority of ['1', 1.5, Number.NaN, 1e9]) expect(codes(plugin(go, { key: 'p', priority }))).toStrictEqual(['priority_invalid'])
  expect(codes(plugin(go, { key: 'p', secrets: { apiKey: {} } }))).toStrictEqual(['secrets_without_config'])
  expect(codes(plugin(go, { key: 'p', config: { not: 'a schema' } }))).toStrictEqual(['config_not_schema'])
  class FieldInstead extends loose.Plugin(go, { key: 'p' }) {
    go = (): void => {}
  }
  expect(codes(FieldInstead)).toStrictEqual(['method_missing'])
  class HookInvalid extends (plugin(go, { key: 'p' }) as new () => object) {}
  Object.assign(HookInvalid.prototype, { onTest: 'ping' })
  expect(codes(HookInvalid)).toStrictEqual(['hook_invalid'])
  class Direct extends (go as new () => object) {}
  expect(codes(Direct)).toStrictEqual(['not_a_plugin'])
  expect(codes(plugin(class NoType {}, { key: 'p' }))).toStrictEqual(['plugin_type'])
  for (const stranger of [undefined, null, 'x', {}, () => {}]) expect(codes(stranger)).toStrictEqual(['not_a_plugin'])
  expect(problemsOf('x' as never)).toStrictEqual(['createBoard({ plugins }) not_a_list'])
})

test('[50] everything wrong is told at once, with the keyring, the store and the durations', () => {
  const type = contract('t')
  try {
    createBoard({
      plugins: [plugin(type, { key: '' }, 'One'), plugin(type, { key: 'p', priority: 'x' }, 'Two')] as PluginClass[],
      keys: 'nonsense',
      store: {} as never,
      refreshEvery: 1,
    })
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(RegistrationError)
    expect((error as RegistrationError).problems.map((each) => each.code)).toStrictEqual([
      'plugin_key',
      'priority_invalid',
      'keys_invalid',
      'store_invalid',
      'duration_invalid',
    ])
    expect((error as Error).message).toMatch(/5 problems/)
  }
})

test('a contract module loaded twice is one type: both classes find it, and plugins of both register', async () => {
  const make = () => {
    abstract class Twice extends PluginType('twice') {
      static readonly methods: Methods<Twice> = { go: 'once' }
      abstract go(): Promise<string>
    }
    return Twice
  }
  const [Left, Right] = [make(), make()]
  class InLeft extends Plugin(Left, { key: 'left' }) {
    async go(): Promise<string> {
      return 'left'
    }
  }
  class InRight extends Plugin(Right, { key: 'right', priority: 5 }) {
    async go(): Promise<string> {
      return 'right'
    }
  }
  await using board = createBoard({ plugins: [InLeft, InRight], store: sqlite(':memory:'), migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  expect(await board.get(Right).go()).toBe('left')
  // A third copy that was never registered is found by its key.
  expect(await board.get(make()).go()).toBe('left')
})

test('two copies of the library work together: brands and errors are recognised across them', async () => {
  const load = async (): Promise<typeof import('../index.ts')> => {
    const { vi } = await import('vitest')
    vi.resetModules()
    return import('../index.ts')
  }
  const other = await load()
  expect(other.PluginType).not.toBe(PluginType)
  abstract class Foreign extends other.PluginType('foreign') {
    static readonly methods: Methods<Foreign> = { go: 'once' }
    abstract go(): Promise<string>
  }
  class A extends other.Plugin(Foreign, { key: 'a' }) {
    async go(): Promise<string> {
      throw new other.Unavailable('busy')
    }
  }
  class B extends Plugin(Foreign, { key: 'b', priority: 2 }) {
    async go(): Promise<string> {
      return 'b'
    }
  }
  await using board = createBoard({ plugins: [A, B], store: sqlite(':memory:'), migrate: 'on-start', sync: 'on-start' })
  expect(await board.use(Foreign).go()).toBe('b')
  expect(new other.NoInstanceError('x')).toBeInstanceOf((await import('../errors/index.ts')).NoInstanceError)
  expect(new other.NoInstanceError('x')).not.toBeInstanceOf(RegistrationError)
})

test('[50] a strategy that there is not, and a sticky one without a key, are told at start', () => {
  const saidOf = (options: object): readonly string[] => {
    abstract class Odd extends PluginType('odd', options) {
      static readonly methods: Methods<Odd> = { go: 'once' }
      abstract go(): Promise<void>
    }
    try {
      buildRegistry({ plugins: [], types: [Odd] })
      return []
    } catch (error) {
      return (error as RegistrationError).problems.map((each) => each.code)
    }
  }
  const sticky = { name: 'sticky', key: () => 'x' }
  expect(saidOf({ select: 'weighted', strategies: ['priority', sticky] })).toStrictEqual([])
  expect(saidOf({ select: sticky })).toStrictEqual([])
  expect(saidOf({ select: 'sticky' })).toStrictEqual(['sticky_key'])
  expect(saidOf({ select: { name: 'sticky' } })).toStrictEqual(['select_invalid'])
  expect(saidOf({ strategies: ['sticky', 'fastest', 5, null] })).toStrictEqual([
    'sticky_key',
    'strategies_invalid',
    'strategies_invalid',
    'strategies_invalid',
  ])
  expect(saidOf({ strategies: 'weighted' })).toStrictEqual(['strategies_invalid'])
})
