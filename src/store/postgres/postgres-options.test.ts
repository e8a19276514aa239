import { expect, test } from 'vitest'
import { inspect } from 'node:util'
import { createServer } from 'node:net'
import { postgres } from './postgres.ts'

const secret = 's3cret-canary'
const invalid = expect.objectContaining({ code: 'invalid_input' }) as Error

test('attack 22: a prefix or a schema that can not stand in SQL is refused, naming it', () => {
  for (const odd of ['', '1st', 'a-b', 'a"b', 'a b', 'a.b', 'pg_x', 'ü', 'x'.repeat(64), '; drop table x; --']) {
    for (const options of [{ prefix: odd }, { schema: odd }]) {
      expect(() => postgres('postgres://db/shop', options), odd).toThrow(
        expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(`'${odd}'`) }) as Error,
      )
    }
  }
  expect(postgres('postgres://db/shop', { prefix: 'app_Plugboard_2', schema: '_App' }).description).toBe('postgres (db/shop)')
})

test('what is no place for a database is refused, and a URL is never quoted', () => {
  for (const place of [
    '',
    'shop.db',
    undefined,
    null,
    5,
    [],
    new URL('postgres://db/shop'),
    `mysql://u:${secret}@db/x`,
    `postgres://u:${secret}@:x`,
  ]) {
    const failure = thrown(() => postgres(place as string))
    expect(failure).toEqual(invalid)
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(secret)
  }
  for (const options of [{ timeout: 0 }, { timeout: 1.5 }, { lockTimeout: -1 }, { lockTimeout: Number.NaN }, { timeout: 2 ** 31 }]) {
    expect(() => postgres('postgres://db/shop', options)).toThrow(invalid)
  }
})

test('a description says host, port and database, and neither user nor password nor parameter', () => {
  const shown = {
    [`postgres://ada:${secret}@db.example.com:6432/shop?sslpassword=${secret}`]: 'postgres (db.example.com:6432/shop)',
    [`postgresql:///shop?host=/var/run/postgresql&password=${secret}`]: 'postgres (/var/run/postgresql/shop)',
  }
  for (const [url, description] of Object.entries(shown)) {
    expect(postgres(url).description).toBe(description)
    expect(postgres({ connectionString: url }).description).toBe(description)
  }
  expect(postgres({ host: 'db', port: 5433, database: 'shop', password: secret }).description).toBe('postgres (db:5433/shop)')
  expect(postgres({ database: 'shop' }).description).toBe('postgres (localhost/shop)')
  expect(postgres({ connect: () => Promise.reject(new Error('never called')) }).description).toBe('postgres (a pool handed in)')
})

test('nothing is opened before the first call; what does not answer is named, without the password', async () => {
  const store = postgres(`postgres://ada:${secret}@127.0.0.1:1/shop`).open({ now: Date.now })
  const failure = await store.head().catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'store', message: expect.stringContaining("postgres (127.0.0.1:1/shop) can't be reached") })
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(secret)
  await store.close()
})

test('fault 4: a server that takes the connection and says nothing is given up after the timeout', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve)
  })
  const { port } = silent.address() as { port: number }
  const store = postgres(`postgres://ada@127.0.0.1:${port}/shop`, { timeout: 200 }).open({ now: Date.now })
  await expect(store.head()).rejects.toMatchObject({ code: 'store' })
  await store.close()
  silent.close()
})

test('a client in the place of a pool is told', async () => {
  const store = postgres({ connect: () => Promise.resolve() } as never).open({ now: Date.now })
  await expect(store.head()).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/is no pool/) })
  await store.close()
})

test('a pool whose connection never comes is given up after the timeout, and one that comes late is given back', async () => {
  let arrive: (client: unknown) => void = () => {}
  const given: boolean[] = []
  const late = new Promise<unknown>((resolve) => {
    arrive = resolve
  })
  const store = postgres({ connect: () => late as never }, { timeout: 50 }).open({ now: Date.now })
  await expect(store.head()).rejects.toMatchObject({ code: 'store', message: expect.stringMatching(/no connection free for 50 ms/) })
  arrive({ query: () => Promise.reject(new Error('not to be used')), release: (destroy: boolean) => given.push(destroy) })
  await late
  await new Promise(setImmediate)
  expect(given).toEqual([false])
  await store.close()
})

function thrown(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
