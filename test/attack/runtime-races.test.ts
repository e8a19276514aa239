import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createBoard, Plugin, PluginType, type Board, type Methods } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { actor, Bank, Cash, Gateway, log } from '../support/gateways.ts'
import { openBoard, until } from '../support/open-board.ts'

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

abstract class Sms extends PluginType('sms') {
  static readonly methods: Methods<Sms> = { send: 'once' }
  abstract send(text: string): Promise<string>
}
class Tower extends Plugin(Sms, { key: 'tower', config: z.object({ site: z.string() }) }) {
  static start: (site: string) => void | Promise<void> = () => {}
  static readonly made: string[] = []
  static readonly disposed: string[] = []
  readonly site: string = this.config.site
  aborted(): boolean {
    return this.signal.aborted
  }
  async send(text: string): Promise<string> {
    return `${this.site}: ${text}`
  }
  onStart(): void | Promise<void> {
    Tower.made.push(this.site)
    return Tower.start(this.site)
  }
  async onDispose(): Promise<void> {
    Tower.disposed.push(this.site)
  }
}
function resetTower(): void {
  Tower.start = () => {}
  Tower.made.length = 0
  Tower.disposed.length = 0
}
const tower = (board: Board, site: string, over: object = {}) =>
  board.admin.create({ type: Sms, plugin: 'tower', name: site, config: { site }, status: 'active', ...over }, { actor, force: true })

test('a build that hangs in one type does not hold up changes of other types by other processes', async () => {
  resetTower()
  await using opened = await openBoard({ plugins: [Bank, Tower], buildDeadline: 12_000 })
  const { board } = opened
  const other = await opened.another()
  const { id } = await bank(board, 'one')
  await until(() => other.find(Gateway) !== undefined)
  Tower.start = () => new Promise(() => {})
  // Saved without waiting: this process builds it as well.
  void tower(board, 'hung').catch(() => {})
  await sleep(400)
  void board.admin.update(id, { name: 'renamed' }, { actor }).catch(() => {})
  // Long before the hung build is given up.
  await until(() => other.instances(Gateway)[0]?.name === 'renamed', 9_000)
})

test('an object that get() still gives is not disposed because another type has finished settling', async () => {
  resetTower()
  await using opened = await openBoard({ plugins: [Bank, Tower], refreshEvery: 60_000, disposeAfter: 0 })
  const { board } = opened
  await bank(board, 'bank')
  const { id: first } = await tower(board, 'first', { priority: 1 })
  await tower(board, 'second', { priority: 2 })
  await board.use(Sms).send('x')
  const slowBank = gate()
  const slowTower = gate()
  Bank.act = async (_, call) => {
    if (call === 'onStart') await slowBank.passed
  }
  Tower.start = (site) => (site === 'second' ? slowTower.passed : undefined)
  const [account] = board.instances(Gateway)
  const edited = board.admin.update(account?.id ?? '', { config: { apiKey: 'key-bank', note: 'new' } }, { actor, force: true })
  await sleep(50)
  const switched = board.admin.setStatus(first, 'disabled', { actor })
  // Its rows are read, and its next object is being built.
  await until(() => board.instances(Sms).some((each) => each.status === 'disabled'))
  await sleep(20)
  slowBank.open()
  await edited
  const given = board.find(Sms) as Tower | undefined
  const state = given === undefined ? 'none' : Tower.disposed.includes(given.site) ? `disposed ${given.site}` : given.site
  slowTower.open()
  await switched
  expect(state).not.toContain('disposed')
})

test('what is built while the board closes is disposed before close() ends', async () => {
  resetTower()
  await using opened = await openBoard({ plugins: [Tower], refreshEvery: 60_000, closeDeadline: 300 })
  const { board } = opened
  await tower(board, 'held', { priority: 1 })
  const { id } = await tower(board, 'spare', { priority: 2 })
  const slow = gate()
  let hasBegun = false
  Tower.start = () => {
    hasBegun = true
    return slow.passed
  }
  const lease = await board.lease(Sms)
  const loading = board.getById(Sms, id).catch(() => {})
  await until(() => hasBegun)
  Tower.made.length = 0
  Tower.disposed.length = 0
  const closing = board.close()
  await sleep(20)
  slow.open()
  await loading
  lease.release()
  await closing
  expect(Tower.disposed.toSorted()).toEqual(['held', 'spare', ...Tower.made].toSorted())
})

test('an instance kept from before close() can not be loaded afterwards, and the error says that the board is closed', async () => {
  resetTower()
  await using opened = await openBoard({ plugins: [Tower], closeDeadline: 0 })
  const { board } = opened
  await tower(board, 'one')
  const [info] = board.instances(Sms)
  await board.close()
  await expect(info?.load()).rejects.toMatchObject({ code: 'board_closed' })
})

