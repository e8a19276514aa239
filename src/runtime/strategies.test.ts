import { expect, test } from 'vitest'
import { z } from 'zod'
import { actor } from '../../test/support/gateways.ts'
import { openBoard, TempFolder, testKeys } from '../../test/support/open-board.ts'
import { createBoard, Plugin, PluginType, SelectionNeedsContextError, type Board, type Methods, type StrategyName } from '../index.ts'
import { sqlite } from '../sqlite.ts'

interface Caller {
  readonly user: string
  readonly region?: string
}
/** Lets operators choose among everything. */
abstract class Sms extends PluginType('sms', {
  strategies: ['priority', 'weighted', 'round-robin', { name: 'sticky', key: (context: Caller) => context.user }],
}) {
  static readonly methods: Methods<Sms> = { send: 'repeatable' }
  abstract send(text: string): Promise<string>
}
const broken = new Set<string>()
class Modem extends Plugin(Sms, { key: 'modem', config: z.object({ n: z.number().default(0) }) }) {
  onStart(): void {
    if (broken.has(this.instance.name)) throw new Error('no signal')
  }
  async send(text: string): Promise<string> {
    return `${this.instance.name}${text}`
  }
}
const modem = (board: Board, name: string, over: object = {}) =>
  board.admin.create({ type: Sms, plugin: 'modem', name, config: {}, status: 'active', ...over }, { actor, force: true })

test('[39] operators choose a strategy among those that the type allows; every process follows; the history says who', async () => {
  await using opened = await openBoard({ plugins: [Modem] })
  const { board } = opened
  for (const name of ['A', 'B', 'C']) await modem(board, name)
  const other = await opened.another()
  expect(await board.admin.strategy(Sms)).toMatchObject({ strategy: 'priority', stored: null, note: null })
  const { orderRevision } = await board.admin.strategy(Sms)
  const set = await board.admin.setStrategy(Sms, 'round-robin', { actor, orderRevision })
  expect(set).toMatchObject({ strategy: 'round-robin', stored: 'round-robin', allowed: ['priority', 'weighted', 'round-robin', 'sticky'] })
  await expect(board.admin.setStrategy(Sms, 'weighted', { actor, orderRevision })).rejects.toMatchObject({ code: 'stale_write' })
  await expect(board.admin.setStrategy(Sms, 'fastest' as StrategyName, { actor })).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(board.admin.setStrategy(Sms, 'weighted', {} as never)).rejects.toMatchObject({ code: 'actor_required' })
  await other.refresh()
  for (const each of [board, other]) {
    const sms = each.use(Sms, { context: { user: 'u' } })
    const round = [await sms.send(''), await sms.send(''), await sms.send('')]
    expect(round.toSorted()).toStrictEqual(['A', 'B', 'C'])
    expect([await sms.send(''), await sms.send(''), await sms.send('')]).toStrictEqual(round)
  }
  const revision = board.internals.runtime.revision
  await board.admin.setStrategy(Sms, 'round-robin', { actor })
  expect(board.internals.runtime.revision).toBe(revision)
  expect(await board.admin.setStrategy(Sms, null, { actor })).toMatchObject({ strategy: 'priority', stored: null })
  const strategyChanges = (await board.admin.history({ type: Sms })).filter((each) => each.action === 'strategy')
  expect(strategyChanges.map((each) => [each.actor.name, each.before, each.after])).toStrictEqual([
    ['Ada', { strategy: 'round-robin' }, { strategy: null }],
    ['Ada', { strategy: null }, { strategy: 'round-robin' }],
  ])
})

test('a stored strategy that this code does not allow is ignored, and said', async () => {
  using folder = new TempFolder()
  const open = { store: sqlite(folder.file), keys: testKeys, migrate: 'on-start', sync: 'on-start' } as const
  await using board = createBoard({ plugins: [Modem], ...open })
  await board.ready()
  await modem(board, 'A')
  await board.admin.setStrategy(Sms, 'weighted', { actor })
  abstract class Older extends PluginType('sms') {
    static readonly methods: Methods<Older> = { send: 'repeatable' }
    abstract send(text: string): Promise<string>
  }
  class OldModem extends Plugin(Older, { key: 'modem' }) {
    async send(): Promise<string> {
      return 'old'
    }
  }
  await using older = createBoard({ plugins: [OldModem], ...open })
  await older.ready()
  expect(await older.get(Older).send('')).toBe('old')
  const told = await older.admin.strategy(Older)
  expect(told).toMatchObject({ strategy: 'priority', stored: 'weighted' })
  expect(told.note).toBe("The strategy 'weighted' is stored, but this code allows priority; it selects by priority.")
  expect((await older.status()).strategies).toStrictEqual([{ type: 'sms', strategy: 'priority', stored: 'weighted', note: told.note }])
})

test('[39] get() serves weighted and round-robin from what is built ahead, and asks for a context where the strategy is sticky', async () => {
  await using opened = await openBoard({ plugins: [Modem] })
  const { board } = opened
  for (const [index, name] of ['A', 'B', 'C'].entries()) await modem(board, name, { weight: index })
  // An operator's choice decides, whatever the types say: `get` asks for a context at run time.
  const get = (): Promise<string> => (board.getByKey('sms') as Sms).send('')
  await board.admin.setStrategy(Sms, 'round-robin', { actor })
  expect([await get(), await get(), await get()].toSorted()).toStrictEqual(['A', 'B', 'C'])
  await board.admin.setStrategy(Sms, 'weighted', { actor })
  const drawn = new Map<string, number>()
  for (let n = 0; n < 600; n++) {
    const name = await get()
    drawn.set(name, (drawn.get(name) ?? 0) + 1)
  }
  expect([...drawn.keys()].toSorted()).toStrictEqual(['B', 'C'])
  // Six standard deviations.
  expect(Math.abs((drawn.get('C') ?? 0) - 400)).toBeLessThan(6 * Math.sqrt(600 * (1 / 3) * (2 / 3)))
  await board.admin.setStrategy(Sms, 'sticky', { actor })
  expect(() => board.getByKey('sms')).toThrow(SelectionNeedsContextError)
  const sticky = board.use(Sms, { context: () => ({ user: 'ada' }) })
  const first = await sticky.send('')
  for (let n = 0; n < 5; n++) expect(await sticky.send('')).toBe(first)
  await expect(board.use(Sms, { context: { user: 5 as never } }).send('')).rejects.toMatchObject({ code: 'misuse' })
})

test('get() builds 32 candidates ahead and no more, and passes over those that can not be built', async () => {
  await using opened = await openBoard({ plugins: [Modem] })
  const { board } = opened
  for (const name of ['x0', 'x1']) broken.add(name)
  await board.admin.setStrategy(Sms, 'round-robin', { actor })
  for (let n = 0; n < 36; n++) await modem(board, `x${n}`, { priority: n })
  broken.add('x2')
  const late = await opened.another()
  const names = new Set<string>()
  for (let n = 0; n < 64; n++) names.add(await (late.getByKey('sms') as Sms).send(''))
  broken.clear()
  expect([...names].toSorted()).toStrictEqual(Array.from({ length: 32 }, (_, n) => `x${n + 3}`).toSorted())
})
