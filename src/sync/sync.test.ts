import { expect, test } from 'vitest'
import { z } from 'zod'
import { actor, Bank, Cash, Gateway } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'
import { Plugin, PluginType, type Methods } from '../index.ts'

test('[25] sync creates types, plugins and default instances, and gives the counts', async () => {
  await using opened = await openBoard({ sync: undefined as never })
  const { board } = opened
  expect(board.find(Gateway)).toBeUndefined()
  const report = await board.sync()
  expect(report).toStrictEqual({
    dryRun: false,
    changed: true,
    types: { created: ['gateway'], updated: [] },
    plugins: { created: ['gateway/bank', 'gateway/cash'], updated: [] },
    instances: { created: [{ type: 'gateway', plugin: 'cash', name: 'Cash', status: 'active' }] },
    changes: [],
    pruned: [],
    renamed: [],
    revived: [],
    missing: [],
    kept: [],
    held: [],
  })
  expect(await board.get(Gateway).charge('o')).toBe('cash: o')
  const { store } = board.internals
  const [types, plugins] = await store.read(async (reader) => [await reader.types(), await reader.plugins()])
  // [4] Descriptions stand in the database, absent ones are ''.
  expect(types).toMatchObject([{ key: 'gateway', label: 'Gateways', description: 'Charges customers.' }])
  expect(plugins.map((row) => [row.key, row.description, row.configurable, row.defaultPriority])).toStrictEqual([
    ['bank', 'A bank with an API key.', true, 10],
    ['cash', '', false, 50],
  ])
  expect(JSON.parse(plugins[0]?.schema ?? '')).toMatchObject({ properties: { apiKey: { writeOnly: true } } })
})

test('[25] a dry run tells the same and writes nothing', async () => {
  await using opened = await openBoard({ sync: undefined as never })
  const would = await opened.board.sync({ dryRun: true })
  expect(would).toMatchObject({ dryRun: true, changed: true })
  expect(await opened.board.admin.history()).toStrictEqual([])
  expect({ ...(await opened.board.sync()), dryRun: true }).toStrictEqual(would)
})

test('a default instance is active only where the type had none before, and is not made again after removal', async () => {
  class Cheque extends Plugin(Gateway, { key: 'cheque', label: 'Cheque', priority: -5 }) {
    async charge(): Promise<string> {
      return 'cheque'
    }
    async quote(): Promise<string> {
      return 'cheque'
    }
  }
  await using opened = await openBoard()
  const { board } = opened
  const next = await opened.another({ plugins: [Bank, Cash, Cheque] })
  expect(next.instances(Gateway).map((each) => [each.name, each.status])).toStrictEqual([
    ['Cash', 'active'],
    ['Cheque', 'disabled'],
  ])
  // A deploy moves no traffic by itself, though Cheque's priority is lower.
  expect(await next.get(Gateway).charge('o')).toBe('cash: o')
  for (const { id } of next.instances(Gateway)) await next.admin.remove(id, { actor })
  expect((await next.sync()).changed).toBe(false)
  expect(next.find(Gateway)).toBeUndefined()
  expect((await board.sync()).changed).toBe(false)
})

