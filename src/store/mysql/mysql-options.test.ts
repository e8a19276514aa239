import { createServer } from 'node:net'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { mysql } from './mysql.ts'

const secret = 's3cret-canary'
const invalid = expect.objectContaining({ code: 'invalid_input' }) as Error

test('attack 22: a prefix that can not stand in SQL is refused, naming it', () => {
  for (const prefix of ['', '1st', 'a-b', 'a`b', 'a b', 'a.b', 'ü', 'x'.repeat(31), '; drop table x; --']) {
    expect(() => mysql('mysql://db/shop', { prefix }), prefix).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(`'${prefix}'`) }) as Error,
    )
  }
})

test('what is no place for a database is refused, and a URL is never quoted', () => {
  const bad = `mysql://u:${secret}@:x`
  for (const place of [
    '',
    'shop.db',
    undefined,
    null,
    5,
    [],
    new URL('mysql://db/shop'),
    `postgres://u:${secret}@db/x`,
    bad,
    { uri: bad },
  ]) {
    const failure = thrown(() => mysql(place as string))
    expect(failure).toEqual(invalid)
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(secret)
  }
  for (const timeout of [0, 1.5, -1, Number.NaN, 2 ** 31]) expect(() => mysql('mysql://db/shop', { timeout })).toThrow(invalid)
})

test('a description says host, port and database, and neither user nor password nor parameter', () => {
  const url = `mysql://ada:${secret}@db.example.com:3307/shop?password=${secret}`
  expect(mysql(url).description).toBe('mysql (db.example.com:3307/shop)')
  expect(mysql({ uri: url }).description).toBe('mysql (db.example.com:3307/shop)')
  expect(mysql({ host: 'db', port: 3307, database: 'shop', password: secret }).description).toBe('mysql (db:3307/shop)')
  expect(mysql({ socketPath: '/run/mysqld.sock', database: 'shop' }).description).toBe('mysql (/run/mysqld.sock/shop)')
  expect(mysql({ getConnection: () => Promise.reject(new Error('never called')) }).description).toBe('mysql (a pool handed in)')
})

test('nothing is opened before the first call; what does not answer is named, without the password', async () => {
  const store = mysql(`mysql://ada:${secret}@127.0.0.1:1/shop`).open({ now: Date.now })
  const failure = await store.head().catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'store', message: expect.stringContaining("mysql (127.0.0.1:1/shop) can't be reached") })
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(secret)
  await store.close()
})

test('fault 4: a server that takes the connection and says nothing is given up after the timeout', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve)
  })
  const { port } = silent.address() as { port: number }
  const store = mysql(`mysql://ada@127.0.0.1:${port}/shop`, { timeout: 200 }).open({ now: Date.now })
  await expect(store.head()).rejects.toMatchObject({ code: 'store' })
  await store.close()
  silent.close()
})

function thrown(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
