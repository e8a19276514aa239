import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { instancesText } from '../src/files/index.ts'
import { createAdmin, type EndpointName } from '../src/admin/index.ts'
import { AdminClient } from '../src/admin/client.ts'
import { Plugin, PluginType, type InstancesDocument, type Logger, type Methods, type ReferenceOptions } from '../src/index.ts'
import { eventNames, listen, listenTo, tracedNames } from './support/listen.ts'
import { Sdk } from './support/otel-sdk.ts'
import { openBoard, TempFolder, testKeys } from './support/open-board.ts'

/**
 * [24] Secrets are random, set in every kind of secret field, and looked for in every output there is, in clear and as base64, hex and URL.
 * Positive control: a marker that is no secret is found in each output, and the provider does receive the secret.
 *
 * Outputs are added here when they are added to the library. The command line has a canary of its own in src/cli.
 */
abstract class Poster extends PluginType('poster', { label: 'Poster marker-plain' }) {
  static readonly methods: Methods<Poster> = { post: 'once', read: 'repeatable' }
  abstract post(text: string): Promise<number>
  abstract read(): Promise<string>
}

class HttpPoster extends Plugin(Poster, {
  key: 'http',
  config: z.object({
    url: z.url(),
    token: z
      .string()
      .refine((token) => !token.includes('invalid'), { error: (issue) => `marker-plain: ${String(issue.input)} is refused` }),
    auth: z.object({ user: z.string(), password: z.string() }),
    pins: z.array(z.string()),
    extra: z.string().meta({ writeOnly: true }).optional(),
    fail: z.enum(['no', 'start', 'call', 'test', 'dispose']).default('no'),
  }),
  secrets: { token: {}, 'auth.password': {}, pins: {} },
}) {
  #everything(): Error {
    const { token, auth, pins, extra } = this.config
    const text = `marker-plain ${token} ${encodeURIComponent(auth.password)} ${pins.join()} ${extra ?? ''}`
    return Object.assign(new Error(text, { cause: new Error(Buffer.from(token).toString('base64')) }), {
      request: { headers: { authorization: `Basic ${Buffer.from(auth.password).toString('base64')}` } },
      config: this.config,
    })
  }
  async onStart(): Promise<void> {
    if (this.config.fail === 'start') throw this.#everything()
  }
  async onTest(): Promise<void> {
    if (this.config.fail === 'test') throw this.#everything()
  }
  async onDispose(): Promise<void> {
    if (this.config.fail === 'dispose') throw this.#everything()
  }
  async post(text: string): Promise<number> {
    if (this.config.fail === 'call') throw this.#everything()
    const response = await fetch(this.config.url, {
      method: 'POST',
      body: text,
      headers: { authorization: this.config.token, 'x-pin': this.config.pins.join() },
    })
    return response.status
  }
  async read(): Promise<string> {
    throw this.#everything()
  }
}

const actor = { id: 'u1', name: 'marker-plain' }
const random = (): string => `cnry+/"${crypto.randomUUID()}`

