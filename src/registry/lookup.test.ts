import { expect, test } from 'vitest'
import { Plugin, PluginType } from '../contract/index.ts'
import { RegistrationError } from '../errors/index.ts'
import { buildRegistry, registeredNames, type RegisteredType, type Registry } from './index.ts'

/** Classes as plain JavaScript would write them: no compiler in between. */
const makeType = PluginType as unknown as (key: unknown, options?: unknown) => new () => object
const makePlugin = Plugin as unknown as (type: unknown, definition: unknown) => new () => object

const contract = (key: unknown, options?: unknown, name = 'Contract'): new () => object => {
  const made = { [name]: class extends makeType(key, options) {} }[name] as new () => object
  return Object.assign(made, { methods: { go: 'once' } })
}
const plugin = (type: unknown, definition: unknown, name = 'Made'): new () => object =>
  ({
    [name]: class extends makePlugin(type, definition) {
      go(): void {}
    },
  })[name] as new () => object

/** Everything wrong with a registration, as it is told. */
function problems(plugins: unknown, types?: unknown): readonly string[] {
  try {
    buildRegistry({ plugins, types } as never)
    return []
  } catch (error) {
    if (error instanceof RegistrationError) return error.problems.map(({ code, subject, message }) => `${subject}: ${code}: ${message}`)
    throw error
  }
}
const caught = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error
  }
}

const Pay = contract('pay', { aliases: ['payments', 'gateway'] })
const Cash = plugin(Pay, { key: 'cash', aliases: ['coins', 'notes'] })
const Ship = contract('ship')
const registered = (): { readonly registry: Registry; readonly pay: RegisteredType } => {
  const registry = buildRegistry({ plugins: [Cash], types: [Ship] })
  return { registry, pay: registry.type(Pay as never) }
}

test('a type is found by its class, its key and each of its aliases', () => {
  const { registry, pay } = registered()
  for (const reference of [Pay, 'pay', 'payments', 'gateway']) expect(registry.type(reference as never)).toBe(pay)
  for (const name of ['pay', 'payments', 'gateway']) expect(registry.typeNamed(name)).toBe(pay)
  expect([...registry.types.keys()].toSorted()).toStrictEqual(['pay', 'ship'])
})

test('a type that is not registered is told with the name it was asked by, and what there is', () => {
  const { registry } = registered()
  const ask = (reference: unknown): unknown => caught(() => registry.type(reference as never))
  for (const [reference, type] of [
    ['mail', 'mail'],
    [contract('mail'), 'mail'],
    [class Stranger {}, 'Stranger'],
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
  ] as const)
    expect(ask(reference), type).toMatchObject({
      code: 'unknown_type',
      type,
      message: expect.stringMatching(/It has: pay, ship|It has: ship, pay/),
    })
})

test('a class that is not known itself finds its type by its key or alias, and again', () => {
  const { registry, pay } = registered()
  for (const key of ['pay', 'gateway']) {
    const copy = contract(key)
    expect(registry.type(copy as never)).toBe(pay)
    expect(registry.type(copy as never)).toBe(pay)
  }
})

test('a plugin is found by its key and each of its aliases, within its type alone', () => {
  const { registry, pay } = registered()
  for (const name of ['cash', 'coins', 'notes']) {
    expect(registry.pluginNamed(pay, name)?.class).toBe(Cash)
    expect(registry.plugin(pay, name).key).toBe('cash')
    expect(registry.pluginNamed(registry.type('ship'), name)).toBeUndefined()
  }
  expect(caught(() => registry.plugin(pay, 'card'))).toMatchObject({
    code: 'unknown_plugin',
    type: 'pay',
    plugin: 'card',
    message: expect.stringContaining('It has: cash'),
  })
  expect(registry.pluginNamed({ ...pay }, 'cash')).toBeUndefined()
})

test('what a process answers for are its types and plugins under every name they have', () => {
  const { registry } = registered()
  expect(registeredNames(registry)).toStrictEqual({
    pay: ['cash', 'coins', 'notes'],
    payments: ['cash', 'coins', 'notes'],
    gateway: ['cash', 'coins', 'notes'],
    ship: [],
  })
})

test('of so many plugins that their names fill more than 64 KiB, the types alone are told', () => {
  const many = contract('many')
  const told = (last: number): unknown => {
    const keys = Array.from({ length: 637 }, (_, n) => String(n).padStart(n < 636 ? 100 : last, 'p'))
    return registeredNames(buildRegistry({ plugins: keys.map((key) => plugin(many, { key })) }))['many']
  }
  // As JSON, {"many":["…","…"]}, a name of 100 characters takes 103, the last one its own and two quotes.
  const last = 65_536 - '{"many":[]}'.length - 636 * 103 - '""'.length
  expect(told(last)).toHaveLength(637)
  expect(told(last + 1)).toBeNull()
})

