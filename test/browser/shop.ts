import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdmin, type Admin, type AdminActor } from '../../src/admin/index.ts'
import { nodeAdmin } from '../../src/frameworks/index.ts'
import { createBoard, generateKey, type Board, type BoardOptions } from '../../src/index.ts'
import { sqliteDatabase } from '../support/sqlite-test-database.ts'
import type { TestDatabase } from '../support/databases.ts'
import { PaymentGateway, plugins } from './contracts.ts'

export const navid: AdminActor = { id: 'navid', name: 'Navid Karimi', permissions: ['read', 'operate', 'configure'] }
export const sara: AdminActor = { id: 'sara', name: 'Sara Ahmadi', permissions: ['read', 'operate', 'configure'] }

export interface Shop extends AsyncDisposable {
  readonly board: Board
  readonly database: TestDatabase
  readonly admin: Admin
  /** Of the page: `http://127.0.0.1:…/back/office`. */
  readonly base: string
  /** Where providers are: what stands behind it is the status they answer with. */
  readonly providers: string
  /** What providers were sent in `authorization`. */
  readonly heard: string[]
  /** Who is signed in; the page is to be loaded anew when it changes. */
  actor: AdminActor | null
  /** Answers instead of the application, while it is set: a proxy's page, or none. */
  between: ((url: string) => { readonly status: number; readonly type: string; readonly body: string } | 'hang up' | undefined) | undefined
  /** Ends every connection, as a network does that goes away for a moment. */
  readonly cut: () => void
  /** Requests that came, `GET /back/office/…`. */
  readonly asked: string[]
}

export interface ShopOptions {
  readonly plugins?: readonly never[]
  readonly board?: Partial<BoardOptions>
  /** Makes the instances of the pictures. Default true. */
  readonly seed?: boolean
  /** Before the shop's own board opens: what others left in the database, with the key that the shop has. */
  readonly prepare?: (database: TestDatabase, keys: string) => Promise<void>
  readonly prefix?: string
}

