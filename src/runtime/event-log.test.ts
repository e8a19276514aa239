import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { actor, Bank, Gateway } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'
import { Unavailable, type Logger } from '../index.ts'

/** A pino that writes here. */
function written(options: Parameters<typeof pino>[0] = {}): { readonly logger: ReturnType<typeof pino>; readonly lines: object[] } {
  const lines: object[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().trim().split('\n')) lines.push(JSON.parse(line) as object)
      done()
    },
  })
  return { logger: pino({ level: 'debug', base: null, timestamp: false, ...options }, stream), lines }
}
const secret = 'sk-live-of-the-bank'

test('a pino writes each event: its fields, what was thrown as err with its stack and code, and a line for people', async () => {
  const { logger, lines } = written()
  await using opened = await openBoard({ logger })
  const { board } = opened
  const config = { apiKey: secret }
  const main = await board.admin.create({ type: Gateway, plugin: 'bank', name: 'Main', config, status: 'active' }, { actor })
  Bank.act = () => {
    throw new Unavailable(`no way with ${secret}`)
  }
  lines.length = 0
  expect(await board.use(Gateway).charge('o')).toBe('cash: o')
  expect(lines).toMatchObject([
    {
      level: 40,
      event: 'failover',
      type: 'gateway',
      method: 'charge',
      from: { id: main.id, name: 'Main', plugin: 'bank' },
      to: { name: 'Cash' },
      err: { type: 'Unavailable', code: 'unavailable', message: expect.stringMatching(/^no way with (?!sk-)/) as string },
      msg: "gateway.charge() failed at 'Main'; 'Cash' is tried",
    },
  ])
  lines.length = 0
  await board.admin.test(main.id, { actor })
  await board.admin.eject(main.id, { actor, for: 5_000 })
  await board.admin.reinstate(main.id, { actor })
  await board.admin.setStatus(main.id, 'disabled', { actor })
  const said = lines.map((line) =>
    Object.entries(line).flatMap(([name, value]) => (/^(level|event|msg)$/.test(name) ? [value as unknown] : [])),
  )
  expect(said).toContainEqual([40, 'disposalFailed', "'Main' of gateway could not be disposed"])
  expect(said.filter(([, event]) => event !== 'change' && event !== 'disposalFailed')).toStrictEqual([
    [40, 'health', expect.stringMatching(/^the test of 'Main' of gateway: .*no way/)],
    [30, 'selected', "'Cash' answers gateway from now on"],
    [40, 'ejected', expect.stringMatching(/^'Main' of gateway is passed over for \d+ ms: an operator said so$/)],
    [30, 'selected', "'Main' answers gateway from now on"],
    [30, 'recovered', "'Main' of gateway is back in service"],
    [30, 'selected', "'Cash' answers gateway from now on"],
  ])
  expect(JSON.stringify(lines)).not.toContain(secret)
})

test('a child logger keeps its bindings, and redaction and levels are the logger\u2019s own', async () => {
  const { logger, lines } = written({ redact: ['from.name', 'err.message'], level: 'warn' })
  await using opened = await openBoard({ logger: logger.child({ module: 'plugboard' }) })
  const { board } = opened
  await board.admin.create({ type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: secret }, status: 'active' }, { actor })
  Bank.act = () => {
    throw new Unavailable('down')
  }
  await board.use(Gateway).charge('o')
  expect(lines).toMatchObject([{ module: 'plugboard', event: 'failover', from: { name: '[Redacted]' }, err: { message: '[Redacted]' } }])
})

test('a listener of the board that throws is written as err too', async () => {
  const { logger, lines } = written({ level: 'error' })
  await using opened = await openBoard({ logger })
  opened.board.on('selected', () => {
    throw new Error('a listener')
  })
  await opened.board.admin.create({ type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: secret }, status: 'active' }, { actor })
  expect(lines).toMatchObject([{ level: 50, event: 'selected', err: { message: 'a listener' }, msg: 'a listener of the board threw' }])
})

test('the console fits too', () => {
  const logger: Logger = console
  expect(typeof logger.warn).toBe('function')
})
