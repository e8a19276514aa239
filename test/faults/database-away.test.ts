import mysqlDriver from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { createBoard, StoreError, type Board, type StoreFactory } from '../../src/index.ts'
import { mysql } from '../../src/mysql.ts'
import { postgres } from '../../src/postgres.ts'
import { skipWithReason } from '../skip.ts'
import { actor, Bank, Cash, Gateway } from '../support/gateways.ts'
import { testKeys, until } from '../support/open-board.ts'
import { OwnServer, ownMariadb, ownPostgres, type ServerRecipe } from '../support/own-server.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'

/** A database server whose loss is to be survived. */
interface ServerKind {
  readonly recipe: ServerRecipe
  /** Makes a database of that name, where the store does not. */
  readonly prepare?: (url: string, name: string) => Promise<void>
  /** A store on a database of the test's own there, which gives up after `timeout` ms. */
  readonly store: (url: string, name: string, timeout: number) => StoreFactory
  /** A pool of one connection, as an application has it, and a way to keep it busy. */
  readonly pool: (
    url: string,
    name: string,
    timeout: number,
  ) => { readonly store: StoreFactory; readonly borrow: () => Promise<() => void>; readonly end: () => Promise<void> }
  /** Ends every connection but its own. */
  readonly killConnections: (url: string) => Promise<number>
}

const onPostgres: ServerKind = {
  recipe: ownPostgres,
  store: (url, schema, timeout) => postgres(url, { schema, timeout }),
  pool: (url, schema, timeout) => {
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    pool.on('error', () => {})
    return {
      store: postgres(pool, { schema, timeout }),
      borrow: async () => {
        const client = await pool.connect()
        return () => client.release()
      },
      end: () => pool.end(),
    }
  },
  killConnections: async (url) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rowCount } = await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null',
    )
    await client.end()
    return rowCount ?? 0
  },
}

/** A database of its own in the server, which its URL names. */
function databaseAt(url: string, name: string): string {
  const place = new URL(url)
  place.pathname = name
  return place.href
}

async function asRoot<T>(url: string, work: (connection: mysqlDriver.Connection) => Promise<T>): Promise<T> {
  const connection = await mysqlDriver.createConnection({ uri: databaseAt(url, '') })
  try {
    return await work(connection)
  } finally {
    await connection.end()
  }
}

const onMariadb: ServerKind = {
  recipe: ownMariadb,
  prepare: (url, name) => asRoot(url, async (connection) => void (await connection.query(`create database ${name}`))),
  store: (url, name, timeout) => mysql(databaseAt(url, name), { timeout }),
  pool: (url, name, timeout) => {
    const pool = mysqlDriver.createPool({ uri: databaseAt(url, name), connectionLimit: 1 })
    return {
      store: mysql(pool, { timeout }),
      borrow: async () => {
        const connection = await pool.getConnection()
        return () => connection.release()
      },
      end: () => pool.end(),
    }
  },
  killConnections: (url) =>
    asRoot(url, async (connection) => {
      const [rows] = await connection.query('select id from information_schema.processlist where id <> connection_id() and user = "root"')
      const ids = (rows as { id: number }[]).map(({ id }) => id)
      for (const id of ids) await connection.query(`kill ${id}`)
      return ids.length
    }),
}

let databases = 0

