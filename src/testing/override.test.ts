import { expect, test, vi } from 'vitest'
import { actor, Bank, Gateway } from '../../test/support/gateways.ts'
import { openBoard, testKeys } from '../../test/support/open-board.ts'
import { AllInstancesFailedError, createBoard, Plugin, PluginType, Rejected, Unavailable, type Methods } from '../index.ts'
import { sqlite } from '../sqlite.ts'
import { override } from './override.ts'

const fake = (name: string): { charge(order: string): Promise<string>; quote(order: string): Promise<string> } => ({
  charge: async (order) => `${name}: ${order}`,
  quote: async (order) => `${name}? ${order}`,
})

test('a fake answers everywhere, handles that are held already included, and is gone at the end of the block', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const [handle, limited, direct] = [board.use(Gateway), board.use(Gateway, { deadline: 5_000 }), board.use(Gateway, { failover: false })]
  const all = async (): Promise<readonly string[]> => {
    await using lease = await board.lease(Gateway)
    return await Promise.all([
      handle.charge('o'),
      limited.charge('o'),
      direct.charge('o'),
      board.get(Gateway).charge('o'),
      (board.getByKey('gateway') as Gateway).charge('o'),
      board.find(Gateway)?.charge('o') ?? '',
      (await board.resolve(Gateway)).charge('o'),
      board.run(Gateway, (gateway) => gateway.charge('o')),
      lease.object.charge('o'),
    ])
  }
  const everywhere = (answer: string): readonly string[] => Array.from({ length: 9 }, () => answer)
  for (let turn = 0; turn < 2; turn++) {
    expect(await all()).toStrictEqual(everywhere('cash: o'))
    {
      using _ = override(board, Gateway, fake('fake'))
      expect(await all()).toStrictEqual(everywhere('fake: o'))
      expect(await all()).toStrictEqual(everywhere('fake: o'))
      expect(await board.explain(Gateway)).toMatchObject([{ name: 'stand-in', chosen: true }])
      expect(board.instances(Gateway).map(({ name }) => name)).toStrictEqual(['Cash'])
    }
  }
  expect(await all()).toStrictEqual(everywhere('cash: o'))
})

test('overrides nest; whichever is taken away first, the newest that is left answers', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const gateway = board.use(Gateway)
  const [one, two, three] = [override(board, Gateway, fake('1')), override(board, Gateway, fake('2')), override(board, Gateway, fake('3'))]
  expect(await gateway.charge('o')).toBe('3: o')
  two.restore()
  expect(await gateway.charge('o')).toBe('3: o')
  three[Symbol.dispose]()
  three.restore()
  expect([await gateway.charge('o'), await board.get(Gateway).charge('o')]).toStrictEqual(['1: o', '1: o'])
  one.restore()
  expect(await gateway.charge('o')).toBe('cash: o')
})

test('it needs no database and no ready(), and ends with the board', async () => {
  const board = createBoard({ plugins: [Bank], store: sqlite(':memory:'), keys: testKeys })
  const overriding = override(board, Gateway, { charge: vi.fn<Gateway['charge']>(async () => 'mocked'), quote: vi.fn<Gateway['quote']>() })
  expect(board.get(Gateway)).toBe(overriding.fake)
  expect(await board.use(Gateway).charge('o-1')).toBe('mocked')
  expect(await (await board.resolve(Gateway)).charge('o-2')).toBe('mocked')
  expect(overriding.fake.charge.mock.calls).toStrictEqual([['o-1'], ['o-2']])
  await board.close()
  expect(() => board.get(Gateway)).toThrow(expect.objectContaining({ code: 'board_closed' }))
  expect(() => override(board, Gateway, fake('late'))).toThrow(expect.objectContaining({ code: 'board_closed' }))
  overriding.restore()
})

test('[38] failover goes by what the fake throws; it is never ejected, and neither is anything behind it', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const ejected = vi.fn<() => void>()
  board.on('ejected', ejected)
  let thrown: unknown = new Unavailable('faked')
  const failing = async (): Promise<never> => {
    throw thrown
  }
  using _ = override(board, Gateway, { charge: failing, quote: failing })
  const gateway = board.use(Gateway)
  for (let n = 0; n < 12; n++) {
    const error = await gateway.charge('o').catch((each: unknown) => each)
    expect(error).toBeInstanceOf(AllInstancesFailedError)
    expect(error).toMatchObject({ attempts: [{ instanceName: 'stand-in', error: thrown }] })
  }
  thrown = new Rejected('no')
  await expect(gateway.quote('o')).rejects.toBe(thrown)
  thrown = new Error('bug')
  await expect(gateway.charge('o')).rejects.toBe(thrown)
  expect(ejected).not.toHaveBeenCalled()
})

test('edits go on behind a fake, and are served when it is gone', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const gateway = board.use(Gateway)
  {
    using _ = override(board, Gateway, fake('fake'))
    await board.admin.create({ type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'a-key' }, status: 'active' }, { actor })
    expect(await gateway.charge('o')).toBe('fake: o')
    expect(await board.get(Gateway).charge('o')).toBe('fake: o')
  }
  expect(await gateway.charge('o')).toBe('Main: o')
  expect(await board.get(Gateway).charge('o')).toBe('Main: o')
})

abstract class Regional extends PluginType<{ region: string }>('regional', { select: ({ candidates }) => candidates[0] ?? null }) {
  static readonly methods: Methods<Regional> = { list: 'repeatable' }
  abstract list(): AsyncIterable<string>
}
class Here extends Plugin(Regional, { key: 'here' }) {
  async *list(): AsyncIterable<string> {
    yield 'real'
  }
}

test('a type whose selector takes a context, and one that streams, are overridden the same', async () => {
  await using opened = await openBoard({ plugins: [Here] })
  const { board } = opened
  const handle = board.use(Regional, { context: { region: 'eu' } })
  const items = async (): Promise<readonly string[]> => {
    const found: string[] = []
    for await (const item of handle.list()) found.push(item)
    return found
  }
  expect(await items()).toStrictEqual(['real'])
  {
    using _ = override(board, Regional, {
      async *list() {
        yield 'fake'
      },
    })
    expect(await items()).toStrictEqual(['fake'])
  }
  expect(await items()).toStrictEqual(['real'])
})

test('a fake that lacks a method is refused, in plain JavaScript too', async () => {
  await using opened = await openBoard()
  const half = { charge: async () => 'x' } as unknown as Gateway
  expect(() => override(opened.board, Gateway, half)).toThrow("The fake for 'gateway' has no method 'quote'. Give it one.")
  expect(await opened.board.use(Gateway).charge('o')).toBe('cash: o')
})
