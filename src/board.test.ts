import { inspect } from 'node:util'
import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { actor, Bank, Cash, Gateway } from '../test/support/gateways.ts'
import { openBoard, testKeys, until } from '../test/support/open-board.ts'
import { sqliteDatabase } from '../test/support/sqlite-test-database.ts'
import {
  createBoard,
  DecryptionError,
  generateKey,
  InstanceUnloadableError,
  KeysMissingError,
  NoInstanceError,
  NotReadyError,
  Plugin,
  PluginType,
  SelectionNeedsContextError,
  WrongKeyError,
  type BoardEvents,
  type Candidate,
  type InstanceDetail,
  type Methods,
} from './index.ts'
import { sqlite } from './sqlite.ts'

const bank = (name: string, over: object = {}): Parameters<Awaited<ReturnType<typeof openBoard>>['board']['admin']['create']>[0] => ({
  type: Gateway,
  plugin: 'bank',
  name,
  config: { apiKey: `key-of-${name}` },
  status: 'active',
  ...over,
})

test('[1][2][33] two plugins of one type: changing a priority switches get(), typed, with no code change', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const first = await board.admin.create(bank('Main'), { actor })
  expectTypeOf(board.get(Gateway)).toEqualTypeOf<Gateway>()
  expect(await board.get(Gateway).charge('o1')).toBe('Main: o1')
  await board.admin.update(first.id, { priority: 60 }, { actor })
  expect(await board.get(Gateway).charge('o2')).toBe('cash: o2')
})

test('[3] three instances of one plugin are three objects, each with its own config', async () => {
  await using opened = await openBoard()
  const { board } = opened
  for (const name of ['A', 'B', 'C']) await board.admin.create(bank(name), { actor })
  const objects = await Promise.all(
    board
      .instances(Gateway)
      .filter((each) => each.plugin === 'bank')
      .map((each) => each.load()),
  )
  expect(new Set(objects).size).toBe(3)
  expect(objects.map((each) => (each as Bank).key)).toStrictEqual(['key-of-A', 'key-of-B', 'key-of-C'])
})

test('[10] a new instance starts with the priority the plugin was registered with, a default instance too', async () => {
  await using opened = await openBoard()
  const { board } = opened
  expect(board.instances(Gateway).map((each) => [each.name, each.priority])).toStrictEqual([['Cash', 50]])
  expect((await board.admin.create(bank('A'), { actor })).priority).toBe(10)
  expect((await board.admin.create(bank('B', { priority: 3 }), { actor })).priority).toBe(3)
})

test('[12] a plugin without config works with no form and no keys', async () => {
  await using opened = await openBoard({ plugins: [Cash], keys: undefined })
  const { board } = opened
  expect(await board.get(Gateway).charge('o')).toBe('cash: o')
  expect(await board.admin.create({ type: Gateway, plugin: 'cash', name: 'Till 2' }, { actor })).toMatchObject({
    config: null,
    secrets: [],
  })
  await expect(board.admin.create({ type: Gateway, plugin: 'cash', name: 'Till 3', config: { a: 1 } }, { actor })).rejects.toMatchObject({
    code: 'invalid_input',
  })
})

test('[13][15] defaults and transforms reach the plugin, and are not stored', async () => {
  class Trimmed extends Plugin(Gateway, {
    key: 'trimmed',
    config: z.object({ region: z.string().trim().toUpperCase(), tries: z.number().default(3) }),
  }) {
    charge = undefined as never
    quote = undefined as never
    seen = this.config
  }
  Object.assign(Trimmed.prototype, { charge: async () => 'x', quote: async () => 'x' })
  await using opened = await openBoard({ plugins: [Trimmed] })
  const created = await opened.board.admin.create(
    { type: Gateway, plugin: 'trimmed', name: 'T', config: { region: ' eu ' }, status: 'active' },
    { actor },
  )
  expect(created.config).toStrictEqual({ region: ' eu ' })
  expect((opened.board.get(Gateway) as Trimmed).seen).toStrictEqual({ region: 'EU', tries: 3 })
})

