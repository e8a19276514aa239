import { expect, test } from 'vitest'
import { z } from 'zod'
import { actor, Bank, Gateway } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'
import { Plugin, PluginType, type Board, type Methods } from '../index.ts'

/** The other application's. */
abstract class Mailer extends PluginType('mailer') {
  static readonly methods: Methods<Mailer> = { send: 'once' }
  abstract send(): Promise<string>
}
class Log extends Plugin(Mailer, { key: 'log', label: 'Log' }) {
  async send(): Promise<string> {
    return this.instance.name
  }
}
class Smtp extends Plugin(Mailer, { key: 'smtp', config: z.object({ host: z.string() }) }) {
  async send(): Promise<string> {
    return this.config.host
  }
}
const main = { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active', priority: 1 } as const
const keysOf = (board: Board) =>
  board.internals.store.read(async (reader) => [
    ...(await reader.types()).map((row) => row.key),
    ...(await reader.plugins()).map((row) => row.key),
  ])

test("[27][31] two applications on one database: each leaves the other's rows alone, and neither prunes what the other is running on", async () => {
  await using opened = await openBoard()
  const shop = opened.board
  const office = await opened.another({ plugins: [Log, Smtp] })
  expect((await shop.sync()).missing).toStrictEqual([{ type: 'mailer', instances: 1 }])
  expect((await office.sync()).missing).toStrictEqual([{ type: 'gateway', instances: 1 }])
  // Neither serves, nor is troubled by, the other's.
  expect([await shop.get(Gateway).charge('o'), await office.get(Mailer).send()]).toStrictEqual(['cash: o', 'Log'])
  expect((await shop.status()).unloadable).toStrictEqual([])

  const before = await keysOf(shop)
  const { revision } = await shop.internals.store.head()
  for (const dryRun of [true, false]) {
    const report = await shop.sync({ prune: true, dryRun })
    expect(report).toMatchObject({ changed: false, pruned: [], held: [] })
    expect(report.kept.map(({ asked, key, usedBy }) => [asked, key, usedBy.map(({ pid }) => pid)])).toStrictEqual([
      ['prune', 'mailer/log', [process.pid]],
      ['prune', 'mailer/smtp', [process.pid]],
      ['prune', 'mailer', [process.pid]],
    ])
  }
  expect([await keysOf(shop), (await shop.internals.store.head()).revision]).toStrictEqual([before, revision])

  // One that does not run just now: its configured instances hold it, and nothing of it is removed in silence.
  await office.admin.create({ type: Mailer, plugin: 'smtp', name: 'Post', config: { host: 'mail.example' }, status: 'active' }, { actor })
  await office.close()
  await expect(shop.sync({ prune: true })).rejects.toMatchObject({
    code: 'prune_refused',
    held: [{ plugin: 'mailer/smtp', instances: ['Post'] }],
  })
  expect(await shop.sync({ prune: true, dryRun: true })).toMatchObject({
    pruned: [{ key: 'mailer/log', instances: 1 }, { key: 'mailer/smtp' }, { key: 'mailer' }],
    held: [{ plugin: 'mailer/smtp', instances: ['Post'] }],
  })
  expect(await keysOf(shop)).toStrictEqual(before)
})

test("[27] an application prunes what it no longer has beside another's rows, which stay", async () => {
  await using opened = await openBoard()
  const office = await opened.another({ plugins: [Log] })
  await opened.board.close()
  const next = await opened.another({ plugins: [Bank] })
  const report = await next.sync({ prune: true })
  expect([report.pruned, report.kept.map(({ key }) => key)]).toStrictEqual([
    [{ key: 'gateway/cash', instances: 1 }],
    ['mailer/log', 'mailer'],
  ])
  await office.refresh()
  expect(await office.get(Mailer).send()).toBe('Log')
})

test('[27] force prunes what a living process needs, and it comes back with a sync there', async () => {
  await using opened = await openBoard()
  const office = await opened.another({ plugins: [Log] })
  const gone = office.instances(Mailer)[0]?.id ?? ''
  expect(await opened.board.sync({ prune: true, force: true })).toMatchObject({ changed: true, kept: [], held: [] })
  await office.refresh()
  expect(office.find(Mailer)).toBeUndefined()
  expect((await office.sync()).revived).toStrictEqual(['mailer', 'mailer/log'])
  await office.admin.restore(gone, { actor })
  await office.admin.setStatus(gone, 'active', { actor })
  expect(await office.get(Mailer).send()).toBe('Log')
})

test('a process that was not seen for 90 seconds, or that does not say what it has, keeps nothing from being pruned', async () => {
  await using opened = await openBoard()
  const office = await opened.another({ plugins: [Log] })
  await office.close()
  const { store } = opened.board.internals
  const row = { host: 'elsewhere', pid: 7, release: '1.0.0', keyIds: [], revision: 0, startedAt: 0, configVersions: null }
  await store.heartbeat({ ...row, id: 'a', seenAt: Date.now() - 91_000, registered: { mailer: null } }, 1e12)
  await store.heartbeat({ ...row, id: 'b', seenAt: Date.now(), registered: null }, 1e12)
  expect((await opened.board.sync({ prune: true, dryRun: true })).kept).toStrictEqual([])
  // One with thousands of plugins tells its types alone: any plugin of them may be there.
  await store.heartbeat({ ...row, id: 'c', seenAt: Date.now(), registered: { mailer: null } }, 1e12)
  expect((await opened.board.sync({ prune: true, dryRun: true })).kept.map(({ key }) => key)).toStrictEqual(['mailer/log', 'mailer'])
})

test('[6][28] two releases side by side: the new one serves under the old key, and rename waits until the old one has ended', async () => {
  abstract class Payments extends PluginType('payments', { label: 'Payments', aliases: ['gateway'] }) {
    static readonly methods: Methods<Payments> = { charge: 'once' }
    abstract charge(order: string): Promise<string>
  }
  class BankTwo extends Plugin(Payments, {
    key: 'bank-two',
    aliases: ['bank'],
    config: z.object({ apiKey: z.string() }),
    secrets: { apiKey: {} },
  }) {
    async charge(order: string): Promise<string> {
      return `two ${this.instance.name}: ${order}`
    }
  }
  await using opened = await openBoard()
  const old = opened.board
  const { id } = await old.admin.create(main, { actor })
  const next = await opened.another({ plugins: [BankTwo] })
  // The new release sees no type of its own missing, makes no second row, and both serve the same instance.
  expect(await keysOf(next)).toStrictEqual(['gateway', 'bank', 'cash'])
  expect([await old.get(Gateway).charge('o'), await next.get(Payments).charge('o')]).toStrictEqual(['Main: o', 'two Main: o'])
  await next.admin.update(id, { name: 'Edited by the new one' }, { actor })
  await old.refresh()
  expect(await old.get(Gateway).charge('o')).toBe('Edited by the new one: o')
  // `update` refreshes what the code owns; the old release leaves it, and neither touches what operators own.
  await next.sync({ mode: 'update' })
  expect((await old.sync()).changed).toBe(false)
  expect(await old.admin.get(id)).toMatchObject({ name: 'Edited by the new one', status: 'active', priority: 1 })

  const waiting = await next.sync({ rename: true, prune: true })
  expect([waiting.renamed, waiting.pruned, waiting.kept.map(({ asked, key }) => `${asked} ${key}`)]).toStrictEqual([
    [],
    [],
    ['prune payments/cash', 'rename gateway', 'rename payments/bank'],
  ])
  expect(await keysOf(next)).toStrictEqual(['gateway', 'bank', 'cash'])
  await old.close()
  expect((await next.sync({ rename: true })).renamed).toStrictEqual([
    { from: 'gateway', to: 'payments' },
    { from: 'bank', to: 'bank-two' },
  ])
  await next.refresh()
  expect([await keysOf(next), await next.get(Payments).charge('o')]).toStrictEqual([
    ['payments', 'bank-two', 'cash'],
    'two Edited by the new one: o',
  ])
})

test('[28] update refreshes what the code owns, field by field, and nothing of an operator', async () => {
  await using opened = await openBoard()
  const cash = opened.board.instances(Gateway)[0]?.id ?? ''
  await opened.board.admin.update(cash, { name: 'Till', priority: 7, weight: 3, tags: ['eu'] }, { actor })
  await opened.board.admin.setStatus(cash, 'reserved', { actor })
  class Coins extends Plugin(Gateway, { key: 'cash', label: 'Coins', description: 'Coins only.', priority: 90 }) {
    async charge(): Promise<string> {
      return 'coins'
    }
    async quote(): Promise<string> {
      return 'coins'
    }
  }
  const next = await opened.another({ plugins: [Bank, Coins] })
  expect((await next.sync()).changed).toBe(false)
  const report = await next.sync({ mode: 'update' })
  expect(report.changes.map(({ type, plugin, changes }) => [type, plugin, changes])).toStrictEqual([
    [
      'gateway',
      'cash',
      [
        { field: 'label', from: 'Cash', to: 'Coins' },
        { field: 'description', from: '', to: 'Coins only.' },
        { field: 'defaultPriority', from: 50, to: 90 },
      ],
    ],
  ])
  expect(await next.admin.get(cash)).toMatchObject({ name: 'Till', priority: 7, weight: 3, tags: ['eu'], status: 'reserved' })
  expect((await next.sync({ mode: 'update' })).changed).toBe(false)
})
