import { expect, test } from 'vitest'
import { z } from 'zod'
import { createBoard, Plugin, PluginType, StoreError, Unavailable, type Board, type Methods } from '../../src/index.ts'
import type { Store } from '../../src/store/index.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { openBoard, testKeys, until } from '../support/open-board.ts'

const bank = (board: Board, name: string, over: object = {}) =>
  board.admin.create(
    { type: Gateway, plugin: 'bank', name, config: { apiKey: `key-${name}` }, status: 'active', ...over },
    { actor, force: true },
  )
function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => {}
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { open, passed }
}
/** The rejections that nobody handled while `work` ran, and a few turns after. */
async function unhandledIn(work: () => Promise<void>): Promise<unknown[]> {
  const found: unknown[] = []
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  const hear = (reason: unknown): void => void found.push(reason)
  process.on('unhandledRejection', hear)
  try {
    await work()
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.off('unhandledRejection', hear)
    for (const listener of listeners) process.on('unhandledRejection', listener)
  }
  return found
}

abstract class Words extends PluginType('words') {
  static readonly methods: Methods<Words> = { speak: 'repeatable' }
  abstract speak(): AsyncGenerator<string, number>
}
/** Its stream is made by a plain method, so that nothing shows beforehand that it streams. */
class Speaker extends Plugin(Words, { key: 'speaker' }) {
  speak(): AsyncGenerator<string, number> {
    return (async function* (): AsyncGenerator<string, number> {
      yield* []
      throw new Error('mute')
    })()
  }
}

test('a first stream that fails is told to who iterates it, and is no unhandled rejection beside', async () => {
  await using opened = await openBoard({ plugins: [Speaker] })
  let told = 'nothing'
  const unhandled = await unhandledIn(async () => {
    try {
      for await (const _ of opened.board.use(Words).speak()) void _
    } catch (error) {
      told = (error as { code: string }).code
    }
  })
  expect({ told, unhandled }).toEqual({ told: 'all_instances_failed', unhandled: [] })
})

test('a stream of a type without an instance is told to who iterates it, and is no unhandled rejection beside', async () => {
  await using opened = await openBoard({ plugins: [Speaker] })
  const { board } = opened
  for (const { id } of board.instances(Words)) await board.admin.setStatus(id, 'disabled', { actor })
  let told = 'nothing'
  const unhandled = await unhandledIn(async () => {
    try {
      for await (const _ of board.use(Words).speak()) void _
    } catch (error) {
      told = (error as { code: string }).code
    }
  })
  expect({ told, unhandled }).toEqual({ told: 'no_instance', unhandled: [] })
})

test('a first stream that is left before its first item is no unhandled rejection, though its call failed', async () => {
  await using opened = await openBoard({ plugins: [Speaker] })
  const unhandled = await unhandledIn(async () => {
    await opened.board.use(Words).speak().return(0)
  })
  expect(unhandled).toEqual([])
})

test('a failing call that nobody awaits is one unhandled rejection; one that is awaited or caught is none', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  await bank(board, 'one')
  Bank.act = (_, call) => {
    if (call === 'charge') throw new Error('no')
  }
  const first = board.use(Gateway)
  const known = board.use(Gateway)
  await known.quote('x')
  for (const gateway of [first, known]) {
    expect(await unhandledIn(async () => void gateway.charge('x'))).toHaveLength(1)
    expect(await unhandledIn(async () => expect(gateway.charge('x')).rejects.toThrow('no'))).toEqual([])
    expect(await unhandledIn(async () => void gateway.charge('x').catch(() => {}))).toEqual([])
    expect(await unhandledIn(async () => void (await Promise.allSettled([gateway.charge('x'), gateway.charge('y')])))).toEqual([])
  }
})

test('what was saved while the board got ready is served once both have ended', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 60_000 })
  await bank(opened.board, 'one', { priority: 1 })
  const { id: two } = await bank(opened.board, 'two', { priority: 2 })
  const slow = gate()
  const starting = gate()
  Bank.act = async (self, call) => {
    if (call !== 'onStart' || self.instanceName !== 'one') return
    starting.open()
    await slow.passed
  }
  await using late = createBoard({ plugins: [Bank], store: opened.database.factory, keys: testKeys, refreshEvery: 60_000 })
  const ready = late.ready()
  await starting.passed
  const saved = late.admin.update(two, { priority: 0 }, { actor })
  // It has been read; what it serves waits for the board.
  await until(() => late.internals.runtime.index.instance(two)?.row.priority === 0)
  slow.open()
  await Promise.all([ready, saved])
  expect((late.get(Gateway) as Bank).instanceName).toBe('two')
})

