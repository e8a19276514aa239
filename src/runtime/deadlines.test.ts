// Long because each case is one way in which a call's time can end.
import { afterEach, expect, test } from 'vitest'
import { actor, Bank, Gateway } from '../../test/support/gateways.ts'
import { openBoard, testKeys, until, type TestBoard } from '../../test/support/open-board.ts'
import {
  AllInstancesFailedError,
  createBoard,
  callSignal,
  DeadlineError,
  Plugin,
  PluginType,
  Unavailable,
  type BoardEvents,
  type Handle,
  type Methods,
} from '../index.ts'
import { sqlite } from '../sqlite.ts'

afterEach(() => {
  Bank.act = () => {}
})

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}
async function banks(...names: string[]): Promise<TestBoard> {
  const opened = await openBoard({ plugins: [Bank], disposeAfter: 0 })
  for (const [priority, name] of names.entries())
    await opened.board.admin.create(
      { type: Gateway, plugin: 'bank', name, config: { apiKey: `key-${name}` }, status: 'active', priority },
      { actor },
    )
  return opened
}
const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'answered',
    (error: unknown) => error,
  )

test('[38] a once call whose deadline passes is not sent elsewhere: it may have acted', async () => {
  await using opened = await banks('Main', 'Spare')
  const { board } = opened
  const slow = gate()
  const asked: string[] = []
  Bank.act = async (self, call) => {
    if (call !== 'charge') return
    asked.push(self.instanceName)
    await slow.opened
  }
  for (const limits of [{ deadline: 30 }, { attemptDeadline: 30 }, { deadline: 30, attemptDeadline: 1_000 }]) {
    // The first call of a handle does not know yet whether the method streams; the next ones go the short way.
    const gateway = board.use(Gateway, limits)
    for (const _ of ['first', 'next']) {
      const error = await failureOf(gateway.charge('o'))
      expect(error).toBeInstanceOf(DeadlineError)
      expect(error).toMatchObject({ deadline: 30, message: expect.stringContaining("charge() of 'gateway'") as string })
      void _
    }
  }
  expect(new Set(asked)).toStrictEqual(new Set(['Main', 'Spare']))
  expect(asked.slice(0, 5)).toStrictEqual(['Main', 'Main', 'Main', 'Main', 'Main'])
  slow.open()
})

test('[38] a repeatable call goes to the next instance when an attempt takes too long, while time for the whole call is left', async () => {
  await using opened = await banks('Main', 'Backup', 'Spare')
  const { board } = opened
  const slow = gate()
  const stuck = new Set(['Main', 'Backup'])
  Bank.act = async (self, call) => {
    if (call === 'quote' && stuck.has(self.instanceName)) await slow.opened
  }
  const failovers: BoardEvents['failover'][] = []
  board.on('failover', (event) => failovers.push(event))
  const gateway = board.use(Gateway, { attemptDeadline: 25, deadline: 10_000 })
  for (let n = 0; n < 2; n++) expect(await gateway.quote('o')).toBe('Spare? o')
  expect(failovers.map((each) => [each.from.name, each.to?.name, (each.error as DeadlineError).code])).toStrictEqual([
    ['Main', 'Backup', 'deadline'],
    ['Backup', 'Spare', 'deadline'],
    ['Main', 'Backup', 'deadline'],
    ['Backup', 'Spare', 'deadline'],
  ])
  expect(failovers[0]?.durationMs).toBeGreaterThanOrEqual(25)
  stuck.add('Spare')
  const failed = await failureOf(gateway.quote('o'))
  expect(failed).toBeInstanceOf(AllInstancesFailedError)
  expect((failed as AllInstancesFailedError).attempts.map((each) => [each.instanceName, each.durationMs >= 25])).toStrictEqual([
    ['Main', true],
    ['Backup', true],
    ['Spare', true],
  ])
  // The time for the whole call ends it on its way, whoever is left.
  const cut = await failureOf(board.use(Gateway, { attemptDeadline: 40, deadline: 60 }).quote('o'))
  expect(cut).toMatchObject({ code: 'deadline', deadline: 60 })
  slow.open()
})

