import { expect, test } from 'vitest'
import { z } from 'zod'
import { Plugin, PluginType, Rejected, Unavailable, type Board, type Methods } from '../../src/index.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { openBoard, until } from '../support/open-board.ts'

const bank = (board: Board, name: string, over: object = {}) =>
  board.admin.create(
    { type: Gateway, plugin: 'bank', name, config: { apiKey: `key-${name}` }, status: 'active', ...over },
    { actor, force: true },
  )
const microtasks = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await Promise.resolve()
}
function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => {}
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { open, passed }
}

test('a stand-by that could not be built once takes part in failover again when it can be built', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  await bank(board, 'main', { priority: 1 })
  let broken = true
  Bank.act = (self, call) => {
    if (call === 'onStart' && broken && self.instanceName === 'spare') throw new Error('its server is away for a moment')
    if (call === 'charge' && self.instanceName === 'main') throw new Unavailable('main is down')
  }
  await bank(board, 'spare', { priority: 2, status: 'reserved' })
  const gateway = board.use(Gateway)
  await expect(gateway.charge('first')).rejects.toMatchObject({ code: 'all_instances_failed' })
  broken = false
  await until(async () => (await gateway.charge('second').catch(() => '')) === 'spare: second', 4_000)
})

test('a subclass of Rejected with a code of its own is still a refusal: nobody else is asked', async () => {
  class CardDeclined extends Rejected {
    static override readonly code: string = 'card_declined'
  }
  expect(new CardDeclined('no funds')).toBeInstanceOf(Rejected)
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  await bank(board, 'one', { priority: 1 })
  await bank(board, 'two', { priority: 2 })
  Bank.act = (self, call) => {
    if (call === 'quote' && self.instanceName === 'one') throw new CardDeclined('no funds')
  }
  await expect(board.use(Gateway).quote('x')).rejects.toThrow('no funds')
})

test('a call that begins while an object is replaced never runs on one that was disposed', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 60_000 })
  const { board } = opened
  const { id } = await bank(board, 'one')
  const gateway = board.use(Gateway)
  const late: string[] = []
  const disposed = new Set<number>()
  for (let offset = 0; offset < 60; offset++) {
    const hold = gate()
    const building = gate()
    Bank.act = async (self, call) => {
      if (call === 'onStart' && self.note === String(offset)) {
        building.open()
        await hold.passed
      }
      if (call === 'onDispose') disposed.add(self.serial)
      if (call === 'charge' && disposed.has(self.serial)) late.push(`offset ${offset}`)
    }
    const saved = board.admin.update(id, { config: { apiKey: 'key-one', note: String(offset) } }, { actor, force: true })
    await building.passed
    hold.open()
    await microtasks(offset)
    await gateway.charge('x')
    await saved
  }
  expect(late).toEqual([])
})

test('a lease taken while an object is replaced never holds one that was disposed', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 60_000 })
  const { board } = opened
  const { id } = await bank(board, 'one')
  const late: string[] = []
  const disposed = new Set<object>()
  for (let offset = 0; offset < 60; offset++) {
    const hold = gate()
    const building = gate()
    Bank.act = async (self, call) => {
      if (call === 'onStart' && self.note === String(offset)) {
        building.open()
        await hold.passed
      }
      if (call === 'onDispose') disposed.add(self)
    }
    const saved = board.admin.update(id, { config: { apiKey: 'key-one', note: String(offset) } }, { actor, force: true })
    await building.passed
    hold.open()
    await microtasks(offset)
    const lease = await board.lease(Gateway)
    await microtasks(50)
    if (disposed.has(lease.object)) late.push(`offset ${offset}`)
    lease.release()
    await saved
  }
  expect(late).toEqual([])
})

abstract class Words extends PluginType('words') {
  static readonly methods: Methods<Words> = { speak: 'repeatable' }
  abstract speak(): AsyncGenerator<string, number>
}
/** Its stream is made by a plain method, so that nothing shows beforehand that it streams. */
class Speaker extends Plugin(Words, { key: 'speaker', config: z.object({ word: z.string() }) }) {
  static disposed = 0
  static returned = 0
  speak(): AsyncGenerator<string, number> {
    const { word } = this.config
    return (async function* () {
      try {
        yield `${word} 1`
        yield `${word} 2`
        return 2
      } finally {
        Speaker.returned++
      }
    })()
  }
  async onDispose(): Promise<void> {
    Speaker.disposed++
  }
}
async function speakers(): Promise<Awaited<ReturnType<typeof openBoard>>> {
  Speaker.disposed = 0
  Speaker.returned = 0
  const opened = await openBoard({ plugins: [Speaker], closeDeadline: 100 })
  await opened.board.admin.create({ type: Words, plugin: 'speaker', name: 'one', config: { word: 'hi' }, status: 'active' }, { actor })
  Speaker.disposed = 0
  return opened
}

