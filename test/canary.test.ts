import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Plugin, PluginType, type EventName, type Logger, type Methods } from '../src/index.ts'
import { openBoard, testKeys } from './support/open-board.ts'

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

test('[18][24] no secret is found in any output, and a marker is found in each', async () => {
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

  await using opened = await openBoard({ plugins: [HttpPoster], logger, disposeAfter: 0 })
  const { board } = opened
  const names: EventName[] = ['change', 'selected', 'failover', 'unloadable', 'recovered', 'stale', 'fresh', 'disposalFailed']
  for (const name of names) board.on(name, (event) => note(`event: ${name}`, event))
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
  const object = await board.getById(Poster, broken.call.id)
  note('inspect', [object, { board, handle: board.use(Poster), direct: board.use(Poster, { failover: false }) }, 'marker-plain'])
  note('inspect', inspect(object, { showHidden: false, getters: true, depth: 9 }))
  await using lease = await board.lease(Poster)
  note('lease', lease)

  // Damage, and a wrong key, told.
  await board.internals.store.write((writer) =>
    writer.updateInstances([{ id: main.id, config: 'damaged', status: 'active', rebuild: true }]),
  )
  await board.refresh()
  await fails('damaged', () => board.getById(Poster, main.id))
  lease.release()
  await board.close()
  note('log', 'marker-plain')

  const folder = dirname(opened.file)
  const dump = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name)).toString('latin1'))
    .join('\n')
  outputs.set('database', dump)
  const keys = testKeys.slice(testKeys.indexOf(':') + 1)
  provider.close()

  // What says nothing of a name says something else that was typed or stored.
  const controls = new Map([
    ['error: not JSON', '/token'],
    ['error: invalid config', '/url'],
    ['event: change', "types: [ 'poster' ]"],
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