test('an instance that was switched off while the board got ready is not given by get', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 60_000 })
  const { id: one } = await bank(opened.board, 'one', { priority: 1 })
  await bank(opened.board, 'two', { priority: 2 })
  const slow = gate()
  const starting = gate()
  Bank.act = async (self, call) => {
    if (call !== 'onStart' || self.instanceName !== 'one') return
    starting.open()
    await slow.passed
  }
  await using late = createBoard({ plugins: [Bank], store: opened.database.factory, keys: testKeys, refreshEvery: 60_000 })
  const ready = late.ready()
  await starting.passed
  const saved = late.admin.setStatus(one, 'disabled', { actor })
  await until(() => late.internals.runtime.index.instance(one)?.row.status === 'disabled')
  slow.open()
  await Promise.all([ready, saved])
  expect((late.get(Gateway) as Bank).instanceName).toBe('two')
})

test('a call goes on to a stand-by at hand, though the one before it can not be read from the database', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 60_000 })
  const { board } = opened
  await bank(board, 'one', { priority: 1 })
  await bank(board, 'two', { priority: 2 })
  const { id } = await bank(board, 'three', { priority: 3 })
  await board.getById(Gateway, id)
  Bank.act = (self, call) => {
    if (call === 'charge' && self.instanceName === 'one') throw new Unavailable('one is down')
  }
  const store: Store = board.internals.store
  const read = store.read.bind(store)
  store.read = () => Promise.reject(new StoreError('the database is away'))
  try {
    await expect(board.use(Gateway).charge('x')).resolves.toBe('three: x')
  } finally {
    store.read = read
  }
})

abstract class Route extends PluginType('route', {
  select: {
    needsContext: false,
    select: ({ candidates }) => candidates.find((each) => each.name === 'one') ?? candidates.find((each) => each.name === 'two') ?? null,
  },
}) {
  static readonly methods: Methods<Route> = { go: 'once' }
  abstract go(): Promise<string>
}
class Way extends Plugin(Route, { key: 'way', config: z.object({ name: z.string() }) }) {
  static start: (name: string) => void | Promise<void> = () => {}
  async go(): Promise<string> {
    return this.config.name
  }
  async onStart(): Promise<void> {
    await Way.start(this.config.name)
  }
}

test('an instance that was switched off gets no new call while another one of its type takes long to build', async () => {
  await using opened = await openBoard({ plugins: [Way], refreshEvery: 60_000 })
  const { board } = opened
  Way.start = () => {}
  const way = (name: string) =>
    board.admin.create({ type: Route, plugin: 'way', name, config: { name }, status: 'active' }, { actor, force: true })
  const { id: one } = await way('one')
  await way('two')
  const handle = board.use(Route)
  expect(await handle.go()).toBe('one')
  const slow = gate()
  const building = gate()
  Way.start = async (name) => {
    if (name !== 'three') return
    building.open()
    await slow.passed
  }
  const added = way('three')
  await building.passed
  const off = board.admin.setStatus(one, 'disabled', { actor })
  await until(() => board.instances(Route).some((each) => each.id === one && each.status === 'disabled'))
  const called = await handle.go()
  const chosen = (await board.explain(Route)).map((each) => `${each.name} ${each.reason}`)
  slow.open()
  await Promise.all([added, off])
  expect({ called, chosen }).toEqual({ called: 'two', chosen: expect.arrayContaining(['two selected']) })
})

/** Whether a promise ends while nothing else is done than turning the event loop. */
async function endsBy<T>(promise: Promise<T>, turns = 50): Promise<T | 'waits'> {
  const ended: T[] = []
  void promise.then((value) => ended.push(value))
  for (let turn = 0; turn < turns && ended.length === 0; turn++) await new Promise((resolve) => setImmediate(resolve))
  return ended[0] ?? 'waits'
}

test('while a new config is being built, calls of a handle are served by the object at hand', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 60_000 })
  const { board } = opened
  const { id } = await bank(board, 'one')
  const gateway = board.use(Gateway)
  expect(await gateway.charge('x')).toBe('one: x')
  const slow = gate()
  const building = gate()
  Bank.act = async (self, call) => {
    if (call !== 'onStart' || self.note !== 'new') return
    building.open()
    await slow.passed
  }
  const saved = board.admin.update(id, { config: { apiKey: 'key-one', note: 'new' } }, { actor, force: true })
  await building.passed
  const call = gateway.charge('y')
  const ended = await endsBy(call)
  slow.open()
  await Promise.all([saved, call])
  expect(ended).toBe('one: y')
})

