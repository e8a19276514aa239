import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openBoard } from '../../test/support/open-board.ts'
import { Plugin, PluginType, type DocumentInstance, type Methods } from '../index.ts'

/** Somebody who writes down what they are sent. */
class Listener implements AsyncDisposable {
  readonly received: string[] = []
  readonly #server = createServer((request, response) => {
    this.received.push(request.headers.authorization ?? '')
    response.end('{}')
  })
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

abstract class Sender extends PluginType('sender') {
  static readonly methods: Methods<Sender> = { send: 'once' }
  abstract send(): Promise<void>
}
class Http extends Plugin(Sender, {
  key: 'http',
  config: z.object({ url: z.url(), token: z.string(), note: z.string().optional() }),
  secrets: { token: { boundTo: ['url'] } },
}) {
  async onStart(): Promise<void> {
    await this.send()
  }
  async send(): Promise<void> {
    await fetch(this.config.url, { headers: { authorization: this.config.token } })
  }
}

const actor = { id: 'u1', name: 'Ada' }
const by = { actor, source: 'rogue.yaml' }

test('fault 17: a rogue file sends neither a stored secret nor a reference elsewhere, on plan, apply, adoption, rename or force', async () => {
  await using truth = new Listener()
  await using rogue = new Listener()
  const [url, elsewhere] = [await truth.listen(), await rogue.listen()]
  process.env['ROGUE_TOKEN'] = 'the-token-of-the-environment'
  await using opened = await openBoard({ plugins: [Http], references: { env: [{ name: 'ROGUE_*', to: [url] }] } })
  const { admin } = opened.board
  await admin.create(
    { type: Sender, plugin: 'http', name: 'Stored', config: { url, token: 'the-stored-token' }, status: 'active' },
    { actor },
  )
  const entry = (config: unknown, name: string, more: object = {}): DocumentInstance => ({
    type: 'sender',
    plugin: 'http',
    name,
    status: 'active',
    config,
    ...more,
  })
  const referring = entry({ url, token: { $ref: 'env:ROGUE_TOKEN' } }, 'Referring')
  await admin.applyInstances({ plugboard: 1, instances: [referring] }, by)
  const before = await opened.board.internals.store.head()

  const attacks: readonly DocumentInstance[] = [
    // The secret is left blank, and the address is another one.
    entry({ url: elsewhere }, 'Stored'),
    entry({ url: elsewhere }, 'Renamed', { was: 'Stored' }),
    entry({ url: elsewhere }, 'Referring'),
    entry({ url: elsewhere }, 'Renamed', { was: 'Referring' }),
    // The reference goes along.
    entry({ url: elsewhere, token: { $ref: 'env:ROGUE_TOKEN' } }, 'Referring'),
    entry({ url: elsewhere, token: { $ref: 'env:ROGUE_TOKEN' } }, 'New'),
    entry({ url: elsewhere, token: { $ref: 'env:PLUGBOARD_KEYS' } }, 'New'),
    entry({ url: elsewhere, token: { $ref: 'file:/etc/passwd' } }, 'New'),
  ]
  for (const attack of attacks) {
    for (const more of [{}, { adopt: true }, { adopt: true, force: true, plainSecrets: true }]) {
      const document = { plugboard: 1 as const, instances: [attack] }
      const attempts = [() => admin.planInstances(document, { ...by, ...more }), () => admin.applyInstances(document, { ...by, ...more })]
      for (const attempt of attempts) {
        const outcome: unknown = await attempt().catch((error: unknown) => error)
        // Held without `adopt`, refused with it.
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'instances_file' })
        else expect([more, outcome]).toMatchObject([{}, { changed: false, instances: [{ action: 'hold' }, { action: 'hold' }] }])
      }
    }
  }
  expect(rogue.received).toEqual([])
  expect(await opened.board.internals.store.head()).toEqual(before)

  // Positive control: with the address as it was the true listener is sent both, and one that enters the secret goes where it says.
  truth.received.length = 0
  const changed = [entry({ url, note: 'x' }, 'Stored'), entry({ url, token: { $ref: 'env:ROGUE_TOKEN' }, note: 'x' }, 'Referring')]
  await admin.applyInstances({ plugboard: 1, instances: changed }, { ...by, adopt: true })
  expect([...new Set(truth.received)].toSorted()).toEqual(['the-stored-token', 'the-token-of-the-environment'])
  const own = entry({ url: elsewhere, token: 'a-token-of-its-own' }, 'Own')
  await admin.applyInstances({ plugboard: 1, instances: [...changed, own] }, { ...by, plainSecrets: true })
  expect([...new Set(rogue.received)]).toEqual(['a-token-of-its-own'])
})