test('[14] an invalid config is refused with a pointer for each field, and nothing is written', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const before = (await board.admin.history()).length
  await expect(board.admin.create(bank('X', { config: { apiKey: 'abc', baseUrl: 'no url' } }), { actor })).rejects.toMatchObject({
    code: 'config_invalid',
    issues: [{ pointer: '/apiKey' }, { pointer: '/baseUrl' }],
  })
  await expect(board.admin.create(bank('X', { config: { apiKey: new Date() } }), { actor })).rejects.toMatchObject({
    issues: [{ pointer: '/apiKey' }],
  })
  await expect(board.admin.create(bank('X', { config: 'text' }), { actor })).rejects.toMatchObject({ issues: [{ pointer: '' }] })
  expect(await board.admin.history()).toHaveLength(before)
  expect(board.instances(Gateway)).toHaveLength(1)
})

test('[16] every kind of value survives storage and an edit in another process unchanged', async () => {
  const everything = z.object({
    text: z.string(),
    int: z.number().int(),
    float: z.number(),
    yes: z.boolean(),
    no: z.boolean(),
    nothing: z.null(),
    when: z.iso.datetime(),
    day: z.iso.date(),
    group: z.object({ deep: z.object({ list: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])) }) }),
    map: z.record(z.string(), z.number()),
    long: z.string(),
  })
  const config = {
    text: 'false',
    int: 30,
    float: 0.1 + 0.2,
    yes: true,
    no: false,
    nothing: null,
    when: '2026-01-01T00:00:00.000Z',
    day: '2026-02-28',
    group: { deep: { list: ['', 0, false, null, 'سلام', '😀', '\u202eabc', "'; drop table--", '\u0000'] } },
    map: { constructor: 1, 'a.b/c~d': 2, '': 3 },
    long: 'x'.repeat(1_000_000),
  }
  class Everything extends Plugin(Gateway, { key: 'everything', config: everything }) {
    seen(): unknown {
      return this.config
    }
    async charge(): Promise<string> {
      return ''
    }
    async quote(): Promise<string> {
      return ''
    }
  }
  await using opened = await openBoard({ plugins: [Everything] })
  const { id } = await opened.board.admin.create({ type: Gateway, plugin: 'everything', name: 'E', config, status: 'active' }, { actor })
  expect((opened.board.get(Gateway) as Everything).seen()).toStrictEqual(config)
  const other = await opened.another()
  const read = await other.admin.get(id)
  expect(read.config).toStrictEqual(config)
  // Opened and saved as it is: nothing changes, so nothing is written.
  const saved = await other.admin.update(id, { config: read.config }, { actor })
  expect(saved).toStrictEqual(read)
  expect((await other.getById(Gateway, id)) as Everything).toHaveProperty('seen')
  expect(((await other.getById(Gateway, id)) as Everything).seen()).toStrictEqual(config)
})

test('[19] without keys, or with a wrong one, ready() rejects and names the variable and the key id', async () => {
  await using opened = await openBoard()
  await opened.board.admin.create(bank('Main'), { actor })
  const other = (keys: string | undefined) => createBoard({ plugins: [Bank], store: opened.database.factory, keys })
  await using none = other(undefined)
  await expect(none.ready()).rejects.toThrow(/PLUGBOARD_KEYS.*'k1'/)
  await expect(none.ready()).rejects.toBeInstanceOf(KeysMissingError)
  await using wrong = other(generateKey('k2'))
  await expect(wrong.ready()).rejects.toThrow(/sealed with the key 'k1', and PLUGBOARD_KEYS holds k2/)
  await using sameName = other(generateKey('k1'))
  await expect(sameName.ready()).rejects.toBeInstanceOf(WrongKeyError)
  await using both = other(`${generateKey('k2')},${testKeys}`)
  await both.ready()
  expect(await both.get(Gateway).charge('o')).toBe('Main: o')
})

