import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { afterEach, expect, test, vi } from 'vitest'
import { actor } from '../../test/support/gateways.ts'
import { eventNames, listen, listenTo, stages, tracedNames } from '../../test/support/listen.ts'
import { openBoard, until, type TestBoard } from '../../test/support/open-board.ts'
import { Plugin, PluginType, Rejected, Unavailable, type CallMessage, type EventName, type Methods } from '../index.ts'
import { callChannel } from './channels.ts'

const behaviour = new Map<string, () => unknown>()
afterEach(() => behaviour.clear())

abstract class Mail extends PluginType('mail') {
  static readonly methods: Methods<Mail> = { send: 'once', find: 'repeatable', list: 'repeatable' }
  abstract send(text: string): Promise<string>
  abstract find(): Promise<string>
  abstract list(): AsyncIterable<string>
}
class Server extends Plugin(Mail, { key: 'server' }) {
  async onStart(): Promise<void> {
    await behaviour.get(`${this.instance.name} starts`)?.()
  }
  async onTest(): Promise<void> {
    await behaviour.get(`${this.instance.name} is tested`)?.()
  }
  async onDispose(): Promise<void> {
    await behaviour.get(`${this.instance.name} ends`)?.()
  }
  async send(text: string): Promise<string> {
    await behaviour.get(this.instance.name)?.()
    return `${this.instance.name}: ${text}`
  }
  async find(): Promise<string> {
    return this.send('found')
  }
  async *list(): AsyncIterable<string> {
    yield 'one'
    await behaviour.get(this.instance.name)?.()
    yield 'two'
  }
}
async function servers(...names: string[]): Promise<TestBoard & { readonly ids: readonly string[] }> {
  const opened = await openBoard({ plugins: [Server], closeDeadline: 0, disposeAfter: 0 })
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
const failureOf = (call: Promise<unknown>): Promise<unknown> => call.then(String, (error: unknown) => error)
async function itemsOf(stream: AsyncIterable<string>): Promise<readonly string[]> {
  const items: string[] = []
  for await (const item of stream) items.push(item)
  return items
}
const forEver = (): Promise<never> => new Promise(() => {})

test('a call and its attempt are told from start to end, with one message each that holds neither arguments nor results', async () => {
  await using opened = await servers('A')
  const mail = opened.board.use(Mail)
  // The first call of a method finds out whether it streams; the next ones go the short way, unless somebody listens.
  await mail.send('before')
  using calls = listen('plugboard.call')
  using attempts = listen('plugboard.attempt')
  expect(await mail.send('hello')).toBe('A: hello')
  expect(calls.heard.map(({ stage }) => stage)).toStrictEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
  expect(attempts.heard.map(({ stage }) => stage)).toStrictEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
  const instance = { id: opened.ids[0], name: 'A', plugin: 'server' }
  expect(calls.heard[0]?.asItWas).toStrictEqual({
    type: 'mail',
    method: 'send',
    kind: 'once',
    attempts: 0,
    instance: undefined,
    outcome: undefined,
  })
  const call = calls.heard[0]?.message
  expect(call).toStrictEqual({ type: 'mail', method: 'send', kind: 'once', attempts: 1, instance, outcome: 'ok' })
  expect(attempts.heard[3]?.message).toStrictEqual({ call, type: 'mail', method: 'send', number: 1, instance, outcome: 'ok' })
  expect(new Set([...calls.heard].map(({ message }) => message)).size).toBe(1)
  expect(attempts.heard[0]?.message.call).toBe(call)
})

test('[38] each attempt of a call that moves on is told, one that could not be built too', async () => {
  await using opened = await servers('A', 'B', 'C')
  const { board } = opened
  behaviour.set('A', down)
  const failure = new Error('who knows')
  behaviour.set('B', () => {
    throw failure
  })
  behaviour.set('C starts', () => {
    throw new Error('no start')
  })
  await board.admin.setStatus(opened.ids[2] ?? '', 'disabled', { actor })
  await board.admin.setStatus(opened.ids[2] ?? '', 'active', { actor })
  using calls = listen('plugboard.call', ['asyncEnd'])
  using attempts = listen('plugboard.attempt', ['asyncEnd'])
  const error = await failureOf(board.use(Mail).find())
  expect(attempts.heard.map(({ message }) => [message.number, message.instance.name, message.outcome])).toStrictEqual([
    [1, 'A', 'unavailable'],
    [2, 'B', 'other'],
    [3, 'C', 'not_asked'],
  ])
  expect(attempts.heard[1]?.message.error).toBe(failure)
  expect(calls.heard).toMatchObject([{ message: { attempts: 3, outcome: 'none_left', instance: { name: 'C' } } }])
  expect(calls.heard[0]?.message.error).toBe(error)
})

test('how a call ended is told: refused, out of time, given up, left with nobody', async () => {
  await using opened = await servers('A')
  const { board, ids } = opened
  using calls = listen('plugboard.call', ['asyncEnd', 'error'])
  using attempts = listen('plugboard.attempt', ['error'])
  const outcomes = (): unknown => {
    const told = [calls.heard.map(({ stage, message }) => [stage, message.outcome]), attempts.heard.map(({ message }) => message.outcome)]
    calls.heard.length = attempts.heard.length = 0
    return told
  }
  behaviour.set('A', () => {
    throw new Rejected('no')
  })
  await failureOf(board.use(Mail).send(''))
  const failed = (outcome: string): unknown => [
    ['error', outcome],
    ['asyncEnd', outcome],
  ]
  expect(outcomes()).toStrictEqual([failed('rejected'), ['rejected']])
  behaviour.set('A', forEver)
  await failureOf(board.use(Mail, { deadline: 20 }).send(''))
  expect(outcomes()).toStrictEqual([failed('deadline'), ['deadline']])
  await failureOf(board.use(Mail, { attemptDeadline: 20 }).send(''))
  expect(outcomes()).toStrictEqual([failed('deadline'), ['deadline']])
  const abort = new AbortController()
  const given = failureOf(board.use(Mail, { signal: abort.signal }).send(''))
  await until(() => board.admin.metrics(Mail).then(([each]) => (each?.calls ?? 0) > 3))
  abort.abort(new Error('enough'))
  expect(await given).toMatchObject({ message: 'enough' })
  expect(outcomes()).toStrictEqual([failed('aborted'), ['aborted']])
  await failureOf(board.use(Mail, { signal: abort.signal }).send(''))
  expect(outcomes()).toStrictEqual([failed('aborted'), []])
  await board.admin.setStatus(ids[0] ?? '', 'disabled', { actor })
  await failureOf(board.use(Mail).send(''))
  expect(outcomes()).toStrictEqual([failed('none_left'), []])
})

test('run is a call too, and a stream is one until its last item', async () => {
  await using opened = await servers('A')
  const { board } = opened
  using calls = listen('plugboard.call', ['start', 'asyncEnd'])
  await board.run(Mail, (mail) => mail.send('x'), { repeatable: true })
  expect(calls.heard).toMatchObject([{}, { message: { method: 'run', kind: 'repeatable', outcome: 'ok', attempts: 1 } }])
  calls.heard.length = 0
  for (const _ of ['not known yet', 'known']) {
    for await (const item of board.use(Mail).list()) {
      expect(
        calls.heard.map(({ stage }) => stage),
        item,
      ).toStrictEqual(['start'])
      void _
    }
    expect(calls.heard).toMatchObject([{}, { stage: 'asyncEnd', message: { outcome: 'ok' } }])
    calls.heard.length = 0
  }
  for await (const _ of board.use(Mail).list()) {
    void _
    break
  }
  expect(calls.heard).toMatchObject([{}, { stage: 'asyncEnd', message: { outcome: 'ok' } }])
  calls.heard.length = 0
  const failure = new Error('after the first item')
  behaviour.set('A', () => {
    throw failure
  })
  await expect(itemsOf(board.use(Mail).list())).rejects.toBe(failure)
  expect(calls.heard).toMatchObject([{}, { stage: 'asyncEnd', message: { outcome: 'other' } }])
  expect(calls.heard[1]?.message.error).toBe(failure)
})

test('a store bound to the start of an attempt is what the plugin sees, in every item of a stream too', async () => {
  await using opened = await servers('A', 'B')
  const { board } = opened
  const spans = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  behaviour.set('A', () => {
    seen.push(spans.getStore())
    throw new Unavailable('down')
  })
  behaviour.set('B', async () => {
    await Promise.resolve()
    seen.push(spans.getStore())
  })
  const attempt = tracingChannel<string, { readonly number: number; readonly call: CallMessage }>('plugboard.attempt')
  attempt.start.bindStore(spans, ({ number, call }) => `${call.method} ${number}`)
  try {
    await spans.run('outside', async () => {
      expect(await board.use(Mail).send('x')).toBe('B: x')
      expect(spans.getStore()).toBe('outside')
      await expect(itemsOf(board.use(Mail).list())).rejects.toThrow('down')
      await board.admin.setStatus(opened.ids[0] ?? '', 'disabled', { actor })
      expect(await itemsOf(board.use(Mail).list())).toStrictEqual(['one', 'two'])
    })
  } finally {
    attempt.start.unbindStore(spans)
  }
  expect(seen).toStrictEqual(['send 1', 'send 2', 'list 1', 'list 1'])
})

test('building, disposing, syncing and refreshing are told', async () => {
  await using opened = await servers('A')
  const { board, ids } = opened
  using builds = listen('plugboard.build')
  using disposals = listen('plugboard.dispose', ['asyncEnd', 'error'])
  using syncs = listen('plugboard.sync', ['asyncEnd'])
  using refreshes = listen('plugboard.refresh', ['asyncEnd'])
  const instance = { id: ids[0], name: 'A', plugin: 'server' }
  await board.admin.reload(ids[0] ?? '', { actor })
  expect(builds.heard.map(({ stage }) => stage)).toStrictEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
  expect(builds.heard[0]?.message).toStrictEqual({ type: 'mail', instance })
  await until(() => disposals.heard.length === 1)
  expect(disposals.heard[0]?.message).toStrictEqual({ type: 'mail', instance })
  behaviour.set('A ends', () => {
    throw new Error('no end')
  })
  behaviour.set('A starts', () => {
    throw new Error('no start')
  })
  builds.heard.length = 0
  await board.admin.setStatus(ids[0] ?? '', 'disabled', { actor })
  await until(() => disposals.heard.length === 3)
  expect(disposals.heard[1]).toMatchObject({ stage: 'error', message: { error: { message: 'no end' } } })
  await board.admin.setStatus(ids[0] ?? '', 'active', { actor })
  expect(builds.heard.find(({ stage }) => stage === 'error')?.message.error).toMatchObject({ reason: 'build_failed' })
  await board.sync({ mode: 'update', dryRun: true })
  expect(syncs.heard).toMatchObject([{ message: { mode: 'update', dryRun: true, changed: false } }])
  const told = refreshes.heard.find(({ message }) => message.types.length > 0)?.message
  expect(told).toMatchObject({ types: ['mail'] })
  expect(told?.revision).toBeGreaterThan(told?.from ?? Number.NaN)
})

test('every event of the board is published on the channel of its name', async () => {
  await using opened = await servers('A', 'B')
  const { board, ids } = opened
  const told: [EventName, unknown][] = []
  const published: [EventName, unknown][] = []
  for (const name of eventNames) board.on(name, (event) => told.push([name, event]))
  const listeners = eventNames.map((name) => listenTo(name, (event) => published.push([name, event])))
  behaviour.set('A', down)
  await board.use(Mail).send('x')
  await board.admin.eject(ids[0] ?? '', { actor })
  await board.admin.reinstate(ids[0] ?? '', { actor })
  behaviour.set('A is tested', down)
  await board.admin.test(ids[0] ?? '', { actor })
  behaviour.set('A ends', down)
  behaviour.set('A starts', down)
  await board.admin.setStatus(ids[0] ?? '', 'disabled', { actor })
  await board.admin.setStatus(ids[0] ?? '', 'active', { actor })
  const names = (): Set<EventName> => new Set(published.map(([name]) => name))
  await until(() => names().has('disposalFailed'))
  expect(published).toStrictEqual(told)
  expect(names()).toStrictEqual(
    new Set(['failover', 'ejected', 'selected', 'recovered', 'health', 'change', 'disposalFailed', 'unloadable']),
  )
  for (const listener of listeners) listener[Symbol.dispose]()
})

test('whoever listens to one stage alone is heard, and where nobody listens nothing is made', async () => {
  await using opened = await servers('A')
  const mail = opened.board.use(Mail)
  await mail.send('x')
  const { start } = callChannel
  const runs = vi.spyOn(start, 'runStores')
  await mail.send('x')
  expect(runs).not.toHaveBeenCalled()
  runs.mockRestore()
  for (const name of ['plugboard.call', 'plugboard.attempt'] as const)
    for (const stage of stages) {
      behaviour.set('A', () => {
        if (stage === 'error') throw new Rejected('no')
      })
      using listened = listen(name, [stage])
      await failureOf(mail.send('x'))
      expect(listened.heard, `${name} ${stage}`).toHaveLength(1)
    }
  expect(tracedNames).toHaveLength(6)
})
