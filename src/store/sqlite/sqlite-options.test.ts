import { expect, test } from 'vitest'
import { loadSqlite, sqliteDrivers } from './load-sqlite.ts'
import { sqlite } from './sqlite.ts'

test('a prefix that can not stand in SQL is refused, naming it', () => {
  for (const prefix of ['', '1st_', 'a-b', 'a"b', 'a b', 'sqlite_', 'pg_x', 'ü_', 'x'.repeat(31), '; drop table x; --']) {
    expect(() => sqlite('x.db', { prefix }), prefix).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(`'${prefix}'`) }),
    )
  }
  expect(sqlite('x.db', { prefix: 'app_Plugboard_2' }).description).toBe('sqlite (x.db)')
})

test('what is no place for a database is refused', () => {
  for (const place of ['', undefined, null, 5, {}, new URL('file:///x.db')]) {
    expect(() => sqlite(place as string)).toThrow(expect.objectContaining({ code: 'invalid_input' }))
  }
  for (const lockTimeout of [-1, Number.NaN]) {
    expect(() => sqlite('x.db', { lockTimeout })).toThrow(expect.objectContaining({ code: 'invalid_input' }))
  }
})

test('a description shows the path as it was given, and no parameter of a URI', () => {
  expect(sqlite('data/orders.db').description).toBe('sqlite (data/orders.db)')
  expect(sqlite('file:orders.db?key=s3cret').description).toBe('sqlite (file:orders.db)')
  expect(sqlite(':memory:').open({ now: Date.now }).description).toBe('sqlite (:memory:)')
})

test('nothing is opened before the first call', async () => {
  await sqlite('/nowhere/at/all/x.db').open({ now: Date.now }).close()
})

test('without any driver the error says what to install; a broken one is named', async () => {
  const missing = {
    name: 'missing',
    load: () => Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })),
  }
  const none = { name: 'none', load: () => Promise.resolve(undefined) }
  const broken = { name: 'broken', load: () => Promise.reject(new Error('invalid ELF header')) }
  await expect(loadSqlite([none, missing])).rejects.toMatchObject({
    code: 'driver_missing',
    message: expect.stringMatching(/npm install @photostructure\/sqlite/),
  })
  await expect(loadSqlite([none, missing, broken])).rejects.toMatchObject({ message: expect.stringMatching(/invalid ELF header/) })
})

test('the first driver that loads is taken', async () => {
  const loadable = sqliteDrivers.filter(({ name }) => name !== 'better-sqlite3')
  const database = (await loadSqlite(loadable))(':memory:')
  expect(database.prepare('select 1 as one').all()).toEqual([{ one: 1 }])
  database.close()
})
