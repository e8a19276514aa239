import { afterEach, expect, test, vi } from 'vitest'
import { actor } from '../../test/support/gateways.ts'
import { openBoard, until, type TestBoard } from '../../test/support/open-board.ts'
import { NoInstanceError, Plugin, PluginType, Rejected, Unavailable, type BoardEvents, type Explained, type Methods } from '../index.ts'

afterEach(() => {
  vi.useRealTimers()
  behaviour.clear()
  asked.length = 0
})

const behaviour = new Map<string, () => unknown>()
const asked: string[] = []

abstract class Mail extends PluginType('mail', { ejection: { consecutiveFailures: 3, baseTime: 60_000, maxTime: 150_000, jitter: 0 } }) {
  static readonly methods: Methods<Mail> = { send: 'repeatable', post: 'once' }
  abstract send(): Promise<string>
  abstract post(): Promise<string>
}
class Server extends Plugin(Mail, { key: 'server' }) {
  async send(): Promise<string> {
    asked.push(this.instance.name)
    await behaviour.get(this.instance.name)?.()
    return this.instance.name
  }
  async post(): Promise<string> {
    return this.send()
  }
}
/** With calls that never end: closing must not wait for them. */
async function servers(...names: string[]): Promise<TestBoard & { readonly ids: readonly string[] }> {
  const opened = await openBoard({ plugins: [Server], closeDeadline: 0 })
  const { board } = opened
  await board.admin.remove(board.instances(Mail)[0]?.id ?? '', { actor })
  const ids: string[] = []
  for (const [priority, name] of names.entries())
    ids.push((await board.admin.create({ type: Mail, plugin: 'server', name, status: 'active', priority }, { actor })).id)
  return { ...opened, ids }
}
const down = (): never => {
  throw new Unavailable('down')
}
const verdicts = (explained: readonly Explained[]): (readonly [string, boolean, string])[] =>
  explained.map((each) => [each.name, each.chosen, each.reason])
/** Time that passes as the test says, for timers and for the monotonic clock. */
const holdTime = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })

test('three failures in a row take an instance out, for calls and for get(); it is back after one trial call', async () => {
  await using opened = await servers('A', 'B')
  const { board } = opened
  const told: BoardEvents['ejected'][] = []
  const back: string[] = []
  board.on('ejected', (event) => told.push(event))
  board.on('recovered', ({ instance }) => back.push(instance.name))
  holdTime()
  const mail = board.use(Mail)
  behaviour.set('A', down)
  for (let n = 0; n < 4; n++) expect(await mail.send()).toBe('B')
  expect(asked).toStrictEqual(['A', 'B', 'A', 'B', 'A', 'B', 'B'])
  expect(told).toMatchObject([
    { type: 'mail', instance: { name: 'A' }, by: 'failures', time: 60_000, ejections: 1, error: { message: 'down' } },
  ])
  expect(await board.get(Mail).send()).toBe('B')
  await vi.advanceTimersByTimeAsync(13_000)
  const explained = await board.explain(Mail)
  expect(verdicts(explained)).toStrictEqual([
    ['A', false, 'ejected'],
    ['B', true, 'selected'],
  ])
  expect(explained[0]?.text).toBe('Ejected, back in 0:47: its calls failed.')
  expect((await board.status()).ejected).toMatchObject([{ name: 'A', type: 'mail', text: 'Ejected, back in 0:47: its calls failed.' }])
  expect((await board.status()).unloadable).toStrictEqual([])
  await vi.advanceTimersByTimeAsync(47_000)
  // One call tries it; those that come meanwhile go elsewhere, and so does get() until it has proved itself.
  let answer = (): void => {}
  behaviour.set('A', () => new Promise<void>((resolve) => (answer = resolve)))
  expect((await board.explain(Mail))[0]).toMatchObject({ chosen: true, text: expect.stringContaining('On trial') as string })
  expect(await board.get(Mail).send()).toBe('B')
  asked.length = 0
  const trial = mail.send()
  await vi.advanceTimersByTimeAsync(0)
  expect(await mail.send()).toBe('B')
  expect(verdicts(await board.explain(Mail))[0]).toStrictEqual(['A', false, 'on_trial'])
  expect(asked).toStrictEqual(['A', 'B'])
  answer()
  expect(await trial).toBe('A')
  behaviour.clear()
  expect(back).toStrictEqual(['A'])
  expect(await mail.send()).toBe('A')
  expect(await board.get(Mail).send()).toBe('A')
})