test('[27] what the code no longer has is told and left alone', async () => {
  await using opened = await openBoard()
  await opened.board.admin.create({ type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' } }, { actor })
  const without = await opened.another({ plugins: [Cash] })
  expect(await without.sync()).toMatchObject({ changed: false, missing: [{ type: 'gateway', plugin: 'bank', instances: 1 }] })
  expect(without.instances(Gateway)).toHaveLength(2)
})

test('a plugin that becomes configurable, and back, keeps its instances', async () => {
  class CashWithConfig extends Plugin(Gateway, { key: 'cash', config: z.object({ till: z.string() }) }) {
    async charge(): Promise<string> {
      return this.config.till
    }
    async quote(): Promise<string> {
      return this.config.till
    }
  }
  await using opened = await openBoard()
  const id = opened.board.instances(Gateway)[0]?.id ?? ''
  const next = await opened.another({ plugins: [CashWithConfig] })
  await next.sync({ mode: 'update' })
  expect((await next.explain(Gateway))[0]).toMatchObject({ id, reason: 'needs_config' })
  await next.admin.update(id, { config: { till: '7' } }, { actor })
  expect(await next.get(Gateway).charge('o')).toBe('7')
  const back = await opened.another({ plugins: [Cash] })
  expect((await back.sync({ mode: 'update' })).plugins.updated).toStrictEqual(['gateway/cash'])
  expect(await back.get(Gateway).charge('o')).toBe('cash: o')
  const again = await opened.another({ plugins: [CashWithConfig] })
  expect(await again.get(Gateway).charge('o')).toBe('7')
})

test('[27] prune is opt-in, refuses configured instances, can be tried first, and everything it removes can be restored', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(
    { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active' },
    { actor },
  )
  const cash = board.instances(Gateway).find((each) => each.plugin === 'cash')?.id ?? ''
  class Cheque extends Plugin(Gateway, { key: 'cheque' }) {
    async charge(): Promise<string> {
      return 'cheque'
    }
    async quote(): Promise<string> {
      return 'cheque'
    }
  }
  await board.close()
  const next = await opened.another({ plugins: [Cheque] })
  expect((await next.sync()).changed).toBe(false)
  const refused = await next.sync({ prune: true }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'prune_refused', held: [{ plugin: 'gateway/bank', instances: ['Main'] }] })
  const would = await next.sync({ prune: true, force: true, dryRun: true })
  expect(would).toMatchObject({
    changed: true,
    pruned: [
      { key: 'gateway/bank', instances: 1 },
      { key: 'gateway/cash', instances: 1 },
    ],
  })
  expect(next.instances(Gateway)).toHaveLength(3)
  await next.sync({ prune: true, force: true })
  expect(next.instances(Gateway).map((each) => each.plugin)).toStrictEqual(['cheque'])
  expect((await next.sync({ prune: true })).changed).toBe(false)
  // The old release starts again: the same rows are back, and what they sealed opens.
  const old = await opened.another({ sync: undefined as never })
  expect(old.find(Gateway)).toBeUndefined()
  expect((await old.sync()).revived).toStrictEqual(['gateway/bank', 'gateway/cash'])
  expect(old.instances(Gateway).map((each) => each.plugin)).toStrictEqual(['cheque'])
  expect(await old.admin.restore(id, { actor })).toMatchObject({ status: 'disabled', secrets: [{ path: 'apiKey', set: true }] })
  await old.admin.setStatus(id, 'active', { actor })
  expect(await old.get(Gateway).charge('o')).toBe('Main: o')
  // Restored before its code is back, it waits for it.
  await next.sync({ prune: true, force: true })
  await next.refresh()
  expect(await next.admin.restore(cash, { actor })).toMatchObject({ plugin: 'cash', state: { reason: 'code_missing' } })
})

test('prune takes a whole type whose code is gone, and it comes back', async () => {
  abstract class Other extends PluginType('other') {
    static readonly methods: Methods<Other> = { go: 'once' }
    abstract go(): Promise<string>
  }
  class Goer extends Plugin(Other, { key: 'goer' }) {
    async go(): Promise<string> {
      return 'gone'
    }
  }
  await using opened = await openBoard()
  const other = await opened.another({ plugins: [Goer] })
  const { board } = opened
  expect((await board.sync({ prune: true, force: true })).pruned).toStrictEqual([
    { key: 'other/goer', instances: 1 },
    { key: 'other', instances: 0 },
  ])
  await other.refresh()
  expect(other.find(Other)).toBeUndefined()
  expect((await other.sync()).revived).toStrictEqual(['other', 'other/goer'])
  expect((await board.sync()).changed).toBe(false)
})

test('[6] rename stores under the key what is stored under an alias, and nothing is lost', async () => {
  abstract class Payments extends PluginType('payments', { aliases: ['gateway'] }) {
    static readonly methods: Methods<Payments> = { charge: 'once' }
    abstract charge(order: string): Promise<string>
  }
  class Renamed extends Plugin(Payments, {
    key: 'bank-v2',
    aliases: ['bank'],
    config: z.object({ apiKey: z.string() }),
    secrets: { apiKey: {} },
  }) {
    async charge(): Promise<string> {
      return `${this.instance.name} ${this.config.apiKey}`
    }
  }
  await using opened = await openBoard()
  await opened.board.admin.create(
    { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active' },
    { actor },
  )
  const next = await opened.another({ plugins: [Renamed] })
  expect((await next.sync({ rename: true, force: true, dryRun: true })).renamed).toStrictEqual([
    { from: 'gateway', to: 'payments' },
    { from: 'bank', to: 'bank-v2' },
  ])
  await next.sync({ rename: true, force: true })
  expect((await next.sync({ rename: true })).changed).toBe(false)
  expect(await next.get(Payments).charge('')).toBe('Main the-key')
  const rows = await next.internals.store.read((reader) => reader.types())
  expect(rows.map((row) => row.key)).toStrictEqual(['payments'])
  // The release before, which does not know the new key, no longer finds its type; that is why rename waits for its end.
  await opened.board.refresh()
  expect(opened.board.find(Gateway)).toBeUndefined()
})
