import { afterEach, expect, test } from 'vitest'
import { actor, Bank, Gateway, log } from '../../test/support/gateways.ts'
import { openBoard, until, type TestBoard } from '../../test/support/open-board.ts'
import { sqliteDatabase } from '../../test/support/sqlite-test-database.ts'
import { DeadlineError, Plugin, PluginType, Unavailable, type BoardEvents, type Methods } from '../index.ts'
import { fakeClock, type FakeClock } from './fake-clock.ts'

afterEach(() => {
  Bank.act = () => {}
})

/** On SQLite: what follows from a timer waits for no server. */
async function banks(clock: FakeClock, ...names: string[]): Promise<TestBoard & { readonly ids: readonly string[] }> {
  const opened = await openBoard({ plugins: [Bank], clock, refreshEvery: 1_000, closeDeadline: 0 }, sqliteDatabase)
  const ids: string[] = []
  for (const [priority, name] of names.entries())
    ids.push(
      (
        await opened.board.admin.create(
          { type: Gateway, plugin: 'bank', name, config: { apiKey: `key-${name}` }, status: 'active', priority },
          { actor },
        )
      ).id,
    )
  return { ...opened, ids }
}
const outcomeOf = (call: Promise<unknown>): { is: unknown } => {
  const outcome: { is: unknown } = { is: 'pending' }
  call.then(
    (value: unknown) => (outcome.is = value),
    (error: unknown) => (outcome.is = error),
  )
  return outcome
}
const forEver = (): Promise<never> => new Promise(() => {})

test('a deadline strikes when its time has passed and not before, of the call and of each attempt', async () => {
  const clock = fakeClock()
  await using opened = await banks(clock, 'A', 'B')
  const { board } = opened
  const asked: string[] = []
  Bank.act = (bank, call) => {
    if (call !== 'charge' && call !== 'quote') return
    asked.push(bank.instanceName)
    return forEver()
  }
  for (const first of ['the longer way', 'the short way']) {
    const whole = outcomeOf(board.use(Gateway, { deadline: 5_000 }).charge('o'))
    await clock.advance(4_999)
    expect(whole.is, first).toBe('pending')
    await clock.advance(1)
    expect(whole.is, first).toBeInstanceOf(DeadlineError)
  }
  asked.length = 0
  const each = outcomeOf(board.use(Gateway, { attemptDeadline: 60_000, deadline: 90_000 }).quote('o'))
  await clock.advance(59_999)
  expect(asked).toStrictEqual(['A'])
  await clock.advance(1)
  // It is built first, which opens its config: that takes real time.
  await until(() => asked.length > 1)
  expect(asked).toStrictEqual(['A', 'B'])
  await clock.advance(29_999)
  expect(each.is).toBe('pending')
  await clock.advance(1)
  expect(each.is).toMatchObject({ code: 'deadline', deadline: 90_000 })
})

abstract class Mail extends PluginType('mail', { ejection: { consecutiveFailures: 2, baseTime: 30_000, jitter: 0 } }) {
  static readonly methods: Methods<Mail> = { send: 'repeatable' }
  abstract send(): Promise<string>
}
class Server extends Plugin(Mail, { key: 'server' }) {
  static isDown = false
  async send(): Promise<string> {
    if (Server.isDown && this.instance.name === 'A') throw new Unavailable('down')
    return this.instance.name
  }
}

test('an ejected instance is back after its time, on trial', async () => {
  const clock = fakeClock()
  await using opened = await openBoard({ plugins: [Server], clock }, sqliteDatabase)
  const { board } = opened
  await board.admin.remove(board.instances(Mail)[0]?.id ?? '', { actor })
  for (const [priority, name] of ['A', 'B'].entries())
    await board.admin.create({ type: Mail, plugin: 'server', name, status: 'active', priority }, { actor })
  const mail = board.use(Mail)
  const told: string[] = []
  board.on('ejected', ({ time }) => told.push(`out for ${String(time)}`))
  board.on('recovered', () => told.push('back'))
  Server.isDown = true
  await mail.send()
  await mail.send()
  Server.isDown = false
  await clock.advance(29_999)
  expect([await mail.send(), ...told]).toStrictEqual(['B', 'out for 30000'])
  expect((await board.explain(Mail))[0]).toMatchObject({ reason: 'ejected', text: expect.stringContaining('back in 0:01') as string })
  await clock.advance(1)
  expect([await mail.send(), ...told]).toStrictEqual(['A', 'out for 30000', 'back'])
})

