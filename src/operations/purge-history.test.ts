import { expect, test } from 'vitest'
import { actor, Gateway, type Bank } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'
import type { Board, CreateInput } from '../index.ts'
import type { TestDatabase } from '../../test/support/databases.ts'

const day = 86_400_000
const bank = (name: string): CreateInput => ({ type: Gateway, plugin: 'bank', name, config: { apiKey: `key-of-${name}`, note: 'one' } })

/** Makes everything written so far so many days older. */
async function age(database: TestDatabase, days: number): Promise<void> {
  await database.sql(`update plugboard_history set at = at - ${days * day}`)
  await database.sql(`update plugboard_instances set removed_at = removed_at - ${days * day}`)
}

async function actionsOf(board: Board, instance: string): Promise<readonly string[]> {
  return (await board.admin.history({ instance, limit: 500 })).map(({ action }) => action)
}

test('a purge takes old entries and says so in the history; the newest config of each instance stays, and a rollback finds it', async () => {
  await using opened = await openBoard()
  const { board, database } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  await board.admin.update(id, { config: { note: 'two' } }, { actor })
  await board.admin.update(id, { name: 'Renamed' }, { actor })
  await age(database, 100)
  await board.admin.update(id, { name: 'Again', priority: 4 }, { actor })
  const planned = await board.admin.purgeHistory({ olderThan: Date.now() - 90 * day, dryRun: true }, { actor })
  // The sync with the instance it made, the creation and the first renaming; the edit says which config held at the entry that stays.
  expect(planned).toStrictEqual({ dryRun: true, entries: 4, tombstones: 0 })
  expect(await actionsOf(board, id)).toStrictEqual(['update', 'update', 'update', 'create'])
  const olderThan = Date.now() - 90 * day
  expect(await board.admin.purgeHistory({ olderThan }, { actor })).toStrictEqual({ ...planned, dryRun: false })
  const [purge, entry, config, ...rest] = await board.admin.history()
  expect(purge).toMatchObject({ action: 'purge', actor, after: { olderThan, keepLast: 0, entries: 4, tombstones: 0 } })
  expect([entry?.changed, config?.changed, rest]).toStrictEqual([['name', 'priority'], ['config.note'], []])
  await board.admin.update(id, { name: 'Wrong', config: { note: 'three' } }, { actor })
  expect(await board.admin.rollback(id, entry?.id ?? '', { actor })).toMatchObject({ name: 'Again', config: { note: 'two' } })
  expect(((await board.getById(Gateway, id, { allowDisabled: true })) as Bank).key).toBe('key-of-Main')
})

test('a purge keeps the last entries of each instance where that is asked for, and writes nothing where nothing is old', async () => {
  await using opened = await openBoard()
  const { board, database } = opened
  const { id } = await board.admin.create(bank('Main'), { actor })
  for (const name of ['a', 'b', 'c']) await board.admin.update(id, { name }, { actor })
  await age(database, 10)
  const { revision } = await board.internals.store.head()
  expect(await board.admin.purgeHistory({ olderThan: Date.now() - 11 * day }, { actor })).toMatchObject({ entries: 0 })
  expect((await board.internals.store.head()).revision).toBe(revision)
  // The creation holds the only config.
  expect(await board.admin.purgeHistory({ olderThan: Date.now() - day, keepLast: 2 }, { actor })).toMatchObject({ entries: 2 })
  expect(await actionsOf(board, id)).toStrictEqual(['update', 'update', 'create'])
  const left = await board.admin.history({ instance: id, diff: true })
  expect(left.map((entry) => [entry.after?.['name'], entry.config?.readable ?? null])).toStrictEqual([
    ['c', null],
    ['b', null],
    ['Main', true],
  ])
})

test('[27] what was removed can be restored after a purge; with tombstones it is gone for good, if it is old', async () => {
  await using opened = await openBoard()
  const { board, database } = opened
  const [kept = '', old = '', young = ''] = await Promise.all(
    ['Kept', 'Old', 'Young'].map(async (name) => (await board.admin.create(bank(name), { actor })).id),
  )
  for (const id of [kept, old]) await board.admin.remove(id, { actor })
  await age(database, 100)
  await board.admin.remove(young, { actor })
  const olderThan = Date.now() - 90 * day
  await board.admin.purgeHistory({ olderThan }, { actor })
  expect(await board.admin.restore(kept, { actor })).toMatchObject({ name: 'Kept', config: { note: 'one' } })
  const report = await board.admin.purgeHistory({ olderThan: Date.now(), tombstones: true }, { actor })
  expect(report).toMatchObject({ tombstones: 1 })
  await expect(board.admin.restore(old, { actor })).rejects.toMatchObject({ code: 'instance_not_found' })
  expect(await actionsOf(board, old)).toStrictEqual([])
  // Removed less than a day ago: it tells others that the instance is gone.
  expect(await board.admin.restore(young, { actor })).toMatchObject({ name: 'Young', config: { note: 'one' } })
  expect(await board.admin.verifyKeys()).toMatchObject({ ok: true })
})

test('a purge needs an actor, a time that is not in the future, and a sensible number', async () => {
  await using opened = await openBoard()
  const { admin } = opened.board
  const code = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: { code: string }) => error.code)
  expect(await code(admin.purgeHistory({ olderThan: 1 }, {} as never))).toBe('actor_required')
  for (const olderThan of [Number.NaN, -1, Date.now() + day, undefined as never, '90d' as never]) {
    expect(await code(admin.purgeHistory({ olderThan }, { actor }))).toBe('invalid_input')
  }
  for (const keepLast of [-1, 1.5, '3' as never]) {
    expect(await code(admin.purgeHistory({ olderThan: 1, keepLast }, { actor }))).toBe('invalid_input')
  }
})
