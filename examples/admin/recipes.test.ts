import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Board } from 'plugboard'
import { AdminClient, AdminRequestError } from 'plugboard/client'
import { expect, test } from 'vitest'
import { digestOf, machineServer } from './bearer-token.ts'
import { openBoard } from './board.ts'
import { expressApp } from './express-session.ts'
import { fastifyApp } from './fastify-session.ts'
import { nestApp } from './nestjs-guard.ts'

const secret = 'a secret of at least thirty-two characters'

interface Served extends AsyncDisposable {
  readonly url: string
}

async function listening(server: Server): Promise<Served> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function nest(board: Board, platform: 'Express' | 'Fastify'): Promise<Served> {
  const app = await nestApp(board, platform)
  await app.listen(0, '127.0.0.1')
  return { url: await app.getUrl(), [Symbol.asyncDispose]: () => app.close() }
}

const withSessions: readonly (readonly [name: string, serve: (board: Board) => Promise<Served>])[] = [
  ['Express with express-session', (board) => listening(createServer(expressApp(board, secret) as RequestListener))],
  [
    'Fastify with @fastify/session',
    async (board) => {
      const app = await fastifyApp(board, secret)
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      return { url, [Symbol.asyncDispose]: () => app.close() }
    },
  ],
  ['NestJS 12 on Express, beside a guard', (board) => nest(board, 'Express')],
  ['NestJS 12 on Fastify, beside a guard', (board) => nest(board, 'Fastify')],
]

/** Signs in as a browser does, and gives what it sends from then on. */
async function signedIn(url: string, name: string, password: string): Promise<string> {
  const body = JSON.stringify({ name, password })
  const response = await fetch(`${url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect(response.status).toBe(204)
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

const main = { plugin: 'kavenegar', name: 'Main', config: { apiKey: 'the-key', sender: '1000' } }
const refusal = (status: number, code: string): object => ({ status, problem: { code } })

test.for(withSessions)('[49] %s: who is signed in there is let in, as far as their role goes; nobody else is', async ([, serve]) => {
  const board = await openBoard()
  try {
    await using served = await serve(board)
    const { url } = served
    const as = (cookie: string): AdminClient =>
      new AdminClient({ base: `${url}/admin`, headers: { cookie, 'sec-fetch-site': 'same-origin' } })
    await expect(as('').request('listTypes')).rejects.toMatchObject(refusal(401, 'unauthenticated'))
    await expect(as('session=forged').request('listTypes')).rejects.toBeInstanceOf(AdminRequestError)
    const wrong = await fetch(`${url}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Ada","password":"x"}',
    })
    expect(wrong.status).toBe(401)

    const ada = as(await signedIn(url, 'Ada', 'lovelace'))
    const made = await ada.request('createInstance', { params: { type: 'sms' }, body: main })
    const sam = as(await signedIn(url, 'Sam', 'support!'))
    await expect(sam.request('createInstance', { params: { type: 'sms' }, body: main })).rejects.toMatchObject(refusal(403, 'forbidden'))
    await sam.request('setStatus', { params: made, match: made.revision, body: { status: 'active' } })
    const { entries } = await ada.request('listInstanceHistory', { params: made })
    expect(entries.map(({ action, actor }) => [action, actor])).toStrictEqual([
      ['status', { id: 'u2', name: 'Sam' }],
      ['create', { id: 'u1', name: 'Ada' }],
    ])
    // The session of somebody, sent from another site's page.
    const cookie = await signedIn(url, 'Ada', 'lovelace')
    const foreign = new AdminClient({ base: `${url}/admin`, headers: { cookie, origin: 'https://evil.example' } })
    await expect(foreign.request('removeInstance', { params: made, match: '*' })).rejects.toMatchObject(refusal(403, 'cross_site'))
  } finally {
    await board.close()
  }
})

test('[49] NestJS: its own guard and the admin ask the same service', async () => {
  const board = await openBoard()
  try {
    await using served = await nest(board, 'Express')
    expect((await fetch(`${served.url}/orders`)).status).toBe(403)
    const cookie = await signedIn(served.url, 'Sam', 'support!')
    expect(await (await fetch(`${served.url}/orders`, { headers: { cookie } })).json()).toStrictEqual(['an order'])
  } finally {
    await board.close()
  }
})

test('[49] a bearer token lets a machine in, as far as it goes; one that is not known lets nobody in', async () => {
  const board = await openBoard()
  try {
    const token = `deploy-${crypto.randomUUID()}`
    const deploys = { id: 'deploys', name: 'Deployments', permissions: ['configure'] } as const
    await using served = await listening(machineServer(board, new Map([[digestOf(token), deploys]])))
    const as = (sent: string): AdminClient => new AdminClient({ base: `${served.url}/admin`, headers: { authorization: `Bearer ${sent}` } })
    for (const sent of ['', 'short', `deploy-${crypto.randomUUID()}`, digestOf(token)])
      await expect(as(sent).request('listTypes')).rejects.toMatchObject(refusal(401, 'unauthenticated'))
    const made = await as(token).request('createInstance', { params: { type: 'sms' }, body: main, idempotencyKey: 'release-1' })
    expect((await as(token).request('createInstance', { params: { type: 'sms' }, body: main, idempotencyKey: 'release-1' })).id).toBe(
      made.id,
    )
    await expect(as(token).request('setStatus', { params: made, match: '*', body: { status: 'active' } })).rejects.toMatchObject(
      refusal(403, 'forbidden'),
    )
    const [entry] = (await as(token).request('listHistory', { query: { type: 'sms' } })).entries
    expect(entry).toMatchObject({ action: 'create', actor: { id: 'deploys', name: 'Deployments' } })
  } finally {
    await board.close()
  }
})