test('[21][22] a row whose key is missing or whose token is damaged or foreign is told, passed over, and never written over', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const [main, backup, third] = [
    await board.admin.create(bank('Main'), { actor }),
    await board.admin.create(bank('Backup'), { actor }),
    await board.admin.create(bank('Third'), { actor }),
  ]
  const { store } = board.internals
  const tokens = new Map((await store.read((reader) => reader.configs([main.id, backup.id]))).map((row) => [row.id, row.config]))
  // [23] Backup's token pasted into Main's row; Third's token cut.
  await store.write((writer) =>
    writer.updateInstances([
      { id: main.id, config: tokens.get(backup.id) ?? '', rebuild: true },
      { id: third.id, config: 'ey', rebuild: true },
    ]),
  )
  const unloadable: BoardEvents['unloadable'][] = []
  const other = await opened.another()
  other.on('unloadable', (event) => unloadable.push(event))
  expect(await other.get(Gateway).charge('o')).toBe('Backup: o')
  const told = (await other.explain(Gateway)).find((each) => each.id === main.id)
  expect(told).toMatchObject({ chosen: false, reason: 'cannot_decrypt' })
  expect(told?.text).toContain("'Main'")
  const details = await Promise.all([main, backup, third].map((each) => other.admin.get(each.id)))
  expect(details.map((each) => each.state.ok)).toStrictEqual([false, true, false])
  expect(details[0]).toMatchObject({ config: null, state: { reason: 'cannot_decrypt' } })
  const error = await other.getById(Gateway, main.id).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(InstanceUnloadableError)
  expect((error as Error).cause).toBeInstanceOf(DecryptionError)
  expect((error as { cause: DecryptionError }).cause).toMatchObject({ instance: 'Main', keyId: 'k1' })
  // An edit of the config can't keep what can't be read; an edit of the name leaves the token as it is.
  await expect(other.admin.update(main.id, { config: { note: 'x' } }, { actor })).rejects.toMatchObject({ reason: 'cannot_decrypt' })
  await other.admin.update(main.id, { name: 'Main (broken)' }, { actor })
  const after = await store.read((reader) => reader.configs([main.id]))
  expect(after[0]?.config).toBe(tokens.get(backup.id))
  // Only what is explicitly replaced is written over, and the old token is kept in the history.
  await expect(other.admin.update(main.id, { config: { note: 'x' } }, { actor, replaceConfig: true })).rejects.toMatchObject({
    code: 'config_invalid',
  })
  const mended = await other.admin.update(main.id, { config: { apiKey: 'key-again' } }, { actor, replaceConfig: true })
  expect(mended.state).toStrictEqual({ ok: true })
  const kept = await store.read((reader) => reader.history({ instanceId: main.id, limit: 1 }))
  expect(kept[0]?.sealedBefore).toBe(tokens.get(backup.id))
})

test('[28] sync in update mode refreshes what the code owns and leaves what operators own', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main', { tags: ['eu'], weight: 7, priority: 33 }), { actor })
  abstract class Renamed extends PluginType('gateway', { label: 'Payment', description: 'New words.' }) {
    static readonly methods: Methods<Renamed> = { charge: 'once', quote: 'repeatable' }
    abstract charge(order: string): Promise<string>
    abstract quote(order: string): Promise<string>
  }
  class NewBank extends Plugin(Renamed, {
    key: 'bank',
    label: 'Bank 2',
    priority: 11,
    config: z.object({ apiKey: z.string(), extra: z.string().optional() }),
    secrets: { apiKey: {} },
  }) {
    async charge(): Promise<string> {
      return 'new'
    }
    async quote(): Promise<string> {
      return 'new'
    }
  }
  const next = await opened.another({ plugins: [NewBank], sync: undefined as never })
  expect((await next.sync()).changed).toBe(false)
  const would = await next.sync({ mode: 'update', dryRun: true })
  expect(would).toMatchObject({ dryRun: true, changed: true, types: { updated: ['gateway'] }, plugins: { updated: ['gateway/bank'] } })
  expect(would.changes.flatMap((each) => each.changes.map((change) => change.field))).toStrictEqual([
    'label',
    'description',
    'label',
    'description',
    'schema',
    'defaultPriority',
  ])
  expect((await next.sync({ mode: 'update' })).changed).toBe(true)
  expect((await next.sync({ mode: 'update' })).changed).toBe(false)
  expect(await next.admin.get(id)).toMatchObject({
    name: 'Main',
    status: 'active',
    priority: 33,
    weight: 7,
    tags: ['eu'],
    secrets: [{ path: 'apiKey', set: true }],
  })
  expect(await next.get(Renamed).charge('o')).toBe('new')
})