test('[50] what is given as a list and is none is told by its name; a list of types may be left out, one of plugins not', () => {
  expect(buildRegistry({ plugins: [] }).types.size).toBe(0)
  expect(problems([], undefined)).toStrictEqual([])
  expect(problems(undefined)).toStrictEqual(['createBoard({ plugins }): not_a_list: is undefined, not a list of classes'])
  expect(problems([], 'x')).toStrictEqual(["createBoard({ types }): not_a_list: is 'x', not a list of classes"])
  expect(problems([], null)).toStrictEqual(['createBoard({ types }): not_a_list: is null, not a list of classes'])
})

test('[50] what is no type or plugin is named by its class, else by what it is', () => {
  expect(problems([], [class Shop {}])[0]).toMatch(/^Shop: not_a_type: /)
  expect(problems([], [class {}])[0]).toMatch(/^the function \(anonymous\): not_a_type: /)
  expect(problems([], ['Shop'])[0]).toMatch(/^'Shop': not_a_type: /)
  expect(problems([], [Cash])[0]).toMatch(/^Made: not_a_type: /)
  expect(problems([class Shop {}])[0]).toBe('Shop: not_a_plugin: is no plugin. Extend Plugin(Type, { key })')
  expect(problems([class Direct extends Pay {}])[0]).toBe('Direct: not_a_plugin: extends its type directly. Extend Plugin(Type, { key })')
  expect(problems([plugin(class Plain {}, { key: 'p' })])[0]).toMatch(/^Made: plugin_type: is made over .*, which is no plugin type\./)
})

test('[9] a key or alias that another plugin of the type has is told as what it is on either side', () => {
  const told = (one: object, two: object): readonly string[] => problems([plugin(Pay, one, 'One'), plugin(Pay, two, 'Two')])
  expect(told({ key: 'a' }, { key: 'a' })).toStrictEqual([
    "Two: duplicate_plugin_key: its key 'a' is also the key of One in 'pay'. Give one of them another key",
  ])
  expect(told({ key: 'a', aliases: ['x'] }, { key: 'x' })).toStrictEqual([
    "Two: duplicate_plugin_key: its key 'x' is also an alias of One in 'pay'. Give one of them another key",
  ])
  expect(told({ key: 'a', aliases: ['x'] }, { key: 'b', aliases: ['x', 'a'] })).toStrictEqual([
    "Two: duplicate_plugin_key: its alias 'x' is also an alias of One in 'pay'. Give one of them another key",
    "Two: duplicate_plugin_key: its alias 'a' is also the key of One in 'pay'. Give one of them another key",
  ])
  expect(told({ key: 'a', aliases: ['x'] }, { key: 'b', aliases: ['y'] })).toStrictEqual([])
})

test('[9] types whose key or alias meet are told by their classes; one class given twice is one type', () => {
  const told = (one: object, two: object): readonly string[] => problems([], [contract('one', one, 'One'), contract('two', two, 'Two')])
  expect(told({}, { aliases: ['one'] })).toStrictEqual(["Two: duplicate_type_key: its alias 'one' is also a key or alias of One"])
  expect(told({ aliases: ['two'] }, {})).toStrictEqual(["One: duplicate_type_key: its alias 'two' is also a key or alias of Two"])
  expect(told({ aliases: ['old'] }, { aliases: ['old'] })).toStrictEqual([
    "Two: duplicate_type_key: its alias 'old' is also a key or alias of One",
  ])
  expect(told({ aliases: ['x'] }, { aliases: ['y'] })).toStrictEqual([])
  expect(problems([], [Pay, Pay])).toStrictEqual([])
  expect(problems([], [contract('t', { aliases: ['old', 'old'] })])).toStrictEqual([])
  const same = [contract('t', {}, 'One'), contract('t', {}, 'Two')]
  expect(problems([], same)).toStrictEqual(["Two: duplicate_type_key: its key 't' is also the key of One. Give one of them another key"])
})

test('a contract that was loaded twice is the same only where name, label and methods are', () => {
  const copy = (over: { name?: string; label?: string; methods?: object }): readonly string[] => {
    const other = Object.assign(contract('t', { label: over.label ?? 'T' }, over.name ?? 'Twin'), {
      methods: over.methods ?? { go: 'once' },
    })
    return problems([], [contract('t', { label: 'T' }, 'Twin'), other]).map((each) => each.split(': ')[1] ?? '')
  }
  expect(copy({})).toStrictEqual([])
  expect(copy({ name: 'Other' })).toStrictEqual(['duplicate_type_key'])
  expect(copy({ label: 'Other' })).toStrictEqual(['duplicate_type_key'])
  expect(copy({ methods: { go: 'repeatable' } })).toStrictEqual(['duplicate_type_key'])
  expect(copy({ methods: { go: 'once', stop: 'once' } })).toStrictEqual(['duplicate_type_key'])
  expect(copy({ methods: { stop: 'once' } })).toStrictEqual(['duplicate_type_key'])
  const two = (stop: string): unknown => Object.assign(contract('t', {}, 'Twin'), { methods: { go: 'once', stop } })
  expect(problems([], [two('once'), two('once')])).toStrictEqual([])
  expect(problems([], [two('once'), two('repeatable')])).toHaveLength(1)
  // A copy that declares none of its own is no twin either, and breaks nothing.
  const bare = { Twin: class extends makeType('t', { label: 'T' }) {} }.Twin
  expect(problems([], [contract('t', { label: 'T' }, 'Twin'), bare])).toHaveLength(1)
})