test('a trial that fails takes it out for longer; an answer of no is an answer', async () => {
  await using opened = await servers('A', 'B')
  const { board } = opened
  const times: (number | null)[] = []
  board.on('ejected', ({ time }) => times.push(time))
  holdTime()
  const mail = board.use(Mail)
  behaviour.set('A', down)
  for (let n = 0; n < 3; n++) await mail.send()
  for (const wait of [60_000, 120_000, 150_000]) {
    await vi.advanceTimersByTimeAsync(wait)
    expect(await mail.send()).toBe('B')
  }
  expect(times).toStrictEqual([60_000, 120_000, 150_000, 150_000])
  await vi.advanceTimersByTimeAsync(150_000)
  behaviour.set('A', () => {
    throw new Rejected('unknown recipient')
  })
  await expect(mail.send()).rejects.toBeInstanceOf(Rejected)
  for (let n = 0; n < 5; n++) await expect(mail.send()).rejects.toBeInstanceOf(Rejected)
  expect((await board.admin.metrics(Mail))[0]).toMatchObject({ name: 'A', errors: 6, health: { state: 'healthy', failures: 0 } })
})

test('the last one is never ejected, and at most the given share is out', async () => {
  await using opened = await servers('A', 'B', 'C', 'D')
  const { board, ids } = opened
  const mail = board.use(Mail)
  for (const name of ['A', 'B', 'C', 'D']) behaviour.set(name, down)
  for (let n = 0; n < 8; n++) await expect(mail.send()).rejects.toMatchObject({ code: 'all_instances_failed' })
  expect((await board.status()).ejected.map((each) => each.name)).toStrictEqual(['A', 'B'])
  for (const id of ids.slice(2)) await board.admin.setStatus(id, 'disabled', { actor })
  // Where nobody else is left, those that were ejected answer.
  behaviour.clear()
  expect(await mail.send()).toBe('A')
  expect((await board.explain(Mail))[0]).toMatchObject({ chosen: true, text: expect.stringContaining('but nobody else is left') as string })
})

test('what a once call throws counts as well; what other work throws only where it is the provider’s', async () => {
  await using opened = await servers('A', 'B')
  const { board } = opened
  for (let n = 0; n < 5; n++)
    await board
      .run(Mail, () => {
        throw new TypeError('a bug of the application')
      })
      .catch(() => {})
  expect((await board.status()).ejected).toStrictEqual([])
  for (let n = 0; n < 3; n++) await board.run(Mail, (_, { name }) => (name === 'A' ? down() : name))
  expect((await board.status()).ejected.map((each) => each.name)).toStrictEqual(['A'])
})

test('by hand: out until it is put back, or for a while; in the history; refused for the last one; other processes go on', async () => {
  await using opened = await servers('A', 'B')
  const { board, ids } = opened
  const [a = '', b = ''] = ids
  const other = await opened.another()
  const mail = board.use(Mail)
  expect(await board.admin.eject(a, { actor })).toMatchObject({ name: 'A', health: { state: 'ejected', by: 'operator', backIn: null } })
  expect(await mail.send()).toBe('B')
  expect((await board.explain(Mail))[0]?.text).toBe('Ejected until it is put back: by an operator.')
  expect(await other.use(Mail).send()).toBe('A')
  await expect(board.admin.eject(b, { actor })).rejects.toMatchObject({ code: 'conflict' })
  await expect(board.admin.eject(a, {} as never)).rejects.toMatchObject({ code: 'actor_required' })
  await expect(board.admin.eject(a, { actor, for: 0 })).rejects.toMatchObject({ code: 'invalid_input' })
  expect(await board.admin.reinstate(a, { actor })).toMatchObject({ health: { state: 'healthy' } })
  expect(await mail.send()).toBe('A')
  await board.admin.eject(a, { actor, for: 40 })
  await until(async () => (await mail.send()) === 'A')
  const history = await board.admin.history({ instance: a })
  expect(history.map((each) => [each.action, each.actor.name, each.after?.['ejectedFor']])).toStrictEqual([
    ['eject', 'Ada', 40],
    ['reinstate', 'Ada', 0],
    ['eject', 'Ada', null],
    ['create', 'Ada', undefined],
  ])
  await board.admin.setStatus(a, 'disabled', { actor })
  await expect(board.admin.eject(a, { actor })).rejects.toMatchObject({ code: 'conflict' })
})

test('an ejected instance that is configured anew, or switched off and on, begins anew', async () => {
  await using opened = await servers('A', 'B')
  const { board, ids } = opened
  await board.admin.eject(ids[0] ?? '', { actor })
  await board.admin.setStatus(ids[0] ?? '', 'disabled', { actor })
  await board.admin.setStatus(ids[0] ?? '', 'active', { actor })
  expect(await board.use(Mail).send()).toBe('A')
})