test('[32] a warm get() sends no SQL and gives the same object', async () => {
  await using opened = await openBoard({ refreshEvery: 60_000 })
  const { board, statements } = opened
  await board.admin.create(bank('Main'), { actor })
  statements.length = 0
  const object = board.get(Gateway)
  for (let i = 0; i < 1_000; i++) expect(board.get(Gateway)).toBe(object)
  expect(board.find(Gateway)).toBe(object)
  await board.use(Gateway).charge('o')
  expect(statements).toStrictEqual([])
  // The same counter does see what a build costs.
  await board.admin.create(bank('Other', { priority: 0 }), { actor })
  expect(statements.length).toBeGreaterThan(0)
})

test('[34] a disabled instance is never selected, by whatever call', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  const cash = board.instances(Gateway).find((each) => each.plugin === 'cash')
  await board.admin.setStatus([id, cash?.id ?? ''], 'disabled', { actor })
  expect(() => board.get(Gateway)).toThrow(NoInstanceError)
  expect(board.find(Gateway)).toBeUndefined()
  await expect(board.resolve(Gateway)).rejects.toThrow(/No instance of 'gateway' can be selected.*plugboard explain gateway/s)
  await expect(board.use(Gateway).charge('o')).rejects.toBeInstanceOf(NoInstanceError)
  await expect(board.run(Gateway, () => 1)).rejects.toBeInstanceOf(NoInstanceError)
  await expect(board.lease(Gateway)).rejects.toBeInstanceOf(NoInstanceError)
  expect((await board.explain(Gateway)).map((each) => each.reason)).toStrictEqual(['disabled', 'disabled'])
})

test('[35] instances of equal priority come in creation order, the same in get() and in every list', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  for (const name of ['First', 'Second', 'Third']) await board.admin.create(bank(name, { priority: 5 }), { actor })
  const names = ['First', 'Second', 'Third']
  expect(board.instances(Gateway).map((each) => each.name)).toStrictEqual(names)
  expect((await board.explain(Gateway)).map((each) => each.name)).toStrictEqual(names)
  expect(await board.get(Gateway).charge('')).toBe('First: ')
  const other = await opened.another()
  expect(other.instances(Gateway).map((each) => each.name)).toStrictEqual(names)
})

test('[36] by id: unknown, malformed, of another type and disabled are told apart; disabled only when asked', async () => {
  abstract class Other extends PluginType('other') {
    static readonly methods: Methods<Other> = { go: 'once' }
    abstract go(): Promise<void>
  }
  class Goer extends Plugin(Other, { key: 'goer' }) {
    async go(): Promise<void> {}
  }
  await using opened = await openBoard({ plugins: [Bank, Cash, Goer] })
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  expect(((await board.getById(Gateway, id)) as Bank).instanceName).toBe('Main')
  expect(await board.getById(Gateway, id.toUpperCase())).toBe(board.get(Gateway))
  const goer = board.instances(Other)[0]?.id ?? ''
  const reason = (wanted: unknown) =>
    board.getById(Gateway, wanted as string).then(
      () => 'found',
      (error: { reason: string }) => error.reason,
    )
  expect(await reason('00000000-0000-7000-8000-000000000000')).toBe('unknown')
  expect(await reason('1 or 1=1')).toBe('malformed')
  expect(await reason(undefined)).toBe('malformed')
  expect(await reason(goer)).toBe('other_type')
  await board.admin.setStatus(id, 'disabled', { actor })
  expect(await reason(id)).toBe('disabled')
  expect(((await board.getById(Gateway, id, { allowDisabled: true })) as Bank).instanceName).toBe('Main')
  await board.admin.remove(id, { actor })
  expect(await reason(id)).toBe('unknown')
})