test('what could not be built is tried again, without sleeping', async () => {
  const clock = fakeClock()
  await using opened = await banks(clock, 'A')
  const { board, ids } = opened
  const told: BoardEvents['unloadable'][] = []
  const back: string[] = []
  board.on('unloadable', (event) => told.push(event))
  board.on('recovered', ({ instance }) => back.push(instance.name))
  let tries = 0
  Bank.act = (_, call) => {
    if (call === 'onStart' && ++tries < 3) throw new Error('not yet')
  }
  await board.admin.setStatus(ids[0] ?? '', 'disabled', { actor })
  await board.admin.setStatus(ids[0] ?? '', 'active', { actor })
  expect([tries, told.length]).toStrictEqual([1, 1])
  await clock.advance(900)
  expect(tries).toBe(1)
  await until(async () => {
    await clock.advance(500)
    return back.length === 1
  })
  expect([tries, back]).toStrictEqual([3, ['A']])
})

test('the date of a row and a lent object go by it too', async () => {
  const clock = fakeClock({ now: new Date('2030-01-01T00:00:00Z') })
  await using opened = await banks(clock, 'A')
  const { board, ids } = opened
  expect((await board.admin.get(ids[0] ?? '')).createdAt).toBe(Date.UTC(2030, 0))
  const lent = board.get(Gateway)
  log.length = 0
  await board.admin.reload(ids[0] ?? '', { actor })
  await clock.advance(59_999)
  expect([log, board.get(Gateway) === lent]).toStrictEqual([[], false])
  await clock.advance(1)
  expect(log).toStrictEqual([`disposed ${(lent as Bank).serial}`])
})

test('a scheduled check runs when its time has come, and is given up by the clock', async () => {
  const clock = fakeClock()
  const told: unknown[] = []
  const checks = { every: 60_000, deadline: 5_000 }
  await using opened = await openBoard({ plugins: [Bank], clock, refreshEvery: 10_000, closeDeadline: 0, checks }, sqliteDatabase)
  const { board } = opened
  board.on('health', ({ ok, message }) => told.push([ok, message]))
  await board.admin.create({ type: Gateway, plugin: 'bank', name: 'A', config: { apiKey: 'a-key' }, status: 'active' }, { actor })
  let tests = 0
  Bank.act = (_, call) => (call === 'onTest' && ++tests === 2 ? forEver() : undefined)
  await clock.advance(20_000)
  await until(() => told.length === 1)
  expect([tests, told]).toStrictEqual([1, [[true, "'A' answered."]]])
  await clock.advance(90_000)
  await until(() => told.length === 2)
  expect([tests, told[1]]).toStrictEqual([2, [false, "The test of 'A' did not end within 5000 ms."]])
})

test('timers are done in the order of their times, those that they set too; a time that can not pass is refused', async () => {
  const clock = fakeClock({ now: 1_000 })
  const done: (readonly [string, number])[] = []
  const note = (name: string) => () => void done.push([name, clock.elapsed()])
  clock.after(20, note('later'))
  clock.after(10, () => {
    note('first')()
    clock.after(5, note('set by the first'))
  })
  clock.after(20, note('latest'))
  clock.after(12, note('called off')).cancel()
  await clock.advance(30)
  expect(done).toStrictEqual([
    ['first', 10],
    ['set by the first', 15],
    ['later', 20],
    ['latest', 20],
  ])
  expect([clock.now(), clock.elapsed()]).toStrictEqual([1_030, 30])
  await expect(clock.advance(-1)).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(clock.advance(Number.NaN)).rejects.toMatchObject({ code: 'invalid_input' })
})