test('while a new first instance is being built, calls of a handle are served by what get gives', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 60_000 })
  const { board } = opened
  await bank(board, 'one', { priority: 1 })
  const gateway = board.use(Gateway)
  expect(await gateway.charge('x')).toBe('one: x')
  const slow = gate()
  const building = gate()
  Bank.act = async (self, call) => {
    if (call !== 'onStart' || self.instanceName !== 'new') return
    building.open()
    await slow.passed
  }
  const saved = bank(board, 'new', { priority: 0 })
  await building.passed
  const call = gateway.charge('y')
  const ended = await endsBy(call)
  slow.open()
  await Promise.all([saved, call])
  expect(ended).toBe('one: y')
})

test('while an instance that could not be built is tried again, calls go to the stand-by at hand', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 50 })
  const { board } = opened
  const slow = gate()
  const retried = gate()
  let tries = 0
  Bank.act = async (self, call) => {
    if (call !== 'onStart' || self.instanceName !== 'main') return
    if (++tries === 1) throw new Error('away')
    retried.open()
    await slow.passed
  }
  await bank(board, 'spare', { priority: 2 })
  await bank(board, 'main', { priority: 1 })
  const gateway = board.use(Gateway)
  expect(await gateway.charge('x')).toBe('spare: x')
  await retried.passed
  const call = gateway.charge('y')
  const ended = await endsBy(call)
  slow.open()
  await call
  expect(ended).toBe('spare: y')
})

test('an instance that was switched off is not given by get, though the next one can not be read from the database', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 60_000 })
  const { board } = opened
  const { id } = await bank(board, 'one', { priority: 1 })
  await bank(board, 'two', { priority: 2 })
  await bank(board, 'three', { priority: 3 })
  await board.getById(Gateway, board.instances(Gateway)[2]?.id ?? '')
  const { runtime } = board.internals
  const build = runtime.builder.build.bind(runtime.builder)
  runtime.builder.build = () => Promise.reject(new StoreError('the database is away'))
  try {
    await board.admin.setStatus(id, 'disabled', { actor })
    const given = board.find(Gateway) as Bank | undefined
    expect(given?.instanceName).not.toBe('one')
  } finally {
    runtime.builder.build = build
  }
})

test('ready() serves what is stored when it is called, though the board has read the database before', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 60_000 })
  await bank(opened.board, 'one', { priority: 1 })
  const { id } = await bank(opened.board, 'two', { priority: 2 })
  await using late = createBoard({ plugins: [Bank], store: opened.database.factory, keys: testKeys, refreshEvery: 60_000 })
  await late.admin.get(id)
  await opened.board.admin.update(id, { priority: 0 }, { actor })
  await late.ready()
  expect((late.get(Gateway) as Bank).instanceName).toBe('two')
})

test('a build of an older config that fails after a newer one was built is told as no failure of the instance', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 60_000 })
  const { board } = opened
  const { id } = await bank(board, 'one')
  const slow = gate()
  const building = gate()
  Bank.act = async (self, call) => {
    if (call !== 'onStart' || self.note !== 'bad') return
    building.open()
    await slow.passed
    throw new Error('bad')
  }
  const told: string[] = []
  board.on('unloadable', () => void told.push('unloadable'))
  board.on('recovered', () => void told.push('recovered'))
  const first = board.admin.update(id, { config: { apiKey: 'key-one', note: 'bad' } }, { actor, force: true })
  await building.passed
  const second = board.admin.update(id, { config: { apiKey: 'key-one', note: 'good' } }, { actor, force: true })
  await until(() => board.internals.runtime.index.instance(id)?.row.configRevision === 3)
  const { pool, index } = board.internals.runtime
  const now = index.instance(id)
  expect(now && ((await pool.current(now)).object as Bank).note).toBe('good')
  slow.open()
  await Promise.all([first, second])
  expect(told.at(-1)).not.toBe('unloadable')
  expect(board.internals.runtime.pool.due()).toEqual([])
})