test('[37] lists are metadata only: nothing is decrypted, and load() opens one', async () => {
  await using opened = await openBoard({ refreshEvery: 60_000 })
  for (const [name, status] of [
    ['A', 'active'],
    ['R', 'reserved'],
    ['B', 'active'],
    ['D', 'disabled'],
  ] as const)
    await opened.board.admin.create(bank(name, { status }), { actor })
  const { statements } = opened
  const board = await opened.another()
  statements.length = 0
  // Where the database tells of changes, whoever begins to listen looks once: that is no list's.
  const asked = (): readonly string[] => statements.filter((sql) => !sql.includes('boardRevision'))
  const built = Bank.built
  expect(board.instances(Gateway, { status: 'active' }).map((each) => each.name)).toStrictEqual(['A', 'B', 'Cash'])
  expect(board.instances(Gateway, { status: 'reserved' }).map((each) => each.name)).toStrictEqual(['R'])
  expect(board.instances(Gateway).map((each) => each.status)).toStrictEqual(['active', 'active', 'active', 'reserved', 'disabled'])
  expect([asked().length, Bank.built - built]).toStrictEqual([0, 0])
  const loaded = await board.instances(Gateway, { status: 'reserved' })[0]?.load()
  expect([(loaded as Bank).key, Bank.built - built]).toStrictEqual(['key-of-R', 1])
  expect(asked().filter((sql) => sql.includes('instances'))).toHaveLength(1)
})

test('[41] a row whose code is missing is passed over and says so; when the code is back it serves again', async () => {
  await using opened = await openBoard()
  const { id } = await opened.board.admin.create(bank('Main'), { actor })
  const without = await opened.another({ plugins: [Cash] })
  expect(await without.get(Gateway).charge('o')).toBe('cash: o')
  expect((await without.explain(Gateway)).map((each) => [each.name, each.reason])).toStrictEqual([
    ['Main', 'code_missing'],
    ['Cash', 'selected'],
  ])
  expect((await without.admin.get(id)).state).toMatchObject({ ok: false, reason: 'code_missing' })
  expect((await without.status()).unloadable).toMatchObject([{ id, reason: 'code_missing' }])
  expect((await without.admin.test(id, { actor })).failed).toBe('registered')
  // What it does to the row's metadata is kept.
  await without.admin.update(id, { priority: 1 }, { actor })
  const back = await opened.another()
  expect(await back.get(Gateway).charge('o')).toBe('Main: o')
})

test('[42] a change by another process on the file is served within the poll, without a restart, and by this process at once', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const other = await opened.another()
  const changes: number[] = []
  board.on('change', ({ revision }) => changes.push(revision))
  const { id } = await other.admin.create(bank('Main'), { actor })
  expect(await other.get(Gateway).charge('o')).toBe('Main: o')
  await until(async () => (await board.get(Gateway).charge('o')) === 'Main: o')
  await other.admin.update(id, { config: { apiKey: 'key-of-Main', note: 'second' } }, { actor })
  await until(() => (board.get(Gateway) as Bank).note === 'second')
  await other.admin.remove(id, { actor })
  await until(async () => (await board.get(Gateway).charge('o')) === 'cash: o')
  expect(changes.length).toBeGreaterThanOrEqual(3)
  expect(board.internals.runtime.revision).toBe(other.internals.runtime.revision)
})

