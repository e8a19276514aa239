import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, test } from 'vitest'
import { actor, Bank, Cash, Gateway } from '../../test/support/gateways.ts'
import { openBoard, testKeys, until } from '../../test/support/open-board.ts'
import { OwnRedis, redisWanting } from '../../test/support/own-redis.ts'
import { skipWithReason } from '../../test/skip.ts'
import { createBoard, type BoardOptions, type Notifier, type StoreFactory } from '../index.ts'
import { redis, type RedisClient } from './redis.ts'

const redisTest = skipWithReason(redisWanting)

/** A poll so rare that it plays no part. */
const rarely = 600_000

/** A database that tells nothing itself, as one has that is neither watched nor polled. */
function silent(factory: StoreFactory): StoreFactory {
  return {
    ...factory,
    open(options) {
      const store = factory.open(options)
      return new Proxy(store, {
        get: (target, name) => {
          const value: unknown = name === 'watch' ? undefined : Reflect.get(target, name)
          return typeof value === 'function' ? (value as (...args: never) => unknown).bind(target) : value
        },
      })
    },
  }
}

async function twoBoards(notifier: () => Notifier, refreshEvery = rarely) {
  const first = await openBoard()
  const options: Partial<BoardOptions> = { refreshEvery, store: silent(first.database.factory) }
  const writer = await first.another({ ...options, notifier: notifier() })
  const reader = await first.another({ ...options, notifier: notifier() })
  const { id } = await writer.admin.create(
    { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active', priority: 1 },
    { actor },
  )
  const rename = async (name: string): Promise<void> => void (await writer.admin.update(id, { name }, { actor }))
  const serves = async (name: string): Promise<boolean> => (await reader.use(Gateway).charge('o')) === `${name}: o`
  return { database: first.database, writer, reader, rename, serves, [Symbol.asyncDispose]: () => first[Symbol.asyncDispose]() }
}

const isListening = async (board: Awaited<ReturnType<typeof twoBoards>>['reader']): Promise<boolean> =>
  (await board.status()).sources.every(({ listening }) => listening)

interface Way {
  readonly name: string
  readonly open: (url: string) => Promise<{ readonly given: RedisClient | string; readonly close: () => void }>
}
const ways: readonly Way[] = [
  { name: 'a URL', open: async (url) => ({ given: url, close: () => {} }) },
  {
    name: 'a client of redis',
    open: async (url) => {
      const client = createClient({ url })
      client.on('error', () => {})
      await client.connect()
      return { given: client, close: () => client.destroy() }
    },
  },
  {
    name: 'a client of ioredis',
    open: async (url) => {
      const client = new Redis(url)
      client.on('error', () => {})
      return { given: client, close: () => client.disconnect() }
    },
  },
]

for (const way of ways) {
  describe(`redis() with ${way.name}`, () => {
    redisTest(
      '[42] a change is served elsewhere though nothing polls; fault 4: and again after the server was killed and started anew',
      async () => {
        await using server = await OwnRedis.start()
        const { given, close } = await way.open(server.url)
        await using boards = await twoBoards(() => redis(given))
        const { writer, reader, rename, serves } = boards
        const told: string[] = []
        reader.on('stale', () => told.push('stale'))
        await until(() => isListening(reader))
        await rename('Second')
        await until(() => serves('Second'))
        await server.kill()
        await until(async () => !(await isListening(reader)))
        // Without Redis writing goes on.
        await rename('Third')
        expect(await writer.use(Gateway).charge('o')).toBe('Third: o')
        await server.start()
        // Whatever was said meanwhile is made up for by one look.
        await until(() => isListening(reader), 30_000)
        await until(() => serves('Third'))
        await until(() => isListening(writer), 30_000)
        await rename('Fourth')
        await until(() => serves('Fourth'))
        expect(told).toEqual([])
        close()
      },
    )
  })
}

redisTest('[42] a process that only writes, and was never ready, tells the others', async () => {
  await using server = await OwnRedis.start()
  await using boards = await twoBoards(() => redis(server.url))
  await until(() => isListening(boards.reader))
  await until(() => boards.serves('Main'))
  await boards.writer.close()
  const [one] = boards.reader.instances(Gateway)
  for (let turn = 1; turn <= 5; turn++) {
    const board = createBoard({ plugins: [Bank, Cash], store: boards.database.factory, keys: testKeys, notifier: redis(server.url) })
    await board.admin.update(one?.id ?? '', { name: `By the command line ${turn}` }, { actor })
    await board.close()
    await until(() => boards.serves(`By the command line ${turn}`))
  }
})

test('[42] fault 5: with a Redis that is not there a change is served elsewhere within the poll, and nothing is stale', async () => {
  await using boards = await twoBoards(() => redis('redis://:password-of-redis@127.0.0.1:1'), 50)
  const told: unknown[] = []
  boards.reader.on('stale', (event) => told.push(event))
  await boards.rename('Second')
  await until(() => boards.serves('Second'))
  const status = await boards.reader.status()
  expect(status.sources).toEqual([{ name: 'redis (127.0.0.1:1)', listening: false }])
  expect(told).toEqual([])
  expect(JSON.stringify(status)).not.toContain('password-of-redis')
})

redisTest('a hostile message on the channel does nothing but start a look', async () => {
  await using server = await OwnRedis.start()
  await using boards = await twoBoards(() => redis(server.url, { prefix: 'shop' }))
  await until(() => isListening(boards.reader))
  const { epoch, revision } = await boards.reader.status()
  const stranger = createClient({ url: server.url })
  await stranger.connect()
  const hostile = [
    '',
    'null',
    '[]',
    '{"revision":1e999}',
    `{"revision":${Number.MAX_SAFE_INTEGER}}`,
    '{"revision":-1}',
    '{"revision":"9"}',
    '{"__proto__":{"revision":5}}',
    `{"revision":99,"epoch":"${'x'.repeat(150)}"}`,
    'x'.repeat(1_000_000),
    '\0\uFFFD',
  ]
  for (const message of hostile) expect(await stranger.publish(`shop:${epoch}`, message)).toBeGreaterThan(0)
  await boards.rename('Second')
  await until(() => boards.serves('Second'))
  const after = await boards.reader.status()
  expect([after.epoch, after.freshness.state]).toEqual([epoch, 'fresh'])
  expect(after.revision).toBeGreaterThan(revision ?? 0)
  stranger.destroy()
})

test('what is no client and no URL is refused, and not quoted', () => {
  expect(() => redis({} as never)).toThrow(/give redis\(\) a URL, or a client/)
  expect(() => redis('secret-in-a-typo')).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret-in-a-typo') }))
})