test('[38] a type says how long its calls may take; a call may say otherwise; what is no time is refused', async () => {
  abstract class Oracle extends PluginType('oracle', { deadline: 25 }) {
    static readonly methods: Methods<Oracle> = { ask: 'repeatable' }
    abstract ask(): Promise<string>
  }
  const slow = gate()
  class Delphi extends Plugin(Oracle, { key: 'delphi' }) {
    async ask(): Promise<string> {
      await slow.opened
      return 'yes'
    }
  }
  await using opened = await openBoard({ plugins: [Delphi] })
  const { board } = opened
  expect(await failureOf(board.use(Oracle).ask())).toMatchObject({ code: 'deadline', deadline: 25 })
  expect(await failureOf(board.run(Oracle, (oracle) => oracle.ask()))).toMatchObject({ code: 'deadline', deadline: 25 })
  const patient = board.use(Oracle, { deadline: Number.POSITIVE_INFINITY }).ask()
  slow.open()
  expect(await patient).toBe('yes')
  for (const deadline of [0, -1, Number.NaN, 2 ** 31, '5' as never]) expect(() => board.use(Oracle, { deadline })).toThrow(/deadline/)
  expect(() => board.use(Oracle, { signal: 5 as never })).toThrow(/AbortSignal/)
})

test('[38] the object is held until the method ends, whoever still waits; what comes late is counted and thrown away', async () => {
  await using opened = await banks('Main')
  const { board } = opened
  const [info] = board.instances(Gateway)
  const id = info?.id ?? ''
  const disposed: number[] = []
  const unhandled: unknown[] = []
  const hear = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', hear)
  for (const [n, end] of [async () => {}, () => Promise.reject(new Error('too late'))].entries()) {
    const slow = gate()
    let used = 0
    Bank.act = async (self, call) => {
      if (call === 'onDispose') disposed.push(self.serial)
      if (call !== 'charge') return
      used = self.serial
      await slow.opened
      await end()
    }
    const gateway = board.use(Gateway, { deadline: 20 })
    expect(await failureOf(gateway.charge('o'))).toBeInstanceOf(DeadlineError)
    await board.admin.update(id, { config: { note: `n${n}` } }, { actor })
    await new Promise((resolve) => setImmediate(resolve))
    expect(disposed).not.toContain(used)
    slow.open()
    await until(() => disposed.includes(used))
    expect(disposed.filter((each) => each === used)).toHaveLength(1)
  }
  process.off('unhandledRejection', hear)
  expect(unhandled).toStrictEqual([])
  expect(await board.admin.metrics(Gateway)).toMatchObject([{ name: 'Main', calls: 2, errors: 2, late: 2 }])
})

test('a plugin sees its call end by callSignal(), asked at the beginning of its method; other calls have one that never aborts', async () => {
  const seen: AbortSignal[] = []
  abstract class Line extends PluginType('line') {
    static readonly methods: Methods<Line> = { dial: 'once', nested: 'once' }
    abstract dial(): Promise<void>
    abstract nested(): Promise<void>
  }
  const inner: { line?: Handle<Line> } = {}
  class Phone extends Plugin(Line, { key: 'phone' }) {
    async dial(): Promise<void> {
      const signal = callSignal()
      seen.push(signal)
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    }
    async nested(): Promise<void> {
      inner.line?.dial().catch(() => {})
      seen.push(callSignal())
      await Promise.resolve()
      seen.push(callSignal())
    }
  }
  await using opened = await openBoard({ plugins: [Phone], closeDeadline: 0 })
  const { board } = opened
  const line = board.use(Line, { deadline: 20 })
  for (let n = 0; n < 2; n++) expect(await failureOf(line.dial())).toBeInstanceOf(DeadlineError)
  expect(seen.map((each) => each.aborted)).toStrictEqual([true, true])
  expect(seen[0]?.reason).toMatchObject({ code: 'deadline' })
  inner.line = board.use(Line)
  // It never ends; from then on the handle knows that the method does not stream.
  void inner.line.dial()
  await until(() => seen.length === 3)
  seen.length = 0
  // A call made from inside another one is not cut short with it; nor has what is asked later any part in it.
  const controller = new AbortController()
  const outer = board.use(Line, { signal: controller.signal })
  await outer.nested()
  const call = outer.nested()
  controller.abort(new Error('gone'))
  expect(await failureOf(call)).toMatchObject({ message: 'gone' })
  expect(seen.map((each) => each.aborted)).toStrictEqual([false, false, false, false, true, false])
  expect(callSignal().aborted).toBe(false)
})