for (const kind of [onPostgres, onMariadb]) {
  describe(`on ${kind.recipe.name}`, () => {
    const serverTest = skipWithReason(kind.recipe.wanting)
    let server: OwnServer
    let proxy: TcpProxy
    beforeAll(async () => {
      if (kind.recipe.wanting !== undefined) return
      server = await OwnServer.start(kind.recipe)
      proxy = await TcpProxy.before(server.port)
    }, 240_000)
    afterAll(async () => {
      await proxy?.[Symbol.asyncDispose]()
      await server?.[Symbol.asyncDispose]()
    })

    /** A board whose database is reached through the proxy, and another process's, which reaches it directly. */
    async function open(timeout = 1_500, through?: (url: string, name: string) => StoreFactory) {
      proxy.pass()
      const name = `away_${++databases}`
      await kind.prepare?.(server.url, name)
      const options = { plugins: [Bank, Cash], keys: testKeys, refreshEvery: 100 } as const
      const other = createBoard({ ...options, store: kind.store(server.url, name, 30_000), migrate: 'on-start', sync: 'on-start' })
      await other.ready()
      const { id } = await other.admin.create(
        { type: Gateway, plugin: 'bank', name: 'Main', config: { apiKey: 'the-key' }, status: 'active', priority: 1 },
        { actor },
      )
      const url = server.urlAt(proxy.port)
      const board = createBoard({ ...options, store: through?.(url, name) ?? kind.store(url, name, timeout) })
      await board.ready()
      const told: string[] = []
      board.on('stale', () => told.push('stale'))
      board.on('fresh', () => told.push('fresh'))
      const rename = (text: string, by: Board = board) => by.admin.update(id, { name: text }, { actor })
      return {
        board,
        other,
        id,
        name,
        told,
        rename,
        async [Symbol.asyncDispose]() {
          proxy.pass()
          await board.close()
          await other.close()
        },
      }
    }
    type Room = Awaited<ReturnType<typeof open>>

    const isServed = (room: Room, text: string) => until(async () => (await room.board.use(Gateway).charge('o')) === `${text}: o`, 60_000)

    /** While nobody answers: calls go on, writes fail with our error and in time. */
    async function isAway(room: Room): Promise<void> {
      await until(() => room.told.includes('stale'), 60_000)
      expect((await room.board.status()).freshness.state).toBe('stale')
      expect(await room.board.use(Gateway).charge('o')).toBe('Main: o')
      expect(await room.board.get(Gateway).charge('o')).toBe('Main: o')
      const began = performance.now()
      await expect(room.rename('Never')).rejects.toBeInstanceOf(StoreError)
      await expect(room.board.refresh()).rejects.toBeInstanceOf(StoreError)
      // The store's own patience is 1.5 s, for a connection and for each answer.
      expect(performance.now() - began).toBeLessThan(30_000)
    }

    /** All is current again, with no restart, and once. */
    async function isBack(room: Room): Promise<void> {
      await until(() => room.told.includes('fresh'), 60_000)
      await until(
        () =>
          room.rename('By another', room.other).then(
            () => true,
            () => false,
          ),
        60_000,
      )
      await isServed(room, 'By another')
      await room.rename('By itself')
      expect(await room.board.use(Gateway).charge('o')).toBe('By itself: o')
      expect((await room.board.status()).freshness).toEqual({ state: 'fresh' })
      expect(room.told).toEqual(['stale', 'fresh'])
    }

    serverTest(
      'fault 4: the server is killed and started again: calls go on, writes fail cleanly, then all is current with no restart',
      async () => {
        await using room = await open()
        await server.kill()
        await isAway(room)
        await server.start()
        await isBack(room)
      },
      240_000,
    )

    serverTest(
      'fault 4: connections are cut in between, and none is let in for a while',
      async () => {
        await using room = await open()
        proxy.refuse()
        await isAway(room)
        proxy.pass()
        await isBack(room)
      },
      240_000,
    )

    serverTest(
      'fault 4: a server that takes connections and says nothing hangs nothing for ever',
      async () => {
        await using room = await open()
        proxy.swallow()
        await isAway(room)
        // Nor one that begins meanwhile, nor one that ends.
        const late = createBoard({ plugins: [Bank, Cash], keys: testKeys, store: kind.store(server.urlAt(proxy.port), room.name, 1_000) })
        await expect(late.ready()).rejects.toBeInstanceOf(StoreError)
        const began = performance.now()
        await late.close()
        expect(performance.now() - began).toBeLessThan(30_000)
        proxy.pass()
        await isBack(room)
      },
      240_000,
    )

    serverTest(
      'fault 4: a board is closed while its server says nothing',
      async () => {
        const room = await open()
        proxy.swallow()
        await until(() => room.told.includes('stale'), 60_000)
        const began = performance.now()
        await room.board.close()
        expect(performance.now() - began).toBeLessThan(40_000)
        await room[Symbol.asyncDispose]()
      },
      240_000,
    )

    serverTest(
      'fault 4: connections that an administrator ends cost at most what they carried',
      async () => {
        await using room = await open()
        expect(await kind.killConnections(server.url)).toBeGreaterThan(1)
        // Whether a poll met a broken connection is chance; in any case all is well at once.
        await until(
          () =>
            room.rename('After').then(
              () => true,
              () => false,
            ),
          60_000,
        )
        await isServed(room, 'After')
        await until(async () => (await room.board.status()).freshness.state === 'fresh', 60_000)
        await until(async () => (await room.board.status()).sources.every(({ listening }) => listening), 60_000)
        await room.rename('By another', room.other)
        await isServed(room, 'By another')
      },
      240_000,
    )

    serverTest(
      'fault 4: the application keeps its pool’s only connection: the same, until it gives it back',
      async () => {
        let pool: ReturnType<ServerKind['pool']> | undefined
        const room = await open(1_500, (url, name) => (pool = kind.pool(url, name, 1_500)).store)
        const giveBack = await pool?.borrow()
        await isAway(room)
        giveBack?.()
        await isBack(room)
        await room[Symbol.asyncDispose]()
        await pool?.end()
      },
      240_000,
    )
  })
}