test('[52] a type can be looked up by key', async () => {
  await using opened = await openBoard()
  expect(opened.board.getByKey('gateway')).toBe(opened.board.get(Gateway))
  expect(() => opened.board.getByKey('gatewy')).toThrow("The board has no plugin type 'gatewy'. It has: gateway")
})

test('[53] ids are stable through rename, move, edit, remove and restore, so that the application can point at them', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const favourites = new Map<string, string>()
  const { id } = await board.admin.create(bank('Main'), { actor })
  favourites.set('user-1', id)
  await board.admin.update(id, { name: 'Renamed', priority: 3, config: { apiKey: 'another-key' } }, { actor })
  await board.admin.remove(id, { actor })
  await board.admin.restore(id, { actor })
  await board.admin.setStatus(id, 'active', { actor })
  expect(await (await board.getById(Gateway, favourites.get('user-1') ?? '')).charge('o')).toBe('Renamed: o')
})

test('[54] a plugin sees its own instance, live: a rename needs no new object', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main', { tags: ['eu'] }), { actor })
  const object = board.get(Gateway) as Bank
  await board.admin.update(id, { name: 'Renamed', tags: ['us'] }, { actor })
  expect(board.get(Gateway)).toBe(object)
  expect(object.instanceName).toBe('Renamed')
})

test('[55] template methods on the type are ordinary inheritance', async () => {
  abstract class Report extends PluginType('report') {
    static readonly methods: Methods<Report> = { line: 'repeatable', all: 'repeatable' }
    abstract line(n: number): Promise<string>
    async all(count: number): Promise<string> {
      const lines = []
      for (let n = 0; n < count; n++) lines.push(await this.line(n))
      return lines.join('\n')
    }
  }
  class Plain extends Plugin(Report, { key: 'plain' }) {
    async line(n: number): Promise<string> {
      return `line ${n}`
    }
    async all(count: number): Promise<string> {
      return `${await super.all(count)}\nend`
    }
  }
  await using opened = await openBoard({ plugins: [Plain] })
  expect(await opened.board.use(Report).all(2)).toBe('line 0\nline 1\nend')
})

test('[24] a plugin object printed, serialised or enumerated shows no config', async () => {
  await using opened = await openBoard()
  await opened.board.admin.create(bank('Main'), { actor })
  class Quiet extends Plugin(Gateway, { key: 'quiet', config: z.object({ apiKey: z.string() }), secrets: { apiKey: {} } }) {
    async charge(): Promise<string> {
      return this.config.apiKey
    }
    async quote(): Promise<string> {
      return ''
    }
  }
  const board = await opened.another({ plugins: [Quiet] })
  await board.admin.create({ type: Gateway, plugin: 'quiet', name: 'Q', config: { apiKey: 'canary-quiet' }, status: 'active' }, { actor })
  const object = board.get(Gateway)
  expect(await object.charge('')).toBe('canary-quiet')
  expect([inspect(object), JSON.stringify(object), Object.keys(object).join()].join()).not.toContain('canary')
  expect(Object.keys(object)).toStrictEqual([])
})

test('before ready() and after close() the board says so', async () => {
  const board = createBoard({ plugins: [Cash], store: sqlite(':memory:'), migrate: 'on-start', sync: 'on-start' })
  expect(() => board.get(Gateway)).toThrow(NotReadyError)
  expect(() => board.find(Gateway)).toThrow(NotReadyError)
  expect(() => board.instances(Gateway)).toThrow(NotReadyError)
  // The asynchronous calls make it ready themselves.
  expect(await board.use(Gateway).charge('o')).toBe('cash: o')
  expect(await board.get(Gateway).charge('o')).toBe('cash: o')
  await board.close()
  await board.close()
  expect(() => board.get(Gateway)).toThrow('The board is closed')
  await expect(board.use(Gateway).charge('o')).rejects.toMatchObject({ code: 'board_closed' })
  await expect(board.ready()).rejects.toMatchObject({ code: 'board_closed' })
})