test('a caller that gives up is answered with its reason at once; nobody else is asked, and the instance is not blamed', async () => {
  await using opened = await banks('Main', 'Spare')
  const { board } = opened
  const slow = gate()
  const asked: string[] = []
  Bank.act = async (self, call) => {
    if (call !== 'quote') return
    asked.push(self.instanceName)
    await slow.opened
  }
  const controller = new AbortController()
  const gateway = board.use(Gateway, { signal: () => controller.signal, deadline: 60_000 })
  const calls = [
    failureOf(gateway.quote('a')),
    failureOf(gateway.quote('b')),
    failureOf(board.run(Gateway, (each) => each.quote('c'), { signal: controller.signal, repeatable: true })),
  ]
  await until(() => asked.length === 3)
  const gone = new Error('the browser went away')
  controller.abort(gone)
  expect(await Promise.all(calls)).toStrictEqual([gone, gone, gone])
  expect(await failureOf(gateway.quote('d'))).toBe(gone)
  expect(asked).toStrictEqual(['Main', 'Main', 'Main'])
  expect((await board.admin.metrics(Gateway))[0]).toMatchObject({ name: 'Main', errors: 0, health: { state: 'healthy', failures: 0 } })
  slow.open()
})

test('resolve() and lease() wait no longer than asked; an object that was leased too late is given back', async () => {
  await using opened = await banks('Main')
  const slow = gate()
  await using late = createBoard({ plugins: [Bank], store: sqlite(opened.file), keys: testKeys, disposeAfter: 0, refreshEvery: 60_000 })
  Bank.act = (_, call) => (call === 'onStart' ? slow.opened : undefined)
  for (const limits of [{ deadline: 20 }, { signal: AbortSignal.timeout(20) }]) {
    expect(await failureOf(late.resolve(Gateway, limits))).toMatchObject({
      name: expect.stringMatching(/^(DeadlineError|TimeoutError)$/) as string,
    })
    expect(await failureOf(late.lease(Gateway, limits))).toBeInstanceOf(Error)
  }
  await expect(late.resolve(Gateway, { deadline: 0 })).rejects.toThrow(/deadline/)
  slow.open()
  await late.ready()
  await until(() => late.internals.runtime.slot(Gateway).current?.leases === 0)
})

abstract class Words extends PluginType('words') {
  static readonly methods: Methods<Words> = { speak: 'repeatable' }
  abstract speak(): AsyncIterable<string>
}

test('a stream has its deadline for the first item and for each one after it; its signal lives as long as it does', async () => {
  const waits = { first: gate(), second: gate() }
  waits.first.open()
  waits.second.open()
  const signals: AbortSignal[] = []
  let ended = 0
  class Speaker extends Plugin(Words, { key: 'speaker' }) {
    async *speak(): AsyncGenerator<string> {
      signals.push(callSignal())
      try {
        await waits.first.opened
        yield 'one'
        await waits.second.opened
        yield 'two'
      } finally {
        ended++
      }
    }
  }
  await using opened = await openBoard({ plugins: [Speaker], closeDeadline: 0 })
  const { board } = opened
  const read = async (limits: object, stop?: string): Promise<string[]> => {
    const items: string[] = []
    try {
      for await (const item of board.use(Words, limits).speak()) {
        items.push(item)
        if (item === stop) break
      }
    } catch (error) {
      items.push((error as { code?: string }).code ?? String(error))
    }
    return items
  }
  expect(await read({ deadline: 10_000 })).toStrictEqual(['one', 'two'])
  expect(signals.at(-1)?.aborted).toBe(false)
  expect(await read({ deadline: 10_000 }, 'one')).toStrictEqual(['one'])
  expect(signals.at(-1)?.aborted).toBe(true)
  waits.second = gate()
  expect(await read({ deadline: 20 })).toStrictEqual(['one', 'deadline'])
  expect(signals.at(-1)?.aborted).toBe(true)
  waits.second.open()
  await until(() => ended === 3)
  const controller = new AbortController()
  waits.second = gate()
  const reading = read({ signal: controller.signal })
  await until(() => signals.length === 4)
  controller.abort(new Error('left'))
  expect(await reading).toStrictEqual(['one', 'Error: left'])
  waits.second.open()
  waits.first = gate()
  expect(await read({ attemptDeadline: 20 })).toStrictEqual(['all_instances_failed'])
  expect(await read({ deadline: 20 })).toStrictEqual(['deadline'])
  waits.first.open()
  await until(() => ended === 6)
  // Nothing holds the object any more.
  expect(board.internals.runtime.slot(Words).current?.leases).toBe(0)
})

test('a failing call that nobody limits is as before: the error itself, at once', async () => {
  await using opened = await banks('Main')
  Bank.act = (_, call) => {
    if (call === 'charge') throw new Unavailable('no')
  }
  const gateway = opened.board.use(Gateway)
  for (let n = 0; n < 3; n++) expect(await failureOf(gateway.charge('o'))).toBeInstanceOf(AllInstancesFailedError)
})