/** A board with its admin over HTTP, as an application has it. */
export async function openShop({
  plugins: own = plugins,
  board: over = {},
  seed = true,
  prepare,
  prefix = '/back/office',
}: ShopOptions = {}): Promise<Shop> {
  const database = await sqliteDatabase.open()
  const heard: string[] = []
  const provider = createServer((request, response) => {
    heard.push(request.headers.authorization ?? '')
    response.statusCode = Number(/\d{3}/.exec(request.url ?? '')?.[0] ?? 200)
    response.end('{}')
  })
  const providers = await listening(provider)
  const [k1, k2] = [generateKey('k1'), generateKey('k2')]
  const open = async (keys: string): Promise<Board> => {
    const board = createBoard({
      plugins: own,
      store: database.factory,
      migrate: 'on-start',
      sync: 'on-start',
      refreshEvery: 50,
      ...over,
      keys,
    })
    await board.ready()
    return board
  }
  if (seed) {
    // Sealed with a key that is gone later.
    const first = await open(`${k2},${k1}`)
    await first.close()
    const before = await open(`${k1},${k2}`)
    await before.admin.create(
      {
        type: 'payment-gateway',
        plugin: 'paypal',
        name: 'PayPal Legacy',
        status: 'reserved',
        priority: 50,
        tags: ['eu'],
        config: { url: providers, key: 'pp-secret' },
      },
      { actor: sara },
    )
    await before.close()
  }
  await prepare?.(database, k2)
  const board = await open(k2)
  const shop: { actor: AdminActor | null; between: Shop['between'] } = { actor: navid, between: undefined }
  const admin = createAdmin(board, {
    authorize: ({ headers }) => (headers.get('cookie')?.includes('who=sara') === true ? sara : shop.actor),
  })
  // After it: so it has seen since when each is selected.
  if (seed) await fill(board, database, providers)
  const listen = nodeAdmin(admin, { prefix })
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`)
    const instead = shop.between?.(request.url ?? '')
    if (instead === undefined) return listen(request, response)
    if (instead === 'hang up') return void request.socket.destroy()
    response.writeHead(instead.status, { 'content-type': instead.type })
    response.end(instead.body)
  })
  const origin = await listening(server)
  return Object.assign(shop, {
    board,
    database,
    admin,
    base: `${origin}${prefix}`,
    providers,
    heard,
    asked,
    cut: () => server.closeAllConnections(),
    [Symbol.asyncDispose]: async () => {
      admin.close()
      for (const each of [server, provider]) {
        each.closeAllConnections()
        each.close()
      }
      await board.close()
      await database[Symbol.asyncDispose]()
    },
  })
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The instances of the pictures, with real calls and checks behind their figures. */
async function fill(board: Board, database: TestDatabase, providers: string): Promise<void> {
  const create = (type: string, plugin: string, name: string, more: object, actor = sara) =>
    board.admin.create({ type, plugin, name, ...more }, { actor })
  const [manual] = (await board.admin.list({ search: 'manual' })).items
  if (manual !== undefined) await board.admin.remove(manual.id, { actor: sara })
  const simple = { url: `${providers}/200`, key: 'a-key' }
  const zarinpal = {
    merchantId: '1344b5d4-0048-11e8-94db',
    unit: 'rial',
    baseUrl: `${providers}/200`,
    apiKey: 'zp-live-secret',
    signingSecret: 'sign-secret',
    timeout: 30,
    sandbox: false,
    connection: { kind: 'direct' },
  }
  const stripe = await create('payment-gateway', 'stripe', 'Stripe EU', {
    status: 'active',
    priority: 10,
    tags: ['cards', 'eu'],
    config: { ...simple, url: `${providers}/503` },
  })
  const main = await create('payment-gateway', 'zarinpal', 'Zarinpal', {
    status: 'reserved',
    priority: 20,
    tags: ['irr', 'primary'],
    config: zarinpal,
  })
  await create('payment-gateway', 'zibal', 'Zibal', { status: 'active', priority: 30, tags: ['irr'], config: simple })
  const bank = await create('payment-gateway', 'behpardakht', 'Mellat Bank', { status: 'reserved', priority: 40, config: simple })
  await create('payment-gateway', 'zarinpal', 'Zarinpal Backup', {
    status: 'disabled',
    priority: 60,
    tags: ['irr', 'dr'],
    config: zarinpal,
  })
  await create('otp', 'kavenegar', 'Kavenegar', { status: 'active', priority: 10, tags: ['IR'], config: simple })
  await create('otp', 'twilio', 'Twilio', { status: 'active', priority: 20, tags: ['EU'], config: simple })
  for (const [at, name] of ['FCM', 'Pushe', 'Najva'].entries())
    await create('notification', name.toLowerCase(), name, { status: 'active', priority: 10 * at, config: simple })
  await create('storage', 's3', 'S3 Frankfurt', { status: 'active', priority: 10, config: simple })
  await create('storage', 's3', 'S3 Tehran', { status: 'reserved', priority: 20, config: simple })
  await create('ai-model', 'claude', 'Claude', { status: 'active', weight: 60, config: simple })
  await create('ai-model', 'gpt', 'GPT', { status: 'active', weight: 40, config: simple })
  const by = { actor: navid }
  await board.admin.update(main.id, { name: 'Zarinpal Production' }, by)
  const { apiKey: _apiKey, signingSecret: _signing, ...open } = zarinpal
  await board.admin.update(main.id, { config: { ...open, apiKey: 'zp-new-secret', baseUrl: `${providers}/200/v2`, timeout: 8 } }, by)
  await board.admin.setStatus(main.id, 'active', by)
  const payments = board.use(PaymentGateway)
  // Three failures in a row eject the first; the calls go to the second.
  for (let call = 0; call < 24; call++) await payments.charge(call)
  for (const { id, state } of (await board.admin.list({ limit: 100 })).items)
    if (state.ok && id !== stripe.id) await board.admin.test(id, by)
  await board.admin.test(stripe.id, by)
  // Nothing of this release makes instances from files yet; the column is there.
  await database.sql(`update plugboard_instances set managed_by = 'bank.yaml' where id = '${bank.id}'`)
  await board.admin.reload(bank.id, by)
}