test('where get() must go to one that was never built, it does as soon as that is built', async () => {
  await using opened = await servers('A', 'B')
  const late = await opened.another()
  expect(late.internals.runtime.pool.ready(opened.ids[1] ?? '')).toBeUndefined()
  behaviour.set('A', down)
  for (let n = 0; n < 3; n++)
    await late
      .use(Mail)
      .send()
      .catch(() => {})
  await until(async () => (await late.get(Mail).send()) === 'B')
})

test('a type may have none ejected but by hand', async () => {
  abstract class Fax extends PluginType('fax', { ejection: false }) {
    static readonly methods: Methods<Fax> = { send: 'repeatable' }
    abstract send(): Promise<string>
  }
  class Machine extends Plugin(Fax, { key: 'machine' }) {
    async send(): Promise<string> {
      if (this.instance.name === 'bad') down()
      return this.instance.name
    }
  }
  await using opened = await openBoard({ plugins: [Machine] })
  const { board } = opened
  await board.admin.create({ type: Fax, plugin: 'machine', name: 'bad', status: 'active', priority: -1 }, { actor })
  for (let n = 0; n < 12; n++) expect(await board.use(Fax).send()).toBe('machine')
  expect((await board.status()).ejected).toStrictEqual([])
})

test('fault 12: a clock that jumps an hour either way ejects nobody longer or shorter', async () => {
  await using opened = await servers('A', 'B')
  const { board } = opened
  holdTime()
  const mail = board.use(Mail, { deadline: 5_000 })
  behaviour.set('A', down)
  for (let n = 0; n < 3; n++) await mail.send()
  for (const hours of [1, -2, 1]) {
    vi.setSystemTime(Date.now() + hours * 3_600_000)
    await vi.advanceTimersByTimeAsync(10_000)
    expect((await board.explain(Mail))[0]).toMatchObject({ reason: 'ejected' })
  }
  await vi.advanceTimersByTimeAsync(30_000)
  behaviour.clear()
  expect(await mail.send()).toBe('A')
  behaviour.set('A', () => new Promise(() => {}))
  const stuck = mail.post().catch((error: { code: string }) => error.code)
  vi.setSystemTime(Date.now() + 3_600_000)
  await vi.advanceTimersByTimeAsync(4_900)
  expect(await Promise.race([stuck, Promise.resolve('waiting')])).toBe('waiting')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await stuck).toBe('deadline')
  vi.useRealTimers()
})

test('whatever the strategy, no call and no get() goes to one that is ejected, unless nobody else is left', async () => {
  abstract class Any extends PluginType('any', {
    strategies: ['weighted', 'round-robin', 'priority', { name: 'sticky', key: (user: string) => user }],
  }) {
    static readonly methods: Methods<Any> = { go: 'repeatable' }
    abstract go(): Promise<string>
  }
  class One extends Plugin(Any, { key: 'one' }) {
    async go(): Promise<string> {
      return this.instance.name
    }
  }
  await using opened = await openBoard({ plugins: [One], refreshEvery: 60_000 })
  const { board } = opened
  const ids = new Map<string, string>()
  for (const name of ['A', 'B', 'C', 'D'])
    ids.set(
      name,
      (await board.admin.create({ type: Any, plugin: 'one', name, status: name === 'D' ? 'reserved' : 'active' }, { actor })).id,
    )
  await board.admin.remove(board.instances(Any)[0]?.id ?? '', { actor })
  for (const strategy of ['weighted', 'round-robin', 'sticky', 'priority'] as const) {
    await board.admin.setStrategy(Any, strategy, { actor })
    const out = new Set<string>()
    for (const name of ['A', 'B', 'C']) {
      await board.admin.eject(ids.get(name) ?? '', { actor })
      out.add(name)
      for (let n = 0; n < 40; n++) {
        const context = `user-${n}`
        const told = (await board.explain(Any, { context })).find((each) => each.chosen)?.name ?? ''
        const got = await board.use(Any, { context }).go()
        expect([got, out.has(got)], strategy).toStrictEqual([told, false])
        expect(out.has(await (await board.resolve(Any, { context })).go()), strategy).toBe(false)
        if (strategy !== 'sticky') expect(out.has(await (board.getByKey('any') as Any).go()), strategy).toBe(false)
      }
    }
    for (const id of ids.values()) await board.admin.reinstate(id, { actor })
  }
  for (const id of ids.values()) await board.admin.setStatus(id, 'disabled', { actor })
  await expect(board.use(Any, { context: 'x' }).go()).rejects.toBeInstanceOf(NoInstanceError)
})