test('a database without tables is refused with the command to run, and ready() can be called again after it', async () => {
  await using opened = await openBoard({}, sqliteDatabase)
  const board = createBoard({ plugins: [Cash], store: sqlite(`${opened.file}-2`) })
  await expect(board.ready()).rejects.toThrow(/Run plugboard migrate/)
  await board.migrate()
  await board.ready()
  expect(() => board.get(Gateway)).toThrow(NoInstanceError)
  await expect(board.admin.create({ type: Gateway, plugin: 'cash', name: 'X' }, { actor })).rejects.toThrow(/Run plugboard sync/)
  expect((await board.sync()).instances.created).toStrictEqual([{ type: 'gateway', plugin: 'cash', name: 'Cash', status: 'active' }])
  expect(await board.get(Gateway).charge('o')).toBe('cash: o')
  await board.close()
})

const regional = <Context>(
  select: (input: { readonly candidates: readonly Candidate[]; readonly context: Context }) => Candidate | null | Promise<Candidate | null>,
) => {
  abstract class Sms extends PluginType('sms', { select }) {
    static readonly methods: Methods<Sms> = { send: 'once' }
    abstract send(text: string): Promise<string>
  }
  class Provider extends Plugin(Sms, { key: 'provider', config: z.object({}) }) {
    async send(text: string): Promise<string> {
      return `${this.instance.name}: ${text}`
    }
  }
  return { Sms, Provider }
}