test('a stream is the generator that the contract says, at the first call too', async () => {
  await using opened = await speakers()
  const words = opened.board.use(Words)
  for (const _ of ['first', 'second']) {
    const stream = words.speak()
    expect(await stream.next()).toEqual({ done: false, value: 'hi 1' })
    expect(await stream.next()).toEqual({ done: false, value: 'hi 2' })
    expect(await stream.next()).toEqual({ done: true, value: 2 })
  }
})

test('iterating a stream twice gives each item once, and the object is disposed when it is replaced', async () => {
  await using opened = await speakers()
  const { board } = opened
  const stream = board.use(Words).speak()
  const heard: string[] = []
  for await (const word of stream) heard.push(word)
  for await (const word of stream) heard.push(word)
  expect(heard).toEqual(['hi 1', 'hi 2'])
  const [info] = board.instances(Words)
  await board.admin.update(info?.id ?? '', { config: { word: 'ho' } }, { actor, force: true })
  await until(() => Speaker.disposed === 1, 1_000)
})

test('a stream that is left before its first item is asked for lets go of its object', async () => {
  await using opened = await speakers()
  const { board } = opened
  const iterator = board.use(Words).speak()[Symbol.asyncIterator]()
  await iterator.return(0)
  const [info] = board.instances(Words)
  await board.admin.update(info?.id ?? '', { config: { word: 'ho' } }, { actor, force: true })
  await until(() => Speaker.disposed === 1, 1_000)
})

test('a context function that throws rejects the call, as every other failure of it does', async () => {
  abstract class Regional extends PluginType<string>('regional', { select: ({ candidates }) => candidates[0] ?? null }) {
    static readonly methods: Methods<Regional> = { where: 'repeatable' }
    abstract where(): Promise<string>
  }
  class Local extends Plugin(Regional, { key: 'local' }) {
    async where(): Promise<string> {
      return 'here'
    }
  }
  await using opened = await openBoard({ plugins: [Local] })
  const handle = opened.board.use(Regional, {
    context: (): string => {
      throw new Error('no user')
    },
  })
  let thrown = 'nothing'
  try {
    handle.where().catch(() => {})
  } catch (error) {
    thrown = String(error)
  }
  expect(thrown).toBe('nothing')
})

test('an instance that a context selector could not use once is a candidate again when it can be built', async () => {
  abstract class Regional extends PluginType<string>('regional', { select: ({ candidates }) => candidates[0] ?? null }) {
    static readonly methods: Methods<Regional> = { where: 'repeatable' }
    abstract where(): Promise<string>
  }
  let broken = true
  class Local extends Plugin(Regional, { key: 'local' }) {
    async where(): Promise<string> {
      return 'here'
    }
    async onStart(): Promise<void> {
      if (broken) throw new Error('its server is away for a moment')
    }
  }
  await using opened = await openBoard({ plugins: [Local, Cash] })
  const handle = opened.board.use(Regional, { context: 'eu' })
  await expect(handle.where()).rejects.toThrow(/can be selected|failed at/)
  broken = false
  await until(async () => (await handle.where().catch(() => '')) === 'here', 4_000)
})

test('what explain() calls a stand-by is tried by failover', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  await bank(board, 'main', { priority: 1 })
  let broken = true
  Bank.act = (self, call) => {
    if (call === 'onStart' && broken && self.instanceName === 'spare') throw new Error('away for a moment')
    if (call === 'charge' && self.instanceName === 'main') throw new Unavailable('main is down')
  }
  await bank(board, 'spare', { priority: 2 })
  await board
    .use(Gateway)
    .charge('x')
    .catch(() => {})
  broken = false
  await until(
    () =>
      board
        .instances(Gateway)[1]
        ?.load()
        .then(
          () => true,
          () => false,
        ) ?? false,
  )
  expect((await board.explain(Gateway)).map((each) => each.reason)).toEqual(['selected', 'after'])
  await expect(board.use(Gateway).charge('y')).resolves.toBe('spare: y')
})
