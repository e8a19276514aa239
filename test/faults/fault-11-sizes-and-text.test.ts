import { expect } from 'vitest'
import { Plugin, PluginType, type Methods, type PluginClass } from '../../src/index.ts'
import { describeEachDatabase } from '../support/databases.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { openBoard } from '../support/open-board.ts'

const kept = [
  'درگاه پرداخت زرین‌پال',
  'שלום \u200f(rtl)\u200e',
  '👩‍👩‍👧‍👦 😀',
  '"double" \'single\' `back` \\ % _',
  "'); drop table x; --",
  'x'.repeat(255),
  'é',
  'e\u0301',
  '{"a":1}',
  'null',
]
const refused = ['', '  ', 'a\0b', 'line\nbreak', 'tab\tx', '\ud800', 'x'.repeat(256)]

describeEachDatabase((kind, test) => {
  test('fault 11: names of every kind are stored and shown as given, or refused with a clear error and nothing written', async () => {
    await using opened = await openBoard({}, kind)
    const { board } = opened
    const create = (name: string) =>
      board.admin.create({ type: Gateway, plugin: 'bank', name, config: { apiKey: `key ${name}`, note: name } }, { actor, force: true })
    for (const name of kept) {
      const { id } = await create(name)
      expect(await board.admin.get(id)).toMatchObject({ name, config: { note: name } })
    }
    const { revision } = await board.internals.store.head()
    for (const name of refused)
      await expect(create(name), JSON.stringify(name)).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('/name'),
      })
    expect((await board.internals.store.head()).revision).toBe(revision)
    const other = await opened.another()
    const shown = new Set(other.instances(Gateway).map(({ name }) => name))
    expect([...kept].every((name) => shown.has(name))).toBe(true)
    const history = new Set((await other.admin.history({ limit: 500 })).map(({ instance }) => instance?.name))
    expect([...kept].every((name) => history.has(name))).toBe(true)
  })

  test('fault 11: a config of a megabyte, NUL and all, comes back as it was typed, from another process, the history and a rollback', async () => {
    await using opened = await openBoard({}, kind)
    const note = `${'سلام 😀 \0 "'.repeat(90_000)}end`
    expect(Buffer.byteLength(note)).toBeGreaterThan(1_000_000)
    const { id } = await opened.board.admin.create(
      { type: Gateway, plugin: 'bank', name: 'Big', config: { apiKey: 'key-0', note }, status: 'active', priority: 1 },
      { actor },
    )
    const other = await opened.another()
    expect((other.get(Gateway) as Bank).note === note).toBe(true)
    const [entry] = await opened.board.admin.history({ instance: id })
    await opened.board.admin.update(id, { config: { note: 'small' } }, { actor })
    await opened.board.admin.rollback(id, entry?.id ?? '', { actor })
    expect(((await opened.board.admin.get(id)).config as { note: string }).note === note).toBe(true)
  })

  test('fault 11: a thousand types, and a hundred thousand instances of one of them, start, list, select and change as few do', async () => {
    const plugins = Array.from({ length: 1_000 }, (_, n): PluginClass => {
      abstract class Many extends PluginType(`type-${n}`) {
        static readonly methods: Methods<Many> = { go: 'once' }
        abstract go(): Promise<string>
      }
      class One extends Plugin(Many, { key: 'one', label: `One of ${n}` }) {
        async go(): Promise<string> {
          return this.instance.name
        }
      }
      return One
    })
    await using opened = await openBoard({ plugins: [Bank, Cash, ...plugins] }, kind)
    const { store } = opened.board.internals
    const cash = (await store.read((reader) => reader.plugins())).find(({ key }) => key === 'cash')
    const same = {
      typeId: cash?.typeId ?? '',
      pluginId: cash?.id ?? '',
      status: 'disabled',
      priority: 5,
      weight: 1,
      tags: [],
      config: null,
      keyId: null,
      configVersion: 0,
      managedBy: null,
    } as const
    for (let at = 0; at < 100_000; at += 10_000) {
      const rows = Array.from({ length: 10_000 }, (_, n) => ({ ...same, id: store.newId(), name: `n${at + n}` }))
      await store.write((writer) => writer.insertInstances(rows))
    }
    const board = await opened.another({ refreshEvery: 60_000 })
    expect(board.instances(Gateway)).toHaveLength(100_001)
    expect(await board.get(Gateway).charge('o')).toBe('cash: o')
    expect(board.getByKey('type-999')).toBeDefined()
    const last = board.instances(Gateway).at(-1)
    await board.admin.update(last?.id ?? '', { priority: 1, name: 'First now' }, { actor })
    await board.admin.setStatus(last?.id ?? '', 'active', { actor })
    expect(board.instances(Gateway)[0]?.name).toBe('First now')
    expect((await board.sync()).changed).toBe(false)
    expect((await board.status()).unloadable).toEqual([])
  }, 180_000)
})