async function withProviders<C>(
  select: Parameters<typeof regional<C>>[0],
  instances: readonly { name: string; tags?: string[]; weight?: number; status?: 'active' | 'reserved' }[],
) {
  const { Sms, Provider } = regional(select)
  const opened = await openBoard({ plugins: [Provider] })
  const created: InstanceDetail[] = []
  for (const each of instances)
    created.push(await opened.board.admin.create({ type: Sms, plugin: 'provider', config: {}, status: 'active', ...each }, { actor }))
  return { ...opened, Sms, created, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}

test('[39] selection by region: the first instance tagged with the region of the call, typed', async () => {
  await using opened = await withProviders(
    ({ candidates, context }: { candidates: readonly Candidate[]; context: { region: string } }) =>
      candidates.find((each) => each.tags.includes(context.region)) ?? null,
    [
      { name: 'Asia', tags: ['ir', 'tr'] },
      { name: 'Europe', tags: ['de'] },
    ],
  )
  const { board, Sms } = opened
  expect(await (await board.resolve(Sms, { context: { region: 'de' } })).send('hi')).toBe('Europe: hi')
  expect(await board.use(Sms, { context: { region: 'ir' } }).send('hi')).toBe('Asia: hi')
  expect(await board.run(Sms, (sms) => sms.send('run'), { context: { region: 'tr' } })).toBe('Asia: run')
  await expect(board.resolve(Sms, { context: { region: 'us' } })).rejects.toBeInstanceOf(NoInstanceError)
  expect((await board.explain(Sms, { context: { region: 'de' } })).map((each) => each.chosen)).toStrictEqual([false, true])
  expect(() => board.get(Sms as never)).toThrow(SelectionNeedsContextError)
})

test('[39] selection by user preference, asynchronously, with the context of each call', async () => {
  const preferences = new Map([['u2', 'Second']])
  await using opened = await withProviders(
    async ({ candidates, context }: { candidates: readonly Candidate[]; context: { user: string } }) => {
      const name = await Promise.resolve(preferences.get(context.user))
      return candidates.find((each) => each.name === name) ?? candidates[0] ?? null
    },
    [{ name: 'First' }, { name: 'Second' }],
  )
  let user = 'u1'
  const sms = opened.board.use(opened.Sms, { context: () => ({ user }) })
  expect(await sms.send('hi')).toBe('First: hi')
  user = 'u2'
  expect(await sms.send('hi')).toBe('Second: hi')
})

test('[39] load balancing by weight, with randomness of the test', async () => {
  let random = 0
  await using opened = await withProviders(
    ({ candidates }: { candidates: readonly Candidate[] }) => {
      const total = candidates.reduce((sum, each) => sum + each.weight, 0)
      let left = random * total
      return candidates.find((each) => (left -= each.weight) < 0) ?? null
    },
    [
      { name: 'Big', weight: 3 },
      { name: 'Small', weight: 1 },
    ],
  )
  const sms = opened.board.use(opened.Sms)
  const sent: string[] = []
  for (random of [0, 0.5, 0.74, 0.76]) sent.push(await sms.send(''))
  expect(sent).toStrictEqual(['Big: ', 'Big: ', 'Big: ', 'Small: '])
})

test('[39] A/B testing: a user stays with the variant', async () => {
  await using opened = await withProviders(
    ({ candidates, context }: { candidates: readonly Candidate[]; context: { user: number } }) =>
      candidates[context.user % candidates.length] ?? null,
    [{ name: 'A' }, { name: 'B' }],
  )
  const of = (user: number) => opened.board.use(opened.Sms, { context: { user } }).send('x')
  expect(await Promise.all([1, 2, 3, 2, 1].map(of))).toStrictEqual(['B: x', 'A: x', 'B: x', 'A: x', 'B: x'])
})

test('[39] a business rule: expensive instances only for large orders, standby only when asked', async () => {
  await using opened = await withProviders(
    ({ candidates, context }: { candidates: readonly Candidate[]; context: { total: number } }) =>
      candidates.find((each) => each.status === 'active' && (context.total >= 100 || !each.tags.includes('expensive'))) ?? null,
    [{ name: 'Gold', tags: ['expensive'] }, { name: 'Silver' }, { name: 'Spare', status: 'reserved' }],
  )
  const { board, Sms } = opened
  expect(await board.use(Sms, { context: { total: 500 } }).send('')).toBe('Gold: ')
  expect(await board.use(Sms, { context: { total: 5 } }).send('')).toBe('Silver: ')
})

test('[40] a selector without context serves get(); one that throws or returns a stranger surfaces', async () => {
  let answer: 'last' | 'stranger' | 'throw' | 'none' = 'last'
  abstract class Sms extends PluginType('sms', {
    select: {
      needsContext: false,
      select: ({ candidates }) => {
        if (answer === 'throw') throw new Error('no rule fits')
        if (answer === 'none') return null
        return answer === 'last' ? (candidates.at(-1) ?? null) : ({ ...candidates[0], id: 'stranger' } as Candidate)
      },
    },
  }) {
    static readonly methods: Methods<Sms> = { send: 'once' }
    abstract send(): Promise<string>
  }
  class Provider extends Plugin(Sms, { key: 'provider', config: z.object({}) }) {
    async send(): Promise<string> {
      return this.instance.name
    }
  }
  await using opened = await openBoard({ plugins: [Provider] })
  const { board } = opened
  for (const name of ['One', 'Two'])
    await board.admin.create({ type: Sms, plugin: 'provider', name, config: {}, status: 'active' }, { actor })
  expect(await board.get(Sms).send()).toBe('Two')
  expect(await board.use(Sms).send()).toBe('Two')
  answer = 'stranger'
  expect(() => board.get(Sms)).toThrow(/not one of its candidates/)
  await expect(board.resolve(Sms)).rejects.toMatchObject({ code: 'selection_refused' })
  answer = 'throw'
  expect(() => board.get(Sms)).toThrow('no rule fits')
  await expect(board.use(Sms).send()).rejects.toThrow('no rule fits')
  answer = 'none'
  expect(() => board.get(Sms)).toThrow(NoInstanceError)
  expect(board.find(Sms)).toBeUndefined()
})
