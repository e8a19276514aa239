import { expect, test } from 'vitest'
import { z } from 'zod'
import { actor, Bank, Cash, Gateway } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'
import { Plugin, type CreateInput } from '../index.ts'

const bank = (name: string, over: Partial<CreateInput> = {}): CreateInput => ({
  type: Gateway,
  plugin: 'bank',
  name,
  config: { apiKey: `key-of-${name}`, note: 'one' },
  status: 'active',
  ...over,
})

test('the diff of a config is read masked: a secret shows that it changed, and never what it was', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  await board.admin.update(id, { config: { apiKey: 'another-key', note: 'two', baseUrl: 'https://new.example' } }, { actor })
  await board.admin.update(id, { name: 'Renamed' }, { actor })
  const history = await board.admin.history({ instance: id, diff: true })
  expect(history.map((each) => each.config)).toStrictEqual([
    null,
    {
      readable: true,
      fields: [
        { path: 'apiKey', secret: true, before: undefined, after: undefined },
        { path: 'note', secret: false, before: 'one', after: 'two' },
        { path: 'baseUrl', secret: false, before: undefined, after: 'https://new.example' },
      ],
    },
    {
      readable: true,
      fields: [
        { path: 'apiKey', secret: true, before: undefined, after: undefined },
        { path: 'note', secret: false, before: undefined, after: 'one' },
      ],
    },
  ])
  expect(JSON.stringify(history)).not.toMatch(/key-of-Main|another-key/)
  // Without the code nobody knows what is secret, so nothing is shown.
  const without = await opened.another({ plugins: [Cash] })
  expect((await without.admin.history({ instance: id, diff: true }))[1]?.config).toMatchObject({ readable: false })
  expect((await board.admin.history({ instance: id }))[1]).not.toHaveProperty('config')
})

test('the secret of an older release is not shown under a name that is no secret, or no field, any more', async () => {
  class NextBank extends Plugin(Gateway, { key: 'bank', config: z.object({ token: z.string().optional(), note: z.string().optional() }) }) {
    async charge(): Promise<string> {
      return ''
    }
    async quote(): Promise<string> {
      return ''
    }
  }
  await using opened = await openBoard()
  const { id } = await opened.board.admin.create(bank('Main'), { actor })
  const next = await opened.another({ plugins: [NextBank] })
  const shown = JSON.stringify([await next.admin.get(id), await next.admin.history({ instance: id, diff: true })])
  expect(shown).toContain('"note"')
  expect(shown).not.toContain('key-of-Main')
})

test('a rollback brings name, tags and config back, with the secret of that time; status, priority and weight stay; it is itself in the history', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main', { tags: ['eu'], priority: 3 }), { actor })
  await board.admin.update(id, { name: 'Wrong', priority: 9, weight: 7, tags: [] }, { actor })
  await board.admin.update(id, { config: { apiKey: 'rogue-key', note: 'x', baseUrl: 'https://rogue.example' } }, { actor })
  await board.admin.setStatus(id, 'reserved', { actor })
  const history = await board.admin.history({ instance: id })
  const [, edit, rename, created] = history
  const back = await board.admin.rollback(id, created?.id ?? '', { actor })
  expect(back).toMatchObject({ name: 'Main', priority: 9, weight: 7, tags: ['eu'], status: 'reserved', config: { note: 'one' } })
  expect(((await board.getById(Gateway, id)) as Bank).key).toBe('key-of-Main')
  // The entry of the rename left the config alone: it comes back as it was then, which is as it was created.
  const between = await board.admin.rollback(id, rename?.id ?? '', { actor })
  expect(between).toMatchObject({ name: 'Wrong', config: { note: 'one' } })
  const forth = await board.admin.rollback(id, edit?.id ?? '', { actor })
  expect(forth).toMatchObject({ name: 'Wrong', config: { note: 'x' } })
  expect(((await board.getById(Gateway, id)) as Bank).key).toBe('rogue-key')
  const [last] = await board.admin.history({ instance: id, limit: 1, diff: true })
  expect(last).toMatchObject({ action: 'rollback', actor })
  expect(last?.changed).toStrictEqual(['config.apiKey', 'config.note', 'config.baseUrl'])
})

test('a rollback that is stale, foreign, does not fit or can not be built is refused, and nothing is written', async () => {
  await using opened = await openBoard()
  const { board } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  const other = await board.admin.create(bank('Other'), { actor })
  await board.admin.update(id, { name: 'Renamed', config: { note: 'two' } }, { actor })
  const [, created] = await board.admin.history({ instance: id })
  const [foreign] = await board.admin.history({ instance: other.id })
  await board.admin.update(other.id, { name: 'Main' }, { actor })
  const before = board.internals.runtime.revision
  const code = (entry: string, options: object = {}): Promise<unknown> =>
    board.admin.rollback(id, entry, { actor, ...options }).then(
      () => 'done',
      (error: { code: string }) => error.code,
    )
  expect(await code(foreign?.id ?? '')).toBe('invalid_input')
  expect(await code('nonsense')).toBe('invalid_input')
  expect(await code(created?.id ?? '', { revision: 1 })).toBe('stale_write')
  expect(await code(created?.id ?? '')).toBe('duplicate_name')
  Bank.act = (self, call) => {
    if (call === 'onStart' && self.note === 'one') throw new Error('down')
  }
  expect(await code(created?.id ?? '')).toBe('trial_build_failed')
  Bank.act = () => {}
  await board.refresh()
  expect(board.internals.runtime.revision).toBe(before)
  await board.admin.remove(id, { actor })
  const [removed] = await board.admin.history({ instance: id })
  await board.admin.restore(id, { actor })
  expect(await code(removed?.id ?? '')).toBe('invalid_input')
  class Strict extends Plugin(Gateway, {
    key: 'bank',
    config: z.object({ apiKey: z.string(), note: z.literal('two') }),
    secrets: { apiKey: {} },
  }) {
    async charge(): Promise<string> {
      return ''
    }
    async quote(): Promise<string> {
      return ''
    }
  }
  const next = await opened.another({ plugins: [Strict] })
  await expect(next.admin.rollback(id, created?.id ?? '', { actor })).rejects.toMatchObject({ code: 'config_invalid' })
})
