import { expect, test } from 'vitest'
import { z } from 'zod'
import { createBoard, generateKey, Plugin, PluginType, type Board, type Methods } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { openBoard, TempFolder, testKeys } from '../support/open-board.ts'

const bank = (board: Board, name: string, over: object = {}) =>
  board.admin.create(
    { type: Gateway, plugin: 'bank', name, config: { apiKey: `key-${name}` }, status: 'active', ...over },
    { actor, force: true },
  )

test('what is created while another application prunes its plugin is served, or refused: it is not lost in silence', async () => {
  await using opened = await openBoard({ refreshEvery: 60_000 })
  const { board } = opened
  class Cheque extends Plugin(Gateway, { key: 'cheque' }) {
    async charge(): Promise<string> {
      return 'cheque'
    }
    async quote(): Promise<string> {
      return 'cheque'
    }
  }
  const other = await opened.another({ plugins: [Cheque] })
  await other.sync({ prune: true, force: true })
  const made = await bank(board, 'late').then(
    ({ id }) => id,
    (error: { code: string }) => error.code,
  )
  const ids = board.instances(Gateway).map((each) => each.id)
  const state = made === 'conflict' ? 'refused' : ids.includes(made) && board.find(Gateway) !== undefined ? 'served' : 'lost'
  expect(state).not.toBe('lost')
})

test('an instance removed with its plugin can be restored after another row was renamed to the key of that plugin', async () => {
  using folder = new TempFolder()
  const config = z.object({ note: z.string() })
  abstract class Type extends PluginType('type') {
    static readonly methods: Methods<Type> = { go: 'once' }
    abstract go(): Promise<void>
  }
  class Old extends Plugin(Type, { key: 'old', config }) {
    async go(): Promise<void> {}
  }
  class New extends Plugin(Type, { key: 'new', config }) {
    async go(): Promise<void> {}
  }
  class Renamed extends Plugin(Type, { key: 'new', aliases: ['old'], config }) {
    async go(): Promise<void> {}
  }
  const release = async (plugin: typeof Old | typeof New | typeof Renamed): Promise<Board> => {
    const board = createBoard({ plugins: [plugin], store: sqlite(folder.file), keys: testKeys, migrate: 'on-start', sync: 'on-start' })
    await board.ready()
    return board
  }
  const create = (board: Board, plugin: string, name: string) =>
    board.admin.create({ type: Type, plugin, name, config: { note: name }, status: 'active' }, { actor })
  {
    await using board = await release(Old)
    await create(board, 'old', 'first')
  }
  let id = ''
  {
    await using board = await release(New)
    id = (await create(board, 'new', 'second')).id
  }
  {
    // The release is taken back, and what it left is pruned.
    await using board = await release(Old)
    await board.sync({ prune: true, force: true })
  }
  await using board = await release(Renamed)
  await board.sync({ rename: true })
  await expect(board.admin.restore(id, { actor })).resolves.toMatchObject({ name: 'second', status: 'disabled' })
})

test('a field that takes any object or null is stored and shown as it was typed', async () => {
  abstract class Type extends PluginType('type') {
    static readonly methods: Methods<Type> = { go: 'once' }
    abstract go(): Promise<void>
  }
  class Any extends Plugin(Type, {
    key: 'any',
    config: {
      schema: z.object({
        meta: z.record(z.string(), z.unknown()).nullable().optional(),
        list: z.array(z.unknown()).nullable().optional(),
        pair: z.array(z.unknown()).optional(),
      }),
      jsonSchema: {
        type: 'object',
        properties: {
          meta: { type: ['object', 'null'] },
          list: { type: ['array', 'null'] },
          pair: { type: 'array', prefixItems: [{ type: 'string' }] },
        },
      },
    },
  }) {
    async go(): Promise<void> {}
  }
  await using opened = await openBoard({ plugins: [Any] })
  const config = { meta: { a: { b: 1 } }, list: [{ c: 2 }], pair: ['x', { d: 3 }] }
  const made = await opened.board.admin.create({ type: Type, plugin: 'any', name: 'one', config }, { actor })
  expect(made.config).toEqual(config)
})

test('maps keep every key that was typed, or refuse it: none is lost in silence', async () => {
  abstract class Type extends PluginType('type') {
    static readonly methods: Methods<Type> = { go: 'once' }
    abstract go(): Promise<void>
  }
  class Map extends Plugin(Type, { key: 'map', config: z.object({ map: z.record(z.string(), z.string()), any: z.looseObject({}) }) }) {
    async go(): Promise<void> {}
  }
  await using opened = await openBoard({ plugins: [Map] })
  for (const key of ['__proto__', 'constructor', 'toString', 'a.b', 'a/b', '~', '', ' ']) {
    const config: unknown = JSON.parse(`{"map":{${JSON.stringify(key)}:"x"},"any":{${JSON.stringify(key)}:{"y":1}}}`)
    const made = await opened.board.admin
      .create({ type: Type, plugin: 'map', name: `one ${JSON.stringify(key)}`, config }, { actor })
      .catch((error: { code: string }) => error.code)
    if (made === 'config_invalid') continue
    expect(JSON.stringify((made as { config: unknown }).config), key).toBe(JSON.stringify(config))
  }
})

