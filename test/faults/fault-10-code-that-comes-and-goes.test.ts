import { expect } from 'vitest'
import { z } from 'zod'
import { Plugin, PluginType, type Board, type Methods } from '../../src/index.ts'
import { describeEachDatabase } from '../support/databases.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { openBoard } from '../support/open-board.ts'

const main = { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active', priority: 1 } as const

class Plain extends Plugin(Gateway, { key: 'cash', label: 'Cash', priority: 50 }) {
  async charge(): Promise<string> {
    return `${this.instance.name}: plain`
  }
  async quote(): Promise<string> {
    return 'plain'
  }
}
class Configured extends Plugin(Gateway, { key: 'cash', label: 'Cash', priority: 50, config: z.object({ till: z.string() }) }) {
  async charge(): Promise<string> {
    return `${this.instance.name}: till ${this.config.till}`
  }
  async quote(): Promise<string> {
    return this.config.till
  }
}

/** The release after: both keys are new, and it knows the old ones. */
abstract class Payments extends PluginType('payments', { label: 'Payments', aliases: ['gateway'] }) {
  static readonly methods: Methods<Payments> = { charge: 'once' }
  abstract charge(order: string): Promise<string>
}
class BankTwo extends Plugin(Payments, {
  key: 'bank-two',
  aliases: ['bank'],
  config: z.object({ apiKey: z.string(), note: z.string().default('') }),
  secrets: { apiKey: {} },
}) {
  async charge(): Promise<string> {
    return `${this.instance.name} has ${this.config.apiKey}`
  }
}

describeEachDatabase((kind, test) => {
  for (const count of [0, 1, 2]) {
    test(`[29] fault 10: a plugin becomes configurable and back with ${count} instances: none is lost, in either direction`, async () => {
      await using opened = await openBoard({ plugins: [Plain] }, kind)
      const [first] = opened.board.instances(Gateway)
      if (count === 0) await opened.board.admin.remove(first?.id ?? '', { actor })
      if (count === 2) await opened.board.admin.create({ type: Gateway, plugin: 'cash', name: 'Second', status: 'active' }, { actor })
      const ids = opened.board.instances(Gateway).map(({ id }) => id)
      expect(ids).toHaveLength(count)
      const idsOf = (board: Board): readonly string[] => board.instances(Gateway).map(({ id }) => id)

      // Becomes configurable: each waits for its config and keeps its place; nothing is created for it, and nothing breaks.
      const configurable = await opened.another({ plugins: [Configured] })
      expect((await configurable.sync({ mode: 'update' })).instances.created).toStrictEqual([])
      expect(idsOf(configurable)).toStrictEqual(ids)
      expect((await configurable.explain(Gateway)).map(({ reason }) => reason)).toStrictEqual(ids.map(() => 'needs_config'))
      expect(configurable.find(Gateway)).toBeUndefined()
      for (const [at, id] of ids.entries()) await configurable.admin.update(id, { config: { till: String(at) } }, { actor })
      if (count > 0) expect(await configurable.get(Gateway).charge('o')).toBe('Cash: till 0')

      // And back: they serve without it, and sync does not make a default instance again, not even where there is none.
      const plain = await opened.another({ plugins: [Plain] })
      const back = await plain.sync({ mode: 'update' })
      expect([back.instances.created, back.plugins.updated]).toStrictEqual([[], ['gateway/cash']])
      expect(idsOf(plain)).toStrictEqual(ids)
      if (count > 0) expect(await plain.get(Gateway).charge('o')).toBe('Cash: plain')

      // And once more: what was typed is there still.
      const again = await opened.another({ plugins: [Configured] })
      await again.sync({ mode: 'update' })
      expect(idsOf(again)).toStrictEqual(ids)
      for (const [at, id] of ids.entries()) expect((await again.admin.get(id)).config).toStrictEqual({ till: String(at) })
      if (count === 0) {
        await again.admin.restore(first?.id ?? '', { actor })
        expect((await again.admin.get(first?.id ?? '')).state).toMatchObject({ ok: false, reason: 'needs_config' })
      }
    })
  }

  test('[29] fault 10: a configurable plugin never had an instance; without a config it gets its default one, once', async () => {
    await using opened = await openBoard({ plugins: [Configured] }, kind)
    expect(opened.board.instances(Gateway)).toHaveLength(0)
    const plain = await opened.another({ plugins: [Plain, Bank] })
    await plain.sync({ mode: 'update' })
    expect(plain.instances(Gateway).map(({ name, status }) => [name, status])).toStrictEqual([['Cash', 'active']])
    await plain.admin.remove(plain.instances(Gateway)[0]?.id ?? '', { actor })
    expect((await plain.sync({ mode: 'update' })).changed).toBe(false)
  })

  test('[27][41] fault 10: code missing and back again: nothing is written meanwhile, and everything serves as before', async () => {
    await using opened = await openBoard({}, kind)
    const { id } = await opened.board.admin.create(main, { actor })
    await opened.board.close()
    const without = await opened.another({ plugins: [Cash] })
    const { revision } = await without.internals.store.head()
    expect(await without.sync({ mode: 'update' })).toMatchObject({ changed: false, missing: [{ plugin: 'bank', instances: 1 }] })
    expect((await without.admin.get(id)).state).toMatchObject({ ok: false, reason: 'code_missing' })
    expect(await without.get(Gateway).charge('o')).toBe('cash: o')
    expect((await without.internals.store.head()).revision).toBe(revision)
    await without.close()
    const back = await opened.another()
    expect([await back.get(Gateway).charge('o'), (await back.get(Gateway).quote('o')).startsWith('Main')]).toStrictEqual(['Main: o', true])
    expect(await back.admin.get(id)).toMatchObject({ state: { ok: true }, secrets: [{ path: 'apiKey', set: true }] })
  })

  test('[6] fault 10: keys renamed with aliases: every instance, removed ones too, is there by the same id with its config, secret and history', async () => {
    await using opened = await openBoard({}, kind)
    const old = opened.board
    const { id } = await old.admin.create(main, { actor })
    const gone = await old.admin.create({ ...main, name: 'Gone', config: { apiKey: 'key-of-gone' } }, { actor })
    await old.admin.update(id, { config: { note: 'edited' } }, { actor })
    await old.admin.remove(gone.id, { actor })
    const entries = (await old.admin.history({ instance: id })).map((entry) => entry.id)
    await old.close()

    // Under the old keys, and then under the new ones.
    for (const rename of [false, true]) {
      const next = await opened.another({ plugins: [BankTwo] })
      expect((await next.sync({ mode: 'update', rename })).renamed.map(({ to }) => to)).toStrictEqual(
        rename ? ['payments', 'bank-two'] : [],
      )
      await next.refresh()
      expect(await next.get(Payments).charge('o')).toBe('Main has the-key')
      expect(await next.admin.get(id)).toMatchObject({
        config: { note: 'edited' },
        secrets: [{ path: 'apiKey', set: true }],
        state: { ok: true },
      })
      expect((await next.admin.history({ instance: id })).map((entry) => entry.id)).toStrictEqual(entries)
      await next.close()
    }
    const next = await opened.another({ plugins: [BankTwo] })
    await next.admin.restore(gone.id, { actor })
    expect(await (await next.getById(Payments, gone.id, { allowDisabled: true })).charge('o')).toBe('Gone has key-of-gone')
    await next.admin.rollback(id, entries.at(-1) ?? '', { actor })
    expect(await next.admin.get(id)).toMatchObject({ config: {}, secrets: [{ path: 'apiKey', set: true }] })
    expect(await next.get(Payments).charge('o')).toBe('Main has the-key')
  })
})