test('the object of a disabled instance that was loaded is disposed when the instance is removed', async () => {
  resetTower()
  await using opened = await openBoard({ plugins: [Tower], disposeAfter: 0 })
  const { board } = opened
  const { id } = await tower(board, 'off', { status: 'disabled' })
  await board.getById(Sms, id, { allowDisabled: true })
  Tower.disposed.length = 0
  await board.admin.remove(id, { actor })
  await until(() => Tower.disposed.length === 1, 1_000)
})

test('an object whose onStart throws at once, not as a promise, is disposed', async () => {
  resetTower()
  await using opened = await openBoard({ plugins: [Tower] })
  Tower.start = () => {
    throw new Error('at once')
  }
  await tower(opened.board, 'at once')
  await until(() => Tower.disposed.includes('at once'), 1_000)
})

test('an object whose onStart rejects after its deadline is disposed', async () => {
  resetTower()
  await using opened = await openBoard({ plugins: [Tower], buildDeadline: 50 })
  Tower.start = async () => {
    await sleep(150)
    throw new Error('late')
  }
  await tower(opened.board, 'late')
  await until(() => Tower.disposed.includes('late'), 1_000)
})

test('an object whose onStart never ends is disposed once its deadline has passed', async () => {
  resetTower()
  await using opened = await openBoard({ plugins: [Tower], buildDeadline: 50 })
  Tower.start = () => new Promise(() => {})
  await tower(opened.board, 'hung')
  await until(() => Tower.disposed.includes('hung'), 1_000)
})

test('onStart may call another type of the same board while the board starts', async () => {
  const own: { board?: Board } = {}
  abstract class Front extends PluginType('front') {
    static readonly methods: Methods<Front> = { go: 'repeatable' }
    abstract go(): Promise<string>
  }
  class Facade extends Plugin(Front, { key: 'facade' }) {
    async go(): Promise<string> {
      return 'gone'
    }
    async onStart(): Promise<void> {
      await own.board?.use(Gateway).quote('warm up')
    }
  }
  await using opened = await openBoard({ plugins: [Cash, Facade] })
  await using starting = createBoard({ plugins: [Cash, Facade], store: opened.database.factory, buildDeadline: 1_000 })
  own.board = starting
  await starting.ready()
  expect(starting.find(Front)).toBeDefined()
})

test.each(['disposeAfter', 'refreshEvery', 'buildDeadline', 'closeDeadline'] as const)(
  'a %s of more milliseconds than a timer can count (2^31 - 1) is refused, since the timer would strike at once',
  (name) => {
    expect(() => createBoard({ plugins: [Cash], store: sqlite(':memory:'), [name]: 30 * 24 * 3_600_000 })).toThrow(name)
  },
)

test('a lent object lives as long as disposeAfter says, the longest that is allowed too', async () => {
  await using opened = await openBoard({ plugins: [Bank], disposeAfter: 2 ** 31 - 1 })
  const { board } = opened
  const { id } = await bank(board, 'one')
  expect(board.get(Gateway)).toBeDefined()
  log.length = 0
  await board.admin.update(id, { config: { apiKey: 'key-one', note: 'new' } }, { actor, force: true })
  await sleep(50)
  expect(log).toEqual([])
})

test('a save whose asynchronous validation never ends is refused after a deadline', async () => {
  abstract class Slow extends PluginType('slow') {
    static readonly methods: Methods<Slow> = { go: 'once' }
    abstract go(): Promise<void>
  }
  class Slowest extends Plugin(Slow, {
    key: 'slowest',
    config: z.object({ url: z.string().refine(() => new Promise<boolean>(() => {})) }),
  }) {
    async go(): Promise<void> {}
  }
  await using opened = await openBoard({ plugins: [Slowest], buildDeadline: 50 })
  const saved = opened.board.admin.create({ type: Slow, plugin: 'slowest', name: 'one', config: { url: 'x' } }, { actor }).then(
    () => 'saved',
    () => 'refused',
  )
  expect(await Promise.race([saved, sleep(2_000).then(() => 'hangs')])).toBe('refused')
})

test('a validation that failed because something it asks was away for a moment is tried again', async () => {
  let away = true
  abstract class Slow extends PluginType('slow') {
    static readonly methods: Methods<Slow> = { go: 'repeatable' }
    abstract go(): Promise<string>
  }
  class Asking extends Plugin(Slow, {
    key: 'asking',
    config: z.object({
      url: z.string().refine(async () => !away),
    }),
  }) {
    async go(): Promise<string> {
      return 'went'
    }
  }
  await using opened = await openBoard({ plugins: [Asking] })
  away = false
  await opened.board.admin.create({ type: Slow, plugin: 'asking', name: 'one', config: { url: 'x' }, status: 'active' }, { actor })
  away = true
  const other = await opened.another()
  expect(other.find(Slow)).toBeUndefined()
  away = false
  await until(() => other.find(Slow) !== undefined, 4_000)
})
