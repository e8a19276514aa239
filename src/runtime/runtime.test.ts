import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { actor, Bank, Cash, Gateway, log } from '../../test/support/gateways.ts'
import { openBoard, testKeys, until } from '../../test/support/open-board.ts'
import {
  AllInstancesFailedError,
  generateKey,
  NoInstanceError,
  Plugin,
  PluginType,
  Rejected,
  Unavailable,
  unavailableIfNotConnected,
  type BoardEvents,
  type CreateInput,
  type Methods,
} from '../index.ts'

const bank = (name: string, over: Partial<CreateInput> = {}): CreateInput => ({
  type: Gateway,
  plugin: 'bank',
  name,
  config: { apiKey: `key-of-${name}` },
  status: 'active',
  ...over,
})

afterEach(() => {
  vi.useRealTimers()
  Bank.act = () => {}
})

/** A promise to be settled by the test. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

test('[38] a call goes from the first instance to the next and to the reserved one, and tells it', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  await board.admin.create(bank('Spare', { status: 'reserved', priority: 1 }), { actor })
  await board.admin.create(bank('Main', { priority: 2 }), { actor })
  await board.admin.create(bank('Backup', { priority: 3 }), { actor })
  await board.admin.create(bank('Off', { status: 'disabled', priority: 0 }), { actor })
  const down = new Set(['Main', 'Backup'])
  const tried: string[] = []
  Bank.act = (self, call) => {
    if (call !== 'charge') return
    tried.push(self.instanceName)
    if (down.has(self.instanceName)) throw new Unavailable(`${self.instanceName} answers 503`)
  }
  const failovers: BoardEvents['failover'][] = []
  board.on('failover', (event) => failovers.push(event))
  const gateway = board.use(Gateway)
  expect(await gateway.charge('o')).toBe('Spare: o')
  expect(tried).toStrictEqual(['Main', 'Backup', 'Spare'])
  expect(failovers.map((each) => [each.method, each.from.name, each.to?.name])).toStrictEqual([
    ['charge', 'Main', 'Backup'],
    ['charge', 'Backup', 'Spare'],
  ])
  down.add('Spare')
  const error = await gateway.charge('o').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AllInstancesFailedError)
  expect(error).toMatchObject({ type: 'gateway', method: 'charge', cause: { message: 'Spare answers 503' } })
  expect((error as AllInstancesFailedError).attempts.map((each) => each.instanceName)).toStrictEqual(['Main', 'Backup', 'Spare'])
  expect(failovers.at(-1)?.to).toBeNull()
})

test('[38] what may have been done is not sent to a second provider; what may be repeated is', async () => {
  await using opened = await openBoard()
  const { board } = opened
  await board.admin.create(bank('Main'), { actor })
  const thrown = new Error('timeout after the request was sent')
  Bank.act = () => {
    throw thrown
  }
  await expect(board.use(Gateway).charge('o')).rejects.toBe(thrown)
  expect(await board.use(Gateway).quote('o')).toBe('cash? o')
  const rejected = new Rejected('card declined')
  Bank.act = () => {
    throw rejected
  }
  await expect(board.use(Gateway).quote('o')).rejects.toBe(rejected)
  for (const oddity of ['text', null, undefined, 0, Symbol.for('x')]) {
    Bank.act = () => {
      throw oddity
    }
    expect(
      await board
        .use(Gateway)
        .charge('o')
        .then(
          () => 'ok',
          (error: unknown) => error,
        ),
    ).toBe(oddity)
    expect(await board.use(Gateway).quote('o')).toBe('cash? o')
    // Too many failures in a row, and it would be ejected.
    Bank.act = () => {}
    expect(await board.use(Gateway).charge('o')).toBe('Main: o')
  }
})

test('[38] run() is failover around any work, once by default', async () => {
  await using opened = await openBoard()
  const { board } = opened
  await board.admin.create(bank('Main'), { actor })
  const seen: string[] = []
  const work = async (gateway: Gateway, instance: { name: string }): Promise<string> => {
    seen.push(instance.name)
    if (instance.name === 'Main') throw new Error('may have acted')
    return gateway.charge('o')
  }
  await expect(board.run(Gateway, work)).rejects.toThrow('may have acted')
  expect(await board.run(Gateway, work, { repeatable: true })).toBe('cash: o')
  expect(seen).toStrictEqual(['Main', 'Main', 'Cash'])
  expect(await board.run(Gateway, () => 5)).toBe(5)
})

test('[38] a refused connection is told as Unavailable only by the author, from the errors that prove it', async () => {
  const code = (name: string, cause?: unknown): Error => Object.assign(new Error(name, { cause }), { code: name })
  for (const name of ['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])
    expect(unavailableIfNotConnected(code(name))).toBeInstanceOf(Unavailable)
  expect(unavailableIfNotConnected(new TypeError('fetch failed', { cause: code('ECONNREFUSED') }))).toBeInstanceOf(Unavailable)
  expect(
    unavailableIfNotConnected(Object.assign(new AggregateError([code('ECONNREFUSED'), code('ENETUNREACH')]), { code: undefined })),
  ).toBeInstanceOf(Unavailable)
  for (const error of [
    code('ECONNRESET'),
    code('ETIMEDOUT'),
    new Error('x'),
    'x',
    null,
    new AggregateError([code('ECONNREFUSED'), code('ECONNRESET')]),
  ])
    expect(unavailableIfNotConnected(error)).toBe(error)
  // A real one.
  const failed = await fetch('http://127.0.0.1:1/').catch((error: unknown) => error)
  const verdict = unavailableIfNotConnected(failed)
  expect(verdict instanceof Unavailable || /bad port/.test(String((failed as Error).cause))).toBe(true)
})

test('a handle keeps only the methods of the contract, survives being passed on, and follows every change', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { charge, ...rest } = board.use(Gateway)
  expect(Object.keys(rest)).toStrictEqual(['quote'])
  expect(await charge('o')).toBe('cash: o')
  await board.admin.create(bank('Main'), { actor })
  expect(await charge('o')).toBe('Main: o')
  expect(() => board.use(class {} as unknown as typeof Gateway)).toThrow(/has no plugin type/)
})

test('{ failover: false } is the contract itself: synchronous methods stay synchronous', async () => {
  abstract class Tax extends PluginType('tax') {
    static readonly methods: Methods<Tax> = { rate: 'repeatable', file: 'once' }
    abstract rate(amount: number): number
    abstract file(): Promise<string>
  }
  class Flat extends Plugin(Tax, { key: 'flat' }) {
    rate(amount: number): number {
      return amount / 10
    }
    async file(): Promise<string> {
      return this.instance.name
    }
  }
  await using opened = await openBoard({ plugins: [Flat] })
  const { board } = opened
  const direct = board.use(Tax, { failover: false })
  expect(direct.rate(50)).toBe(5)
  expect(await direct.file()).toBe('flat')
  expect(await board.use(Tax).rate(50)).toBe(5)
  await board.admin.setStatus(board.instances(Tax)[0]?.id ?? '', 'disabled', { actor })
  expect(() => direct.rate(1)).toThrow(NoInstanceError)
})

test('fault 7: a save that cannot be built is refused; forced, the last good object serves on and the instance says why', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  const good = board.get(Gateway)
  Bank.act = (self, call) => {
    if (call === 'onStart' && self.note === 'bad') throw new Error(`can not reach it with ${self.key}`)
  }
  const bad = { config: { note: 'bad' } }
  const refused = await board.admin.update(id, bad, { actor }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'trial_build_failed' })
  expect((refused as Error).message).toContain('can not reach it with [secret]')
  expect((await board.admin.get(id)).configRevision).toBe(1)
  const events: BoardEvents['unloadable'][] = []
  const recovered: string[] = []
  board.on('unloadable', (event) => events.push(event))
  board.on('recovered', ({ instance }) => recovered.push(instance.name))
  const forced = await board.admin.update(id, bad, { actor, force: true })
  expect(forced.state).toMatchObject({ ok: false, reason: 'build_failed' })
  expect(board.get(Gateway)).toBe(good)
  expect(events).toMatchObject([{ instance: { name: 'Main' }, reason: 'build_failed', serving: 1 }])
  expect((await board.explain(Gateway))[0]).toMatchObject({ chosen: true })
  expect((await board.explain(Gateway))[0]?.text).toMatch(/Serving config revision 1; 2 failed: can not reach it with \[secret\]/)
  // It is tried again by itself, and swapped in when it can be built.
  Bank.act = () => {}
  await until(() => board.get(Gateway) !== good)
  expect((board.get(Gateway) as Bank).note).toBe('bad')
  expect(recovered).toStrictEqual(['Main'])
})

test('fault 8: an instance that can not be built is passed over, and breaks neither its type nor the start', async () => {
  await using opened = await openBoard()
  await opened.board.admin.create(bank('Main'), { actor })
  const behaviours: [string, () => void | Promise<void>][] = [
    [
      'throws an error',
      () => {
        throw new Error('down')
      },
    ],
    [
      'throws text',
      () => {
        throw 'down'
      },
    ],
    [
      'throws null',
      () => {
        throw null
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['hangs', () => new Promise(() => {})],
  ]
  for (const [name, act] of behaviours) {
    const seen: BoardEvents['unloadable'][] = []
    Bank.act = (_, call) => (call === 'onStart' ? act() : undefined)
    const board = await opened.another({ buildDeadline: 60 })
    board.on('unloadable', (event) => seen.push(event))
    expect(await board.get(Gateway).charge('o'), name).toBe('cash: o')
    expect((await board.explain(Gateway))[0], name).toMatchObject({ name: 'Main', reason: name === 'hangs' ? 'deadline' : 'build_failed' })
    expect((await board.status()).unloadable, name).toHaveLength(1)
    Bank.act = () => {}
    await until(async () => (await board.get(Gateway).charge('o')) === 'Main: o')
    await board.close()
  }
})

test('concurrent first calls share one build', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  await opened.board.admin.create(bank('Spare', { status: 'reserved' }), { actor })
  await opened.board.admin.create(bank('Main'), { actor })
  const before = Bank.built
  const board = await opened.another()
  const spare = board.instances(Gateway, { status: 'reserved' })[0]
  const objects = await Promise.all(Array.from({ length: 50 }, async () => spare?.load()))
  expect(new Set(objects).size).toBe(1)
  // Main ahead, Spare on demand.
  expect(Bank.built - before).toBe(2)
})

test('a leased object is disposed when the last lease ends, once; the signal aborts when it is retired', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  // Only handles and leases have used it since: what a trial built is disposed already.
  log.length = 0
  const slow = gate()
  Bank.act = (_, call) => (call === 'charge' ? slow.opened : undefined)
  const call = board.use(Gateway).charge('slow')
  await using lease = await board.lease(Gateway)
  const first = lease.object as Bank
  await board.admin.update(id, { config: { note: 'second' } }, { actor })
  const trial = first.serial + 1
  expect(first.retired.aborted).toBe(true)
  expect(log.filter((line) => line !== `disposed ${trial}`)).toStrictEqual([])
  lease.release()
  lease.release()
  expect(log).not.toContain(`disposed ${first.serial}`)
  slow.open()
  expect(await call).toBe('Main: slow')
  await until(() => log.includes(`disposed ${first.serial}`))
  expect(log.filter((line) => line === `disposed ${first.serial}`)).toHaveLength(1)
  expect((board.get(Gateway) as Bank).note).toBe('second')
})

test('a lent object lives disposeAfter longer', async () => {
  await using opened = await openBoard({ plugins: [Bank], disposeAfter: 5_000 })
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  const lent = board.get(Gateway) as Bank
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await board.admin.update(id, { config: { note: 'second' } }, { actor })
  expect(board.get(Gateway)).not.toBe(lent)
  await vi.advanceTimersByTimeAsync(4_999)
  expect(log).not.toContain(`disposed ${lent.serial}`)
  await vi.advanceTimersByTimeAsync(1)
  expect(log.filter((line) => line === `disposed ${lent.serial}`)).toHaveLength(1)
})

test('fault 6: a hundred changes under load: no call fails, every replaced object is disposed exactly once and never while in use', async () => {
  await using opened = await openBoard({ plugins: [Bank], disposeAfter: 0 })
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  const inUse = new Map<number, number>()
  const violations: string[] = []
  Bank.act = async (self, call) => {
    if (call === 'onDispose' && (inUse.get(self.serial) ?? 0) > 0) violations.push(`${self.serial} disposed in use`)
    if (call !== 'charge') return
    inUse.set(self.serial, (inUse.get(self.serial) ?? 0) + 1)
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setTimeout(resolve, self.serial % 7))
    inUse.set(self.serial, (inUse.get(self.serial) ?? 0) - 1)
  }
  const gateway = board.use(Gateway)
  const load8 = { going: true }
  let calls = 0
  const load = Array.from({ length: 8 }, async () => {
    while (load8.going) {
      expect(await gateway.charge('o')).toBe('Main: o')
      calls++
    }
  })
  for (let n = 0; n < 100; n++) await board.admin.update(id, { config: { note: `n${n}` } }, { actor })
  load8.going = false
  await Promise.all(load)
  const built = Bank.built
  await board.close()
  expect(violations).toStrictEqual([])
  expect(calls).toBeGreaterThan(50)
  expect(log.toSorted()).toStrictEqual(Array.from({ length: built }, (_, n) => `disposed ${n + 1}`).toSorted())
})

test('fault 8: onDispose that throws, hangs or rejects is told and harms nobody; close() waits for calls in flight', async () => {
  await using opened = await openBoard({ plugins: [Bank], disposeAfter: 0, buildDeadline: 40 })
  const { board } = opened
  await board.admin.create(bank('Main'), { actor })
  const failed: unknown[] = []
  board.on('disposalFailed', (event) => failed.push(event.error))
  const slow = gate()
  let finished = false
  Bank.act = async (self, call) => {
    if (call === 'charge') {
      await slow.opened
      finished = true
    }
    if (call === 'onDispose') throw new Error(`no goodbye for ${self.key}`)
  }
  const call = board.use(Gateway).charge('o')
  const closing = board.close()
  await new Promise((resolve) => setTimeout(resolve, 20))
  slow.open()
  expect(await call).toBe('Main: o')
  await closing
  expect(finished).toBe(true)
  expect(failed).toMatchObject([{ message: 'no goodbye for [secret]' }])
})

test('streams fail over before the first item, not after it, and hold the object to the end', async () => {
  let failAt: 'first' | 'second' | 'never' = 'never'
  abstract class Model extends PluginType('model') {
    static readonly methods: Methods<Model> = { generated: 'repeatable', forwarded: 'repeatable' }
    abstract generated(text: string): AsyncIterable<string>
    abstract forwarded(text: string): AsyncIterable<string>
  }
  class Words extends Plugin(Model, { key: 'words', config: z.object({}) }) {
    async *generated(text: string): AsyncGenerator<string> {
      const flaky = this.instance.name === 'One'
      if (flaky && failAt === 'first') throw new Unavailable('busy')
      yield `${this.instance.name} ${text}`
      if (flaky && failAt === 'second') throw new Error('cut')
      yield 'end'
    }
    forwarded(text: string): AsyncIterable<string> {
      return this.generated(text)
    }
    onDispose(): void {
      log.push(`disposed ${this.instance.name}`)
    }
  }
  await using opened = await openBoard({ plugins: [Words], disposeAfter: 0 })
  const { board } = opened
  const ids: string[] = []
  for (const name of ['One', 'Two'])
    ids.push((await board.admin.create({ type: Model, plugin: 'words', name, config: {}, status: 'active' }, { actor })).id)
  const read = async (stream: AsyncIterable<string>): Promise<string[]> => {
    const items: string[] = []
    try {
      for await (const item of stream) items.push(item)
    } catch (error) {
      items.push((error as Error).message)
    }
    return items
  }
  for (const method of ['generated', 'forwarded', 'forwarded'] as const) {
    failAt = 'never'
    const model = board.use(Model)
    expect(await read(model[method]('a')), method).toStrictEqual(['One a', 'end'])
    failAt = 'first'
    expect(await read(model[method]('b')), method).toStrictEqual(['Two b', 'end'])
    failAt = 'second'
    expect(await read(model[method]('c')), method).toStrictEqual(['One c', 'cut'])
  }
  failAt = 'never'
  log.length = 0
  for await (const item of board.use(Model).generated('held')) {
    if (item === 'end') break
    await board.admin.setStatus(ids[0] ?? '', 'disabled', { actor })
    expect(log).toStrictEqual([])
  }
  await until(() => log.includes('disposed One'))
})

test('listeners that throw or reject break nobody, and a listener can leave', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const seen: string[] = []
  // eslint-disable-next-line typescript/no-misused-promises -- what a listener must not do, and does.
  const rejecting: () => void = () => Promise.reject(new Error('listener'))
  board.on('selected', () => {
    throw new Error('listener')
  })
  board.on('selected', rejecting)
  const leave = board.on('selected', ({ to }) => seen.push(to?.name ?? 'none'))
  await board.admin.create(bank('Main'), { actor })
  leave()
  await board.admin.create(bank('Better', { priority: 0 }), { actor })
  expect(seen).toStrictEqual(['Main'])
  expect(await board.get(Gateway).charge('o')).toBe('Better: o')
})

test('a restored backup, by epoch or by a revision going down, is read again as a whole', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  const object = board.get(Gateway)
  await board.admin.update(id, { config: { note: 'later' } }, { actor })
  const { database } = opened
  // As the backup had it: the instance not there yet, and an older revision.
  await database.sql(`delete from plugboard_instances where id = '${id}'`)
  await database.sql('update plugboard_meta set revision = 1')
  await until(async () => (await board.get(Gateway).charge('o')) === 'cash: o')
  expect(board.instances(Gateway).map((each) => each.name)).toStrictEqual(['Cash'])
  await database.sql("update plugboard_instances set name = 'Till'")
  await database.sql("update plugboard_meta set epoch = 'another'")
  await until(() => board.instances(Gateway)[0]?.name === 'Till')
  expect(board.get(Gateway)).not.toBe(object)
})

test('what get() gives equals what explain() says is chosen, through random operations', async () => {
  const fc = await import('fast-check')
  await using opened = await openBoard({ plugins: [Bank, Cash], disposeAfter: 0 })
  const { board } = opened
  const step = fc.record({
    what: fc.constantFrom('create', 'status', 'priority', 'remove', 'move'),
    which: fc.nat(20),
    status: fc.constantFrom('active' as const, 'reserved' as const, 'disabled' as const),
    priority: fc.integer({ min: -3, max: 3 }),
  })
  let made = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      for (const { what, which, status, priority } of steps) {
        const all = board.instances(Gateway)
        const target = all[which % Math.max(all.length, 1)]
        if (what === 'create' || target === undefined) await board.admin.create(bank(`I${++made}`, { status, priority }), { actor })
        else if (what === 'status') await board.admin.setStatus(target.id, status, { actor })
        else if (what === 'priority') await board.admin.update(target.id, { priority }, { actor })
        else if (what === 'move') await board.admin.move(target.id, { to: 'first' }, { actor })
        else await board.admin.remove(target.id, { actor })
        const explained = await board.explain(Gateway)
        const chosen = explained.filter((each) => each.chosen)
        const object = board.find(Gateway)
        expect(explained.map((each) => each.id)).toStrictEqual(board.instances(Gateway).map((each) => each.id))
        if (object === undefined) expect(chosen).toStrictEqual([])
        else expect(chosen.map((each) => each.id)).toStrictEqual([(object as Bank & { instance: { id: string } }).instance.id])
        expect(chosen.every((each) => each.status !== 'disabled')).toBe(true)
        if (explained.some((each) => each.status === 'active')) expect(chosen[0]?.status).toBe('active')
      }
    }),
    { numRuns: 25 },
  )
})

test('[20] an instance sealed with a key that this process lacks serves again when it is sealed anew', async () => {
  const [old, kept] = [generateKey('old'), testKeys]
  await using opened = await openBoard({ plugins: [Bank] })
  const both = await opened.another({ keys: `${old},${kept}` })
  await both.admin.create(bank('Main'), { actor })
  const { board } = opened
  await board.refresh()
  expect((await board.explain(Gateway))[0]).toMatchObject({ reason: 'cannot_decrypt' })
  await both.close()
  const rotating = await opened.another({ keys: `${kept},${old}` })
  await rotating.admin.rotateKeys({}, { actor })
  await until(async () => board.find(Gateway) !== undefined)
  expect(await board.get(Gateway).charge('o')).toBe('Main: o')
})

test('[20] a stand-by that this process can not open is told as such before anybody needs it, as lists tell it', async () => {
  const [old, kept] = [generateKey('old'), testKeys]
  await using opened = await openBoard({ plugins: [Bank] })
  await opened.board.admin.create(bank('Main'), { actor })
  const both = await opened.another({ keys: `${old},${kept}` })
  const { id } = await both.admin.create({ ...bank('Spare'), status: 'reserved' }, { actor })
  const { board } = opened
  await board.refresh()
  const [main, spare] = await board.explain(Gateway)
  expect(main).toMatchObject({ chosen: true })
  const { state } = await board.admin.get(id)
  expect(spare).toMatchObject({ name: 'Spare', reason: 'cannot_decrypt', text: expect.stringContaining('can not be opened') })
  expect(state).toMatchObject({ ok: false, reason: 'cannot_decrypt' })
  expect((await both.explain(Gateway))[1]).toMatchObject({ name: 'Spare', reason: 'reserved' })
})
