import { expect, test } from 'vitest'
import { actor, Bank, Gateway } from '../../test/support/gateways.ts'
import { openBoard, until } from '../../test/support/open-board.ts'
import { StoreError, type Board } from '../index.ts'
import type { Store } from '../store/index.ts'

/** Ends every read after the next write that commits, as a database does that goes away then. */
function goesAwayAfterAWrite(store: Store): { back(): void } {
  const read = store.read.bind(store)
  const write = store.write.bind(store)
  let away = false
  store.read = (work) => (away ? Promise.reject(new StoreError('the database went away')) : read(work))
  store.write = async (work) => {
    const done = await write(work)
    away = true
    return done
  }
  return {
    back: () => {
      away = false
      store.write = write
    },
  }
}

const bank = (board: Board, name: string) =>
  board.admin.create(
    { type: Gateway, plugin: 'bank', name, config: { apiKey: `key-of-${name}`, note: 'one' }, status: 'active', tags: ['eu'] },
    { actor },
  )

test('what was committed is told as it was written, though it can not be read back; the poll catches up', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { board } = opened
  const { admin } = board
  const { id } = await bank(board, 'Main')
  const other = await bank(board, 'Other')
  const created = (await admin.history({ instance: id })).at(-1)?.id ?? ''
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    const database = goesAwayAfterAWrite(board.internals.store)
    const revision = board.internals.runtime.revision ?? 0
    try {
      return await work()
    } finally {
      database.back()
      await until(() => (board.internals.runtime.revision ?? 0) > revision)
    }
  }
  const now = () => admin.get(id)

  const made = await told(() => bank(board, 'Third'))
  expect(made).toMatchObject({ name: 'Third', revision: 1, config: { note: 'one' }, secrets: [{ set: true }], state: { ok: true } })
  expect(await admin.get(made.id)).toStrictEqual(made)
  expect(await told(() => admin.update(id, { name: 'Renamed', weight: 4 }, { actor }))).toStrictEqual(await now())
  const edited = await told(() => admin.update(id, { config: { note: 'two' } }, { actor }))
  expect(edited).toMatchObject({ configRevision: 2, config: { note: 'two' } })
  expect(await now()).toStrictEqual(edited)
  const [reserved, same] = await told(() => admin.setStatus([id, other.id], 'reserved', { actor }))
  expect(await now()).toStrictEqual(reserved)
  expect(same).toMatchObject({ id: other.id, status: 'reserved', config: { note: 'one' } })
  const order = [other.id, id, made.id]
  const reordered = await told(() => admin.reorder(Gateway, order, { actor }))
  expect(await admin.order(Gateway)).toStrictEqual(reordered)
  expect(await told(() => admin.rollback(id, created, { actor }))).toMatchObject({ name: 'Main', config: { note: 'one' } })
  await told(() => admin.remove(id, { actor }))
  await expect(now()).rejects.toMatchObject({ code: 'instance_not_found' })
  const restored = await told(() => admin.restore(id, { actor }))
  expect(restored).toMatchObject({ type: 'gateway', plugin: 'bank', name: 'Main', status: 'disabled', config: { note: 'one' } })
  expect(await now()).toStrictEqual(restored)
})

test('an id is taken in capitals by every operation', async () => {
  await using opened = await openBoard({ plugins: [Bank] })
  const { admin } = opened.board
  const { id } = await bank(opened.board, 'Main')
  const other = await bank(opened.board, 'Other')
  const loud = id.toUpperCase()
  expect(await admin.get(loud)).toMatchObject({ id })
  expect(await admin.setStatus([loud, id], 'reserved', { actor })).toHaveLength(1)
  expect(await admin.reorder(Gateway, [loud, other.id.toUpperCase()], { actor })).toMatchObject({ ids: [other.id, id] })
  expect(await admin.move(loud, { after: other.id.toUpperCase() }, { actor })).toMatchObject({ ids: [other.id, id] })
  expect(await admin.history({ instance: loud })).toHaveLength(2)
  const [entry] = await admin.history({ instance: id })
  expect(await admin.rollback(loud, entry?.id.toUpperCase() ?? '', { actor })).toMatchObject({ id })
  await admin.remove(loud, { actor })
  expect(await admin.restore(loud, { actor })).toMatchObject({ id })
  for (const malformed of ['nonsense', 5 as never]) {
    await expect(admin.restore(malformed, { actor })).rejects.toMatchObject({ reason: 'malformed' })
    await expect(admin.history({ instance: malformed })).rejects.toMatchObject({ reason: 'malformed' })
  }
  await expect(admin.reorder(Gateway, 'all' as never, { actor })).rejects.toMatchObject({ code: 'invalid_input' })
})
