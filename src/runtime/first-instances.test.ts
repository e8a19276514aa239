import { expect, test } from 'vitest'
import { NotReadyError } from '../index.ts'
import type { NewInstance } from '../store/index.ts'
import { Gateway } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'

/** More than are read at once. */
const many = 2_500

/** A database with so many instances of Gateway. */
async function crowded(make: (index: number) => Pick<NewInstance, 'status' | 'priority'> & { readonly plugin: string }) {
  const opened = await openBoard({ refreshEvery: 60_000 })
  const { store } = opened.board.internals
  for (const info of opened.board.instances(Gateway)) {
    await opened.board.admin.remove(info.id, { actor: { id: 'u1', name: 'Ada' } })
  }
  const plugins = await store.read((reader) => reader.plugins())
  const rows = Array.from({ length: many }, (_, index): NewInstance => {
    const { plugin, ...rest } = make(index)
    const row = plugins.find(({ key }) => key === plugin)
    return {
      id: store.newId(),
      typeId: row?.typeId ?? '',
      pluginId: row?.id ?? '',
      name: `n${index}`,
      weight: 1,
      tags: [],
      config: null,
      keyId: null,
      configVersion: 0,
      managedBy: null,
      ...rest,
    }
  })
  await store.write((writer) => writer.insertInstances(rows))
  return Object.assign(opened, { ids: rows.map(({ id }) => id) })
}

const readsAll = (sql: string): boolean => /from .*instances/.test(sql) && !/limit|stamp. >/i.test(sql) && /config is null/.test(sql)

test('a call before ready() is answered from the first instances of its type, before all are read', async () => {
  await using opened = await crowded((index) => ({ plugin: 'cash', status: 'active', priority: many - index }))
  const { statements: sent } = opened
  sent.length = 0
  const board = opened.idle()
  await using lease = await board.lease(Gateway)
  expect(lease.instance.name).toBe(`n${many - 1}`)
  expect(await lease.object.charge('o-1')).toBe('cash: o-1')
  expect(sent.filter(readsAll)).toEqual([])
  expect(() => board.instances(Gateway), 'a list is never a part of one').toThrow(NotReadyError)

  await board.ready()
  expect(board.instances(Gateway)).toHaveLength(many)
  expect(sent.filter(readsAll)).toHaveLength(1)
})

test('where none of the first instances answers, the others are waited for', async () => {
  // Bank without a config can't be built.
  await using opened = await crowded((index) => ({ plugin: index < 60 ? 'bank' : 'cash', status: 'active', priority: index }))
  const board = opened.idle()
  expect(await board.use(Gateway).charge('o-1')).toBe('cash: o-1')
})

test('reserved ones are among the first: they answer where no active one can', async () => {
  await using opened = await crowded((index) => ({
    plugin: index < 20 ? 'bank' : 'cash',
    status: index < 20 ? 'active' : 'reserved',
    priority: index,
  }))
  const { statements: sent } = opened
  sent.length = 0
  const board = opened.idle()
  expect(await (await board.resolve(Gateway)).charge('o-1')).toBe('cash: o-1')
  expect(sent.filter(readsAll)).toEqual([])
})

test('what is disabled between the first read and the whole one is not served on', async () => {
  await using opened = await crowded((index) => ({ plugin: 'cash', status: 'active', priority: index }))
  const board = opened.idle()
  await board.resolve(Gateway)
  await opened.board.admin.setStatus(opened.ids[0] ?? '', 'disabled', { actor: { id: 'u1', name: 'Ada' } })
  await board.ready()
  expect(board.instances(Gateway)[0]?.name).toBe('n1')
  await using lease = await board.lease(Gateway)
  expect(lease.instance.name).toBe('n1')
})