test('what a definition leaves out, or says in a way that is refused, stands as nothing', () => {
  const { registry, pay } = registered()
  const made = registry.plugin(pay, 'cash')
  expect(made).toMatchObject({ label: 'cash', description: '', priority: 0, aliases: ['coins', 'notes'], config: undefined, type: pay })
  expect(registry.type('ship')).toMatchObject({ label: 'ship', description: '', aliases: [], select: 'priority', class: Ship })
  const select = (): null => null
  const told = buildRegistry({
    plugins: [
      plugin(contract('t', { label: 'T', description: 'About T', select }), { key: 'p', label: 'P', description: 'About P', priority: 5 }),
    ],
  })
  const type = told.type('t')
  expect(type).toMatchObject({ label: 'T', description: 'About T', select, methods: new Map([['go', 'once']]) })
  expect(told.plugin(type, 'p')).toMatchObject({ label: 'P', description: 'About P', priority: 5, aliases: [] })
})

test('priorities and keys hold at their bounds', () => {
  const codes = (definition: object): readonly string[] => problems([plugin(Pay, definition)]).map((each) => each.split(': ')[1] ?? '')
  for (const priority of [1_000_000, -1_000_000, 0]) expect(codes({ key: 'p', priority })).toStrictEqual([])
  for (const priority of [1_000_001, -1_000_001, 0.5, '1', null]) expect(codes({ key: 'p', priority })).toStrictEqual(['priority_invalid'])
  for (const key of ['a', '0', 'a'.repeat(100), 'a._-Z']) expect(codes({ key })).toStrictEqual([])
  for (const key of ['.a', '_a', '-a', 'a b', 'a\n', 'ä', 'a'.repeat(101), '']) expect(codes({ key })).toStrictEqual(['plugin_key'])
  expect(codes({ key: 'p', label: 5, description: 5 })).toStrictEqual(['label_invalid', 'description_invalid'])
})

test('[50] a priority that is refused is told with the bounds', () => {
  expect(problems([plugin(Pay, { key: 'p', priority: 1_000_001 })])).toStrictEqual([
    'Made: priority_invalid: its priority is 1000001, not an integer from -1000000 to 1000000',
  ])
})

test('[50] how a type selects is a strategy by name, a function, or an object that needs no context', () => {
  const codes = (select: unknown): readonly string[] => problems([], [contract('t', { select })]).map((each) => each.split(': ')[1] ?? '')
  for (const select of ['priority', () => null, { needsContext: false, select: () => null }, undefined])
    expect(codes(select)).toStrictEqual([])
  expect(codes('best')).toStrictEqual(['select_unknown'])
  const wrong = [
    { needsContext: false, select: 5 },
    { needsContext: false },
    { select: () => null },
    { needsContext: true, select: () => null },
  ]
  for (const select of wrong) expect(codes(select)).toStrictEqual(['select_invalid'])
})

test('[50] a method may have no name by which a handle could not be awaited or built; an accessor is no method', () => {
  const of = (methods: object): unknown => Object.assign(contract('t'), { methods })
  for (const name of ['then', 'constructor'])
    expect(problems([], [of({ go: 'once', [name]: 'once' })])[0]).toMatch(`Contract: method_reserved: its method can't be called '${name}'`)
  const WithAccessor = of({ go: 'once' }) as new () => object
  Object.defineProperty(WithAccessor.prototype, 'size', { get: () => 5 })
  Object.defineProperty(WithAccessor.prototype, 'limit', { value: 5 })
  expect(problems([], [WithAccessor])).toStrictEqual([])
})

test("[50] a plugin's docs are a web address and its icon the path of an SVG; nothing else comes to a page", () => {
  const told = (definition: object): readonly string[] =>
    problems([plugin(Pay, { key: 'p', ...definition })]).map((each) => each.split(': ')[1] ?? '')
  for (const docs of ['https://example.com/docs', 'http://localhost:3000', undefined]) expect(told({ docs }), docs).toStrictEqual([])
  for (const docs of [
    '',
    'docs',
    'javascript:alert(1)',
    'xhttp://example.com',
    'ftp://example.com',
    new URL('https://example.com'),
    null,
    5,
  ])
    expect(told({ docs }), String(docs)).toStrictEqual(['docs_invalid'])
  for (const icon of ['M', 'm1 2', 'M4 12h16', 'M4,1.5e-3-2+1ZlLhHvVcCsSqQtTaAz\n', undefined])
    expect(told({ icon }), icon).toStrictEqual([])
  for (const icon of ['', ' M4', '4 12', 'x M4', 'M4 x', 'M4"/><script>', 'M<', ['M4 12h16'], null, 5])
    expect(told({ icon }), String(icon)).toStrictEqual(['icon_invalid'])
  const registry = buildRegistry({ plugins: [plugin(Pay, { key: 'p', docs: 'https://example.com', icon: 'M4 12h16' })] })
  expect(registry.plugin(registry.type('pay'), 'p')).toMatchObject({ docs: 'https://example.com', icon: 'M4 12h16' })
})
