import { expect, test } from 'vitest'
import { createBoard, StoreError } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { loadSqlite } from '../../src/store/sqlite/load-sqlite.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { openBoard, testKeys, until } from '../support/open-board.ts'

test('fault 4: a file that somebody keeps locked: calls and reads go on, writes fail cleanly and in time, then all is well with no restart', async () => {
  await using opened = await openBoard()
  const { id } = await opened.board.admin.create(
    { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active', priority: 1 },
    { actor },
  )
  const board = createBoard({ plugins: [Bank, Cash], store: sqlite(opened.file, { lockTimeout: 200 }), keys: testKeys, refreshEvery: 50 })
  await board.ready()
  const told: string[] = []
  board.on('stale', () => told.push('stale'))
  const backup = (await loadSqlite())(opened.file)
  backup.exec('begin immediate')
  await expect(board.admin.update(id, { name: 'Never' }, { actor })).rejects.toBeInstanceOf(StoreError)
  await expect(board.admin.setStatus(id, 'reserved', { actor })).rejects.toThrow(/is locked by another process, and stayed so/)
  expect(await board.use(Gateway).charge('o')).toBe('Main: o')
  await board.refresh()
  expect((await board.admin.get(id)).name).toBe('Main')
  backup.exec('rollback')
  backup.close()
  await board.admin.update(id, { name: 'After' }, { actor })
  await until(async () => (await opened.board.use(Gateway).charge('o')) === 'After: o')
  // It could be read all the time.
  expect(told).toEqual([])
  await board.close()
})