test('a kept secret never goes to another address by any row of saves, clears, rollbacks, removals and restores', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  const { admin } = board
  const { id } = await bank(board, 'one', { config: { apiKey: 'first-secret', baseUrl: 'https://good.example' } })
  const evil = 'https://evil.example'
  const tries: readonly (() => Promise<unknown>)[] = [
    () => admin.update(id, { config: { baseUrl: evil } }, { actor, force: true }),
    () => admin.update(id, { config: { apiKey: '', baseUrl: evil } }, { actor, force: true }),
    () => admin.testDraft({ instance: id, config: { baseUrl: evil } }, { actor }),
    () => admin.update(id, { config: { baseUrl: evil }, clearSecrets: ['apiKey'] }, { actor, force: true }),
    () => admin.update(id, { config: { baseUrl: evil } }, { actor, force: true, replaceConfig: true }),
    () => admin.update(id, { config: { apiKey: 'typed', baseUrl: evil } }, { actor, force: true }),
  ]
  const secretsAt = new Set<string>()
  for (const attempt of tries) {
    await attempt().catch(() => {})
    for (const entry of await admin.history({ instance: id })) {
      await admin.rollback(id, entry.id, { actor, force: true }).catch(() => {})
      const object = (await board.getById(Gateway, id)) as Bank
      const { baseUrl } = (await admin.get(id)).config as { baseUrl: string }
      secretsAt.add(`${object.key} ${baseUrl}`)
    }
    await admin.remove(id, { actor })
    await admin.restore(id, { actor })
    await admin.setStatus(id, 'active', { actor })
  }
  expect([...secretsAt].toSorted()).toEqual(['first-secret https://good.example', 'typed https://evil.example'])
})

test('rotation beside saves, removals, rollbacks and purges loses no config, and afterwards the new key alone opens everything', async () => {
  using folder = new TempFolder()
  const k1 = generateKey('k1')
  const k2 = generateKey('k2')
  const open = async (keys: string): Promise<Board> => {
    const board = createBoard({ plugins: [Bank, Cash], store: sqlite(folder.file), keys, migrate: 'on-start', sync: 'on-start' })
    await board.ready()
    return board
  }
  const ids: string[] = []
  {
    await using first = await open(k1)
    for (let n = 0; n < 12; n++) ids.push((await bank(first, `b${n}`, { config: { apiKey: `secret-${n}`, note: '0' } })).id)
  }
  const wanted = new Map<string, string>()
  {
    await using a = await open(`${k2},${k1}`)
    await using b = await open(`${k2},${k1}`)
    const work = ids.map(async (id, n) => {
      for (let round = 0; round < 3; round++) {
        const board = n % 2 === 0 ? a : b
        const { config } = await board.admin.update(id, { config: { note: `${n}.${round}` } }, { actor, force: true })
        wanted.set(id, (config as { note: string }).note)
        if (n % 3 === 0) {
          await board.admin.remove(id, { actor })
          await board.admin.restore(id, { actor })
        }
        if (n % 4 === 1) {
          const [last] = await board.admin.history({ instance: id })
          await board.admin.rollback(id, last?.id ?? '', { actor, force: true })
        }
      }
    })
    const rotate = async (board: Board): Promise<void> => {
      await board.admin.rotateKeys({ batch: 3 }, { actor })
    }
    const purge = async (): Promise<void> => {
      for (let n = 0; n < 4; n++) await a.admin.purgeHistory({ olderThan: Date.now(), keepLast: 1 }, { actor })
    }
    await Promise.all([...work, rotate(a), rotate(b), purge()])
    const { failed } = await a.admin.rotateKeys({}, { actor })
    expect(failed).toBe(0)
  }
  await using last = await open(k2)
  for (const [n, id] of ids.entries()) {
    const object = (await last.getById(Gateway, id, { allowDisabled: true })) as Bank
    expect([object.key, object.note]).toEqual([`secret-${n}`, wanted.get(id)])
  }
})

test('an onStart may load another instance of the board while the board starts', async () => {
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
      const { board } = own
      if (board === undefined) return
      const cash = [...board.internals.runtime.index.instances()].find((each) => each.pluginKey === 'cash')
      await board.getById(Gateway, cash?.row.id ?? '')
      await board.explain(Gateway)
    }
  }
  await using opened = await openBoard({ plugins: [Cash, Facade] })
  await using starting = createBoard({ plugins: [Cash, Facade], store: opened.database.factory, buildDeadline: 1_000 })
  own.board = starting
  await starting.ready()
  expect(starting.find(Front)).toBeDefined()
})