test('20 concurrent saves on two types and two boards: after each, its own board serves it', async () => {
  abstract class Sms extends PluginType('sms') {
    static readonly methods: Methods<Sms> = { send: 'once' }
    abstract send(): Promise<string>
  }
  class Tower extends Plugin(Sms, { key: 'tower', config: z.object({ site: z.string() }) }) {
    async send(): Promise<string> {
      return this.config.site
    }
  }
  await using opened = await openBoard({ plugins: [Bank, Tower], refreshEvery: 50 })
  const { board } = opened
  const other = await opened.another()
  const { id } = await bank(board, 'one')
  const { id: sms } = await board.admin.create(
    { type: Sms, plugin: 'tower', name: 't', config: { site: '0' }, status: 'active' },
    { actor },
  )
  const wrong: string[] = []
  const last = { bank: 0, tower: 0 }
  const seen = (what: 'bank' | 'tower', n: number, given: string): void => {
    // Another save may have come in between; it may never be an older one than was served before in this board.
    if (given === '') wrong.push(`${what} ${n}`)
    last[what] = n
  }
  for (let round = 0; round < 2; round++) {
    await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const by = n % 2 === 0 ? board : other
        const text = `${round}.${n}`
        if (n % 4 < 2) {
          const saved = await by.admin
            .update(id, { config: { apiKey: 'key-one', note: text } }, { actor })
            .catch((error: { code: string }) => error)
          if ('code' in saved) return expect(saved.code).toBe('conflict')
          const served = by.internals.runtime.pool.ready(id)
          if ((served?.configRevision ?? 0) < saved.configRevision)
            wrong.push(`bank ${text}: ${served?.configRevision} < ${saved.configRevision}`)
          seen('bank', n, (by.get(Gateway) as Bank).note)
        } else {
          const saved = await by.admin.update(sms, { config: { site: text } }, { actor }).catch((error: { code: string }) => error)
          if ('code' in saved) return expect(saved.code).toBe('conflict')
          const served = by.internals.runtime.pool.ready(sms)
          if ((served?.configRevision ?? 0) < saved.configRevision) wrong.push(`tower ${text}`)
          seen('tower', n, await by.get(Sms).send())
        }
      }),
    )
  }
  expect(wrong).toEqual([])
})

test('what onDispose throws, be it a thing that can not be looked at, is no unhandled rejection', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  const { id } = await bank(board, 'one')
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const told: unknown[] = []
  board.on('disposalFailed', ({ error }) => void told.push(typeof error))
  const unhandled = await unhandledIn(async () => {
    for (const thrown of [null, 'x', revoked.proxy, undefined, Symbol('s')]) {
      Bank.act = (_, call) => {
        if (call === 'onDispose') throw thrown
      }
      await board.admin.update(id, { config: { apiKey: 'key-one', note: `n${told.length}` } }, { actor, force: true })
    }
    await until(() => told.length >= 5)
  })
  expect(unhandled).toEqual([])
})

test('close() in the middle of saves, calls, loads and starts ends, disposes everything once, and leaves nothing unhandled', async () => {
  const codes = new Set<string>()
  for (let offset = 0; offset < 6; offset++) {
    await using opened = await openBoard({ plugins: [Bank, Cash], closeDeadline: 200, refreshEvery: 50 })
    const { board } = opened
    const started = new Set<number>()
    const disposed: number[] = []
    Bank.act = (self, call) => {
      if (call === 'onStart') started.add(self.serial)
      if (call === 'onDispose') disposed.push(self.serial)
    }
    const ids = await Promise.all(['a', 'b', 'c'].map(async (name) => (await bank(board, name)).id))
    const fail = (error: unknown): void => void codes.add((error as { code?: string }).code ?? String(error))
    const unhandled = await unhandledIn(async () => {
      const work = ids.flatMap((id, n) => [
        board.admin.update(id, { config: { apiKey: 'key-x', note: `${n}` } }, { actor }).catch(fail),
        board.getById(Gateway, id).catch(fail),
        board.use(Gateway).charge('x').catch(fail),
        board.use(Gateway).quote('x').catch(fail),
        board.explain(Gateway).catch(fail),
        board.refresh().catch(fail),
        board.admin.test(id, { actor }).catch(fail),
      ])
      for (let turn = 0; turn < offset; turn++) await new Promise((resolve) => setImmediate(resolve))
      const atClose = board.close()
      await atClose
      await Promise.all(work)
    })
    expect(unhandled).toEqual([])
    await until(() => [...started].every((serial) => disposed.includes(serial)), 2_000)
    expect(disposed.toSorted()).toEqual([...new Set(disposed)].toSorted())
  }
  expect([...codes].filter((code) => !['board_closed', 'store', 'store_failed'].includes(code))).toEqual([])
})