test('[18][24] fault 16: no secret is found in any output, and a marker is found in each', async () => {
  const received: IncomingMessage['headers'][] = []
  const provider = createServer((request, response) => {
    received.push(request.headers)
    request.resume()
    response.end()
  }).listen(0, '127.0.0.1')
  await once(provider, 'listening')
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/`

  const secrets: string[] = []
  const secret = (): string => {
    secrets.push(random())
    return secrets.at(-1) ?? ''
  }
  const config = (fail = 'no'): object => ({
    url,
    token: secret(),
    auth: { user: 'marker-plain config-only', password: secret() },
    pins: [secret(), secret()],
    extra: secret(),
    fail,
  })
  const outputs = new Map<string, string>()
  const note = (name: string, value: unknown): void => void outputs.set(name, `${outputs.get(name) ?? ''}\n${shown(value)}`)
  const fails = async (name: string, work: () => unknown): Promise<void> => {
    try {
      await work()
    } catch (error) {
      return note(`error: ${name}`, error)
    }
    throw new Error(`${name} was meant to fail`)
  }
  const logger: Logger = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [level, (data: object, text: string) => note('log', [text, data])]),
  ) as never

  using secretFolder = new TempFolder()
  const pins = [random(), random()]
  const named = { CANARY_TOKEN: random(), 'auth.password': random(), pins: JSON.stringify(pins), extra: random() }
  process.env['CANARY_TOKEN'] = named.CANARY_TOKEN
  writeFileSync(join(secretFolder.path, 'password'), named['auth.password'])
  const to = [url]
  const references: ReferenceOptions = {
    env: [{ name: '*', to }],
    file: [{ path: `${secretFolder.path}/`, to }],
    resolvers: {
      vault: {
        resolve: (name) => {
          if (name === 'throws')
            throw Object.assign(new Error(named.extra, { cause: named.extra }), { name: named.extra, code: named.extra })
          return name === 'pins' ? named.pins : named.extra
        },
        to,
      },
    },
  }
  const referring = (fail = 'no', more: object = {}): object => ({
    url,
    token: { $ref: 'env:CANARY_TOKEN' },
    auth: { user: 'marker-plain', password: { $ref: `file:${join(secretFolder.path, 'password')}` } },
    pins: { $ref: 'vault:pins' },
    extra: { $ref: 'vault:extra' },
    fail,
    ...more,
  })

  using sdk = new Sdk()
  await using opened = await openBoard({ plugins: [HttpPoster], logger, references, disposeAfter: 0 })
  const { board } = opened
  for (const name of eventNames) board.on(name, (event) => note(`event: ${name}`, event))
  const channels = [
    ...eventNames.map((name) => listenTo(name, (event) => note(`channel: ${name}`, event))),
    ...tracedNames.map((name) => {
      const listened = listen(name)
      return { [Symbol.dispose]: () => (note(`channel: ${name}`, listened.heard), listened[Symbol.dispose]()) }
    }),
  ]
  board.on('selected', () => {
    throw new Error('marker-plain: a listener')
  })
  const create = (name: string, fail?: string, more: object = {}) =>
    board.admin.create(
      { type: Poster, plugin: 'http', name: `${name} marker-plain`, config: config(fail), status: 'active', ...more },
      { actor, force: true },
    )

  // The provider does receive what was stored.
  const main = await create('main')
  expect(await board.use(Poster).post('hello')).toBe(200)
  expect(received[0]).toMatchObject({ authorization: secrets[0], 'x-pin': `${secrets[2] ?? ''},${secrets[3] ?? ''}` })

  // Every way something of a plugin's can fail.
  await fails('call', () => board.use(Poster).read())
  await fails('run', () => board.run(Poster, (poster) => poster.read()))
  const broken = {
    start: await create('start', 'start'),
    test: await create('test', 'test'),
    call: await create('call', 'call'),
    dispose: await create('dispose', 'dispose', { status: 'disabled' }),
  }
  for (const each of Object.values(broken)) note('admin.test', [await board.admin.test(each.id, { actor }), 'marker-plain'])
  note('admin.testDraft', [
    await board.admin.testDraft({ instance: broken.test.id, config: { url, auth: { user: 'marker-plain' }, fail: 'test' } }, { actor }),
    'marker-plain',
  ])
  await fails('getById', () => board.getById(Poster, broken.start.id))
  await fails('trial', () => board.admin.update(broken.start.id, { config: config('start') }, { actor }))
  await board.admin.setStatus(broken.dispose.id, 'active', { actor })
  await board.getById(Poster, broken.dispose.id)
  await board.admin.setStatus(broken.dispose.id, 'disabled', { actor })
  await board.admin.setStatus([main.id, broken.test.id], 'disabled', { actor })
  await fails('post', () => board.use(Poster).post('x'))

  // The same, with secrets that are references.
  await board.admin.setStatus(
    Object.values(broken).map(({ id }) => id),
    'disabled',
    { actor },
  )
  secrets.push(named.CANARY_TOKEN, named['auth.password'], ...pins, named.extra)
  received.length = 0
  const refers = await create('refers', 'no', { config: referring() })
  expect(await board.use(Poster).post('hello')).toBe(200)
  expect(received[0]).toMatchObject({ authorization: named.CANARY_TOKEN, 'x-pin': pins.join() })
  await fails('call, by reference', () => board.use(Poster).read())
  for (const fail of ['start', 'test', 'call'])
    note('admin.testDraft', await board.admin.testDraft({ instance: refers.id, config: referring(fail) }, { actor }))
  await fails('trial, by reference', () => board.admin.update(refers.id, { config: referring('start') }, { actor }))
  note('admin.test', await board.admin.test(refers.id, { actor }))
  note('admin.reload', await board.admin.reload(refers.id, { actor }))
  note('admin.get', await board.admin.get(refers.id))
  process.env['CANARY_TOKEN'] = `invalid ${secret()}`
  await fails('invalid, by reference', () => board.admin.update(refers.id, { config: referring('no', { extra: secret() }) }, { actor }))
  note('admin.get', await board.admin.get(refers.id))
  const wrong = [
    'vault:throws',
    'env:PLUGBOARD_KEYS',
    'file:/etc/passwd',
    `env:${secret()}`,
    `file:/${secret()}`,
    `${secret()}:x`,
    secret(),
  ]
  for (const $ref of wrong) {
    await fails('reference', () =>
      board.admin.update(refers.id, { config: referring('no', { extra: { $ref } }) }, { actor, force: $ref !== wrong[0] }),
    )
    await fails('draft, by reference', () =>
      board.admin.testDraft({ instance: refers.id, config: referring('no', { auth: { user: { $ref }, password: secret() } }) }, { actor }),
    )
  }
  await fails('destination', () => board.admin.update(refers.id, { config: referring('no', { url: 'http://127.0.0.1:9/' }) }, { actor }))
  await board.admin.remove(refers.id, { actor })
  await board.admin.setStatus([broken.start.id, broken.call.id], 'active', { actor })

  // Every refusal of something typed.
  await fails('invalid config', () =>
    board.admin.update(
      main.id,
      { config: { url: 'marker-plain', token: `invalid ${secret()}`, auth: { password: secret() }, pins: secret(), extra: secret() } },
      { actor },
    ),
  )
  await fails('not JSON', () =>
    board.admin.update(main.id, { config: { url: 'marker-plain', token: Symbol(secret()), auth: new Map([[secret(), 1]]) } }, { actor }),
  )
  await fails('reentry', () =>
    board.admin.update(main.id, { config: { url: 'http://127.0.0.1:9/', auth: { user: 'marker-plain' } } }, { actor }),
  )
  await fails('stale', () => board.admin.update(main.id, { name: 'x' }, { actor, revision: 99 }))
  await fails('duplicate', () => create('main'))

  // Every read.
  note('admin.get', await board.admin.get(main.id))
  note('admin.history', await board.admin.history({ limit: 500 }))
  note('admin.history with diff', await board.admin.history({ limit: 500, diff: true }))
  note('explain', await board.explain(Poster))
  note('status', await board.status())
  note('instances', board.instances(Poster))
  note('sync', [await board.sync({ mode: 'update', dryRun: true }), 'marker-plain'])

  // Instances as a file says them, written and read.
  const exported = await board.admin.exportInstances()
  note('admin.exportInstances', exported)
  for (const format of ['yaml', 'json'] as const) note('instancesText', await instancesText(exported.document, format, 'marker-plain'))
  const listing = (name: string, more: unknown): InstancesDocument => ({
    plugboard: 1,
    instances: [{ type: 'poster', plugin: 'http', name: `${name} marker-plain`, config: more }],
  })
  const bySource = { actor, source: 'marker-plain.yaml' }
  const plain = { ...bySource, plainSecrets: true }
  note('admin.planInstances', await board.admin.planInstances(exported.document, { ...bySource, adopt: true }))
  note('admin.planInstances', await board.admin.planInstances(listing('main', config()), { ...plain, adopt: true }))
  note('admin.applyInstances', await board.admin.applyInstances(listing('listed', config()), plain))
  note('admin.applyInstances', await board.admin.applyInstances(listing('listed', { ...config(), url: `${url}other` }), plain))
  const [listed] = (await board.admin.list({ search: 'listed' })).items
  await fails('managed', () => board.admin.update(listed?.id ?? '', { config: config() }, { actor }))
  note('admin.takeOver', await board.admin.takeOver(listed?.id ?? '', { actor }))
  await fails('plain secrets', () => board.admin.planInstances(listing('new', config()), bySource))
  await fails('unknown field', () => board.admin.planInstances(listing('new', { ...config(), tokn: secret() }), plain))
  await fails('no config', () => board.admin.planInstances(listing('new', secret()), plain))
  await fails('invalid, by file', () => board.admin.planInstances(listing('new', { ...config(), token: `invalid ${secret()}` }), plain))
  await fails('trial, by file', () => board.admin.applyInstances(listing('new', config('start')), plain))
  await fails('reentry, by file', () =>
    board.admin.planInstances(listing('main', { url: 'http://127.0.0.1:9/', auth: { user: 'marker-plain' } }), {
      ...bySource,
      adopt: true,
    }),
  )
  await board.admin.remove(listed?.id ?? '', { actor })

  // Every route of the admin, and what each refuses.
  const admin = createAdmin(board, { logger, authorize: () => ({ ...actor, permissions: ['read', 'operate', 'configure'] }) })
  const client = new AdminClient({
    base: 'http://admin.test',
    headers: { authorization: 'Bearer x' },
    fetch: async (input, init) => {
      const response = await admin.fetch(new Request(input, init))
      const text = await response.clone().text()
      note(`http: ${String(init?.method)}`, [response.status, [...response.headers], text, 'marker-plain'])
      return response
    },
  })
  const type = { type: 'poster' }
  const plugin = { ...type, plugin: 'http' }
  const params = { id: main.id }
  const reads: readonly (readonly [EndpointName, object])[] = [
    ['whoAmI', {}],
    ['getOpenApi', {}],
    ['listTypes', {}],
    ['getType', { params: type }],
    ['listPlugins', { params: type }],
    ['getPlugin', { params: plugin }],
    ['listTypeInstances', { params: type }],
    ['listInstances', {}],
    ['getOrder', { params: type }],
    ['listMetrics', { params: type }],
    ['listRemoved', {}],
    ['getInstance', { params }],
    ['listInstanceHistory', { params, query: { diff: true, limit: 500 } }],
    ['listHistory', { query: { diff: true, limit: 500 } }],
    ['planSync', {}],
    ['getKeys', {}],
    ['getSystem', {}],
    ['verifyKeys', {}],
    ['rotateKeys', {}],
    ['getKeys', {}],
    ['explain', { params: type, body: {} }],
  ]
  // Each name goes with its own options.
  const request = client.request.bind(client) as unknown as (name: EndpointName, options: object) => Promise<unknown>
  for (const [name, options] of reads) await request(name, options)
  await request('testDraft', { params: plugin, body: { config: config('test') } })
  await request('testInstance', { params: { id: broken.test.id } })
  await request('testInstanceDraft', {
    params: { id: broken.test.id },
    body: { config: { url, auth: { user: 'marker-plain' }, fail: 'test' } },
  })
  await request('createInstance', { params: type, body: { plugin: 'http', name: 'by http marker-plain', config: config(), force: true } })
  const bad = [
    [
      'createInstance',
      { params: type, body: { plugin: 'http', name: 'x', config: { url: 'marker-plain', token: `invalid ${secret()}` } } },
    ],
    ['createInstance', { params: type, body: { plugin: 'http', name: 'x', config: config('start') } }],
    ['createInstance', { params: type, body: { plugin: 'http', name: 'x', config: secret() } }],
    ['createInstance', { params: type, body: { plugin: 'http', name: 'x', config: { [secret()]: secret() } } }],
    ['updateInstance', { params, match: '*', body: { config: { url: 'http://127.0.0.1:9/', auth: { user: 'marker-plain' } } } }],
    ['updateInstance', { params, match: 99, body: { name: 'x' } }],
    ['testInstanceDraft', { params, body: { config: { url: 'marker-plain', token: `invalid ${secret()}`, pins: secret() } } }],
  ] as const
  for (const [name, options] of bad) await fails(`http ${name}`, () => request(name, options))
  for (const body of [`{"config":{"token":"${secret()}`, secret()])
    note('http: broken', [
      await (
        await admin.fetch(
          new Request('http://admin.test/api/v1/types/poster/instances', {
            method: 'POST',
            body,
            headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
          }),
        )
      ).text(),
      'marker-plain',
    ])
  const live = (await admin.fetch(new Request('http://admin.test/api/v1/events'))).body?.getReader()
  await request('setStatus', { params: { id: broken.start.id }, match: '*', body: { status: 'reserved' } })
  await request('setStatus', { params: { id: broken.start.id }, match: '*', body: { status: 'active' } })
  for (let text = ''; !text.includes('event: change');) {
    text = new TextDecoder().decode((await live?.read())?.value as Uint8Array | undefined)
    note('http: events', [text, 'marker-plain'])
  }
  admin.close()

  const object = await board.getById(Poster, broken.call.id)
  note('inspect', [object, { board, handle: board.use(Poster), direct: board.use(Poster, { failover: false }) }, 'marker-plain'])
  note('inspect', inspect(object, { showHidden: false, getters: true, depth: 9 }))
  await using lease = await board.lease(Poster)
  note('lease', lease)

  // A later release, whose step to it says all that it was given.
  const later = await opened.another({ plugins: [LaterPoster] })
  for (const name of eventNames) later.on(name, (event) => note(`event: ${name}`, event))
  note('admin.migrateConfigs', await later.admin.migrateConfigs({ force: true }, { actor }))
  note('admin.get of a later release', await later.admin.get(broken.call.id))
  note('admin.history of a later release', await later.admin.history({ limit: 500, diff: true }))
  note('admin.test of a later release', await later.admin.test(broken.call.id, { actor }))
  note('status of a later release', await later.status())
  await fails('migration', () => later.getById(Poster, broken.call.id))

  // Damage, and a wrong key, told.
  await board.internals.store.write((writer) =>
    writer.updateInstances([{ id: main.id, config: 'damaged', status: 'active', rebuild: true }]),
  )
  await board.refresh()
  await fails('damaged', () => board.getById(Poster, main.id))
  lease.release()

  // Every file of the database: while it is open, when the log holds what the file itself does not yet, and closed.
  const files = (): ReadonlyMap<string, string> =>
    new Map(readdirSync(dirname(opened.file)).map((name) => [name, readFileSync(join(dirname(opened.file), name)).toString('latin1')]))
  const open = files()
  outputs.set('log of the open database', open.get('board.db-wal') ?? '')
  await Promise.all([board.close(), later.close()])
  for (const channel of channels) channel[Symbol.dispose]()
  for (const { name, attributes, events, status } of sdk.spans) note(`span: ${name}`, { attributes, events, status })
  note('metrics', await sdk.everything())
  const closed = [...files().values()].join('\n')
  outputs.set('closed database', closed)
  const dump = [...open.values(), closed].join('\n')
  outputs.set('database', dump)
  note('log', 'marker-plain')
  const keys = testKeys.slice(testKeys.indexOf(':') + 1)
  provider.close()

  // What says nothing of a name says something else that was typed or stored.
  const controls = new Map([
    ['error: not JSON', '/token'],
    ['error: invalid, by reference', '/token'],
    ['error: reference', 'extra'],
    ['error: draft, by reference', '/auth/user'],
    ['error: destination', 'where url leads'],
    ['error: invalid config', '/url'],
    ['event: change', "types: [ 'poster' ]"],
    ['channel: change', "types: [ 'poster' ]"],
    ['channel: plugboard.refresh', "types: [ 'poster' ]"],
    ['channel: plugboard.sync', "mode: 'update'"],
    ['span: plugboard.sync', 'update'],
  ])
  expect(outputs.size).toBeGreaterThan(20)
  for (const [name, text] of outputs) {
    expect(text, `positive control: ${name}`).toContain(controls.get(name) ?? 'marker-plain')
    for (const value of [...secrets, keys])
      for (const form of formsOf(value)) expect(text.includes(form), `${form} in ${name}: ${text.slice(0, 3_000)}`).toBe(false)
  }
  // [18] Not even what is no secret of a config can be read in the database.
  expect(dump).not.toContain(url)
  expect(dump).not.toContain('config-only')
  expect(secrets.length).toBeGreaterThan(25)
})

class LaterPoster extends Plugin(Poster, {
  key: 'http',
  config: z.object({ token: z.string() }),
  secrets: { token: {} },
  version: 2,
  migrate: {
    1: (stored) => {
      const text = `marker-plain ${JSON.stringify(stored)} ${Buffer.from(JSON.stringify(stored['token'] ?? '')).toString('base64')}`
      throw Object.assign(new Error(text, { cause: stored }), { stored, list: Object.values(stored) })
    },
  },
}) {
  async post(): Promise<number> {
    return 0
  }
  async read(): Promise<string> {
    return ''
  }
}

/** As a console, a JSON logger and an error reporter would show it. */
function shown(value: unknown): string {
  const json = JSON.stringify(value, (_, item: unknown) =>
    item instanceof Error
      ? Object.assign({}, item, { message: item.message, stack: item.stack, cause: item.cause })
      : typeof item === 'symbol'
        ? String(item)
        : item,
  )
  return `${inspect(value, { depth: 12 })}\n${json}\n${String(value)}`
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ]
}
