import { expect, test } from 'vitest'
import { actor, Bank, Cash, Gateway } from '../../test/support/gateways.ts'
import { openBoard, TempFolder, testKeys, until } from '../../test/support/open-board.ts'
import { createBoard, StoreError, type StoreFactory } from '../index.ts'
import { sqlite } from '../sqlite.ts'
import type { Store } from '../store/index.ts'

/** A store whose database can be taken away. */
function breakable(file: string): { readonly factory: StoreFactory; away: boolean } {
  const inner = sqlite(file)
  const self = {
    away: false,
    factory: {
      description: inner.description,
      open: (options: Parameters<StoreFactory['open']>[0]): Store =>
        new Proxy(inner.open(options), {
          get(target, name) {
            const value: unknown = Reflect.get(target, name)
            if (typeof value !== 'function') return value
            const method = value as (...args: unknown[]) => unknown
            return (...args: unknown[]) => {
              if (self.away && name !== 'newId' && name !== 'close') return Promise.reject(new StoreError('The database is away.'))
              return method.apply(target, args)
            }
          },
        }),
    },
  }
  return self
}

test('[42] while the database is away the last snapshot serves on, and says so; writes fail cleanly; then all is current again', async () => {
  using folder = new TempFolder()
  const database = breakable(folder.file)
  await using board = createBoard({
    plugins: [Bank, Cash],
    store: database.factory,
    keys: testKeys,
    migrate: 'on-start',
    sync: 'on-start',
    refreshEvery: 50,
  })
  await board.ready()
  const { id } = await board.admin.create(
    { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active' },
    { actor },
  )
  const spare = await board.admin.create(
    { type: Gateway, plugin: 'bank', name: 'Spare', config: { apiKey: 'the-key' }, status: 'reserved' },
    { actor },
  )
  const told: string[] = []
  board.on('stale', () => told.push('stale'))
  board.on('fresh', () => told.push('fresh'))
  database.away = true
  await until(() => told.length > 0)
  expect((await board.status()).freshness).toMatchObject({ state: 'stale' })
  expect(await board.get(Gateway).charge('o')).toBe('Main: o')
  expect(await board.use(Gateway).charge('o')).toBe('Main: o')
  await expect(board.admin.update(id, { priority: 1 }, { actor })).rejects.toBeInstanceOf(StoreError)
  // What was never built can't be built now; that says nothing about the instance.
  await expect(board.getById(Gateway, spare.id)).rejects.toBeInstanceOf(StoreError)
  expect((await board.explain(Gateway)).every((each) => each.reason !== 'build_failed')).toBe(true)
  // Meanwhile somebody else, who does reach it, changes what is selected.
  await using other = createBoard({ plugins: [Bank, Cash], store: sqlite(folder.file), keys: testKeys })
  await other.admin.update(id, { name: 'Renamed' }, { actor })
  database.away = false
  await until(() => told.length > 1)
  expect(told).toStrictEqual(['stale', 'fresh'])
  await until(async () => (await board.get(Gateway).charge('o')) === 'Renamed: o')
  expect(await (await board.getById(Gateway, spare.id)).charge('o')).toBe('Spare: o')
  expect((await board.status()).freshness).toStrictEqual({ state: 'fresh' })
})

test('a change seen while its new object can not be read is served as soon as it can', async () => {
  await using opened = await openBoard({ plugins: [Bank, Cash] })
  const database = breakable(opened.file)
  const { id } = await opened.board.admin.create(
    { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active' },
    { actor },
  )
  const board = await opened.another({ store: database.factory })
  const failing = { configs: true }
  const { store } = board.internals
  const read = store.read.bind(store)
  // The metadata can be read, the config can't: as when the connection breaks in between.
  Object.defineProperty(board.internals.store, 'read', {
    configurable: true,
    writable: true,
    value: (work: Parameters<typeof read>[0]) =>
      read((reader) =>
        work(
          new Proxy(reader, {
            get: (target, name) =>
              name === 'configs' && failing.configs
                ? () => Promise.reject(new StoreError('cut'))
                : (Reflect.get(target, name) as (...args: never) => unknown).bind(target),
          }),
        ),
      ),
  })
  // Too long to come along with its row.
  const note = 'second'.repeat(5_000)
  await opened.board.admin.update(id, { config: { note } }, { actor })
  await until(() => board.internals.runtime.freshness.state === 'stale')
  expect((board.get(Gateway) as Bank).note).toBe('')
  failing.configs = false
  await until(() => (board.get(Gateway) as Bank).note === note)
})
