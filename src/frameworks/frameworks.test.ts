// Long because it is the one suite that every adapter passes: what is the same for all must be asked of all.
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express, { type Request as ExpressRequest } from 'express'
import express4 from 'express-4'
import fastify, { type FastifyRequest } from 'fastify'
import { Hono, type Context } from 'hono'
import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { describe, expect, test } from 'vitest'
import { ask } from '../../test/support/ask.ts'
import { nest12, type Nest } from '../../test/support/nest-12.ts'
import { openBoard, until, type TestBoard } from '../../test/support/open-board.ts'
import { createAdmin, type Admin, type AdminActor, type AdminOptions } from '../admin/index.ts'
import type { Board } from '../index.ts'
import { expressAdmin, fastifyAdmin, honoAdmin, nestAdmin, nextAdmin, nodeAdmin } from './index.ts'

interface ServeOptions {
  readonly board: Board
  readonly prefix: string
  readonly options: Omit<AdminOptions, 'authorize'>
}
interface Served {
  readonly url: string
  readonly close: () => Promise<void>
}
interface Adapter {
  readonly name: string
  /** Serves the admin, with a session of the framework's own where it has one. */
  readonly serve: (options: ServeOptions) => Promise<Served>
}

const everything = ['read', 'operate', 'configure'] as const
const ada: AdminActor = { id: 'u1', name: 'Ada', permissions: everything }

/** A session as frameworks keep one: on their own request. */
const sessionOf = (headers: IncomingMessage['headers']): AdminActor | undefined => (headers.cookie === 'session=ada' ? ada : undefined)

async function listen(listener: (...args: Parameters<RequestListener>) => unknown): Promise<Served> {
  const server = createServer((...args) => void listener(...args)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      // The test's own client keeps one open for its next request.
      server.closeAllConnections()
      await closed
    },
  }
}

function onExpress(name: string, make: typeof express, parser: 'json' | 'text' | 'none'): Adapter {
  return {
    name: `${name}, ${parser === 'none' ? 'no body parser' : `behind ${parser}()`}`,
    serve: async ({ board, prefix, options }) => {
      const admin = createAdmin(board, {
        ...options,
        authorize: (_, request: ExpressRequest) => ('user' in request ? (request.user as AdminActor) : null),
      })
      const app = make()
      if (parser !== 'none') app.use(parser === 'json' ? make.json({ limit: '9mb' }) : make.text({ type: '*/*', limit: '9mb' }))
      app.use((request, _response, next) => {
        Object.assign(request, { user: sessionOf(request.headers) ?? null })
        next()
      })
      app.use(prefix === '' ? '/' : prefix, expressAdmin(admin))
      const served = await listen(app)
      return closing(served, admin)
    },
  }
}

/** A service of the application that knows its sessions. */
class Sessions {
  of(cookie: string | undefined): AdminActor | null {
    return sessionOf({ cookie }) ?? null
  }
}

function onNest(version: 11 | 12, nest: Nest, platform: 'Express' | 'Fastify'): Adapter {
  return {
    name: `NestJS ${version} on ${platform}`,
    serve: async ({ board, prefix, options }) => {
      class AppModule {}
      // As the decorator does it.
      nest.Module({})(AppModule)
      const adapter = platform === 'Express' ? new nest.ExpressAdapter() : new nest.FastifyAdapter({ forceCloseConnections: true })
      const app = await nest.NestFactory.create(AppModule, adapter, { logger: false, forceCloseConnections: true })
      const sessions = new Sessions()
      const admin = createAdmin(board, { ...options, authorize: (request) => sessions.of(request.headers.get('cookie') ?? undefined) })
      await nestAdmin(app, admin, { prefix })
      await app.listen(0, '127.0.0.1')
      return closing({ url: await app.getUrl(), close: () => app.close() }, admin)
    },
  }
}

const nest11: Nest = { Module, NestFactory, ExpressAdapter, FastifyAdapter }
const adapters: readonly Adapter[] = [
  onNest(11, nest11, 'Express'),
  onNest(11, nest11, 'Fastify'),
  onNest(12, await nest12(), 'Express'),
  onNest(12, await nest12(), 'Fastify'),
  {
    name: 'Node',
    serve: async ({ board, prefix, options }) => {
      const admin = createAdmin(board, { ...options, authorize: (_, request: IncomingMessage) => sessionOf(request.headers) ?? null })
      return closing(await listen(nodeAdmin(admin, { prefix })), admin)
    },
  },
  onExpress('Express 5', express, 'none'),
  onExpress('Express 5', express, 'json'),
  onExpress('Express 5', express, 'text'),
  onExpress('Express 4', express4, 'none'),
  onExpress('Express 4', express4, 'json'),
  {
    name: 'Fastify 5, behind its body parser',
    serve: async ({ board, prefix, options }) => {
      const admin = createAdmin(board, {
        ...options,
        authorize: (_, request: FastifyRequest) => request.getDecorator<AdminActor | null>('user'),
      })
      const app = fastify({ forceCloseConnections: true })
      app.decorateRequest('user', null)
      app.addHook('onRequest', async (request) => request.setDecorator('user', sessionOf(request.raw.headers) ?? null))
      app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body))
      app.post('/own', (request) => Promise.resolve({ own: request.body }))
      await app.register(fastifyAdmin(admin), { prefix })
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      return closing({ url, close: () => app.close() }, admin)
    },
  },
  {
    name: 'Hono',
    serve: async ({ board, prefix, options }) => {
      type Env = { Variables: { user: AdminActor | undefined } }
      const admin = createAdmin(board, { ...options, authorize: (_, context: Context<Env>) => context.get('user') ?? null })
      const app = new Hono<Env>()
      app.use(async (context, next) => {
        context.set('user', context.req.header('cookie') === 'session=ada' ? ada : undefined)
        await next()
      })
      app.all(`${prefix}/*`, honoAdmin(admin))
      return closing(await listen(getRequestListener(app.fetch, { overrideGlobalObjects: false })), admin)
    },
  },
  {
    name: 'Next.js, by the shape of its route handlers',
    serve: async ({ board, prefix, options }) => {
      const admin = createAdmin(board, {
        ...options,
        authorize: (request) => (request.headers.get('cookie') === 'session=ada' ? ada : null),
      })
      const handlers = nextAdmin(admin)
      const serve = async (request: Request): Promise<Response> => {
        const { pathname } = new URL(request.url)
        const handler = Object.entries(handlers).find(([method]) => method === request.method)?.[1]
        const below = pathname.slice(prefix.length).split('/').filter(Boolean)
        return handler === undefined
          ? new Response(null, { status: 405 })
          : handler(request, { params: Promise.resolve(below.length === 0 ? {} : { path: below.map(decoded) }) })
      }
      return closing(await listen(getRequestListener(serve, { overrideGlobalObjects: false })), admin)
    },
  },
]

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function closing(served: Served, admin: { readonly close: () => void }): Served {
  return {
    url: served.url,
    close: async () => {
      admin.close()
      await served.close()
    },
  }
}

const prefixes = ['', '/admin', '/back-office/v2/plugboard'] as const

describe.for(adapters)('$name', (adapter) => {
  test.for(prefixes)("everything works below '%s'", async (prefix) => {
    await using opened = await openBoard()
    const served = await adapter.serve({ board: opened.board, prefix, options: { bodyLimit: 100_000 } })
    try {
      await walk(`${served.url}${prefix}`, opened)
      await refusals(`${served.url}${prefix}`)
      await page(`${served.url}${prefix}`)
    } finally {
      await served.close()
    }
  })

  test('behind a proxy, the host that it names counts where it is trusted, and only there', async () => {
    await using opened = await openBoard()
    for (const trustProxy of [true, false]) {
      const served = await adapter.serve({ board: opened.board, prefix: '/admin', options: { trustProxy } })
      try {
        const write = (headers: Record<string, string>) =>
          ask(`${served.url}/admin/api/v1/types/gateway/explain`, {
            method: 'POST',
            body: '{}',
            headers: { cookie: 'session=ada', 'content-type': 'application/json', ...headers },
          })
        const forwarded = { 'x-forwarded-host': 'shop.example', 'x-forwarded-proto': 'https' }
        expect((await write({ ...forwarded, origin: 'https://shop.example' })).status).toBe(trustProxy ? 200 : 403)
        // What the proxy does not say is not believed of the browser.
        expect((await write({ ...forwarded, origin: 'http://shop.example' })).status).toBe(403)
        expect((await write({ ...forwarded, origin: 'https://evil.example' })).status).toBe(403)
      } finally {
        await served.close()
      }
    }
  })
})

// Whether what Next hands on has the last slash depends on its release: the page finds its files either way.
test.for(['kept', 'taken off'] as const)(
  'Next.js with trailingSlash: where each address gets a last slash, which its handlers see %s, routes answer and the page finds its files',
  async (slash) => {
    await using opened = await openBoard()
    const admin = createAdmin(opened.board, {
      authorize: ({ headers }) => sessionOf({ cookie: headers.get('cookie') ?? undefined }) ?? null,
    })
    const handlers = nextAdmin(admin)
    const served = await listen(
      getRequestListener(
        async (request) => {
          const url = new URL(request.url)
          const isFile = /\.\w+$/.test(url.pathname)
          // As Next does it before any handler.
          if (!url.pathname.endsWith('/') && !isFile)
            return new Response(null, { status: 308, headers: { location: `${url.pathname}/${url.search}` } })
          if (slash === 'taken off') url.pathname = url.pathname.replace(/\/$/, '')
          const below = url.pathname.slice('/admin'.length).split('/').filter(Boolean)
          const context = { params: Promise.resolve(below.length === 0 ? {} : { path: below }) }
          const { method } = request
          const body = method === 'GET' ? null : await request.text()
          return handlers[method as 'GET'](new Request(url, { method, headers: request.headers, body }), context)
        },
        { overrideGlobalObjects: false },
      ),
    )
    try {
      const base = `${served.url}/admin`
      await page(base, ['/', '/types/', '/types/gateway/', '/instances/1/history/'])
      expect((await ask(`${base}/api/v1/types/`, { headers: session })).json()).toMatchObject({ types: [{ key: 'gateway' }] })
      const at = `${base}/api/v1/types/gateway/instances/`
      const body = JSON.stringify({ plugin: 'bank', name: 'Main', config: { apiKey: 'key-of-main' } })
      // A browser sends a write again where a 308 leads, with its body.
      const made = await fetch(at.slice(0, -1), { method: 'POST', headers: json, body })
      expect([made.status, made.url]).toStrictEqual([201, at])
      // What it is told to look at is an address that answers, whichever slash was seen.
      if (slash === 'kept') {
        const there = new URL(made.headers.get('location') ?? '', at).href
        expect(await (await fetch(there, { headers: session })).json()).toMatchObject({ name: 'Main' })
      }
    } finally {
      admin.close()
      await served.close()
    }
  },
)

test('the host application keeps its own routes and its own Request', async () => {
  await using opened = await openBoard()
  const { Request: before, Response: answer } = globalThis
  const served = await adapters
    .find(({ name }) => name.startsWith('Fastify'))
    ?.serve({ board: opened.board, prefix: '/admin', options: {} })
  try {
    const own = await ask(`${served?.url ?? ''}/own`, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } })
    expect(own.json()).toStrictEqual({ own: { a: 1 } })
    expect([globalThis.Request, globalThis.Response]).toStrictEqual([before, answer])
  } finally {
    await served?.close()
  }
})

test('what stands around the admin on Node may add headers and cookies to an answer, or make another one of it', async () => {
  await using opened = await openBoard()
  const admin = createAdmin(opened.board, { authorize: () => ada })
  const around = (change: (response: Response) => Response | Promise<Response>): Admin<IncomingMessage> => ({
    fetch: async (request, mount) => change(await admin.fetch(request, mount)),
    close: () => admin.close(),
  })
  const adding = around((response) => {
    response.headers.set('x-frame-options', 'SAMEORIGIN')
    response.headers.append('set-cookie', 'a=1')
    response.headers.append('set-cookie', 'b=2')
    return response
  })
  const remaking = around(async (response) => new Response(`${await response.text()} `, { status: 203, headers: response.headers }))
  const plain = await listen(nodeAdmin(admin))
  const added = await listen(nodeAdmin(adding))
  const remade = await listen(nodeAdmin(remaking))
  try {
    const [first, second, third] = await Promise.all([plain, added, remade].map(({ url }) => ask(`${url}/api/v1/me`)))
    expect(second?.json()).toStrictEqual(first?.json())
    expect(second?.headers).toMatchObject({ 'x-frame-options': 'SAMEORIGIN', 'set-cookie': ['a=1', 'b=2'] })
    expect([third?.status, third?.text]).toStrictEqual([203, `${first?.text ?? ''} `])
    // Said before it is sent, in bytes.
    expect(first?.headers['content-length']).toBe(String(Buffer.byteLength(first?.text ?? '')))
  } finally {
    for (const served of [plain, added, remade]) await served.close()
  }
})

const session = { cookie: 'session=ada' }
const json = { ...session, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }

/** Everything an adapter must carry: query, body, headers both ways, status, no content, streams. */
async function walk(base: string, opened: TestBoard): Promise<void> {
  const types = await ask(`${base}/api/v1/types`, { headers: session })
  expect([types.status, types.json()]).toMatchObject([200, { types: [{ key: 'gateway' }] }])
  expect(types.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store', 'x-frame-options': 'DENY' })

  const name = 'پرداخت 💳 "quoted"'
  const body = JSON.stringify({ plugin: 'bank', name, config: { apiKey: 'key-of-main' } })
  const made = await ask(`${base}/api/v1/types/gateway/instances`, { method: 'POST', headers: json, body })
  expect([made.status, made.json()]).toMatchObject([201, { name }])
  const at = new URL(made.headers.location ?? '', `${base}/api/v1/types/gateway/instances`).href
  const read = await ask(at, { headers: session })
  expect([read.status, read.json()['name'], read.headers.etag]).toStrictEqual([200, name, '"1"'])
  const found = await ask(`${base}/api/v1/instances?search=${encodeURIComponent('پرداخت')}&limit=1`, { headers: session })
  expect(found.json()).toMatchObject({ matching: 1 })

  const following = await listenTo(`${base}/api/v1/events`)
  expect(await following.next()).toContain('event: hello')
  const edited = await ask(at, { method: 'PATCH', headers: { ...json, 'if-match': '"1"' }, body: JSON.stringify({ tags: ['a'] }) })
  expect([edited.status, edited.headers.etag]).toStrictEqual([200, '"2"'])
  expect(await following.next('event: change')).toContain('"gateway"')
  following.end()

  expect((await ask(at, { method: 'PATCH', headers: { ...json, 'if-match': '"1"' }, body: '{"tags":[]}' })).status).toBe(412)
  const gone = await ask(at, { method: 'DELETE', headers: { ...json, 'if-match': '"2"' } })
  expect([gone.status, gone.text]).toStrictEqual([204, ''])
  const [entry] = await opened.board.admin.history({ limit: 1 })
  expect(entry).toMatchObject({ action: 'remove', actor: { id: 'u1', name: 'Ada' } })
  const head = await ask(`${base}/api/v1/types`, { method: 'HEAD', headers: session })
  expect([head.status, head.text]).toStrictEqual([200, ''])
}

/** What an adapter must not let through, nor turn into an error of the host. */
async function refusals(base: string): Promise<void> {
  const url = `${base}/api/v1/types/gateway/explain`
  const post = async (headers: Record<string, string>, body: string | Buffer = '{}'): Promise<number> =>
    (await ask(url, { method: 'POST', headers, body })).status
  expect((await ask(`${base}/api/v1/types`)).status).toBe(401)
  expect(await post({ 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' })).toBe(401)
  expect(await post(json)).toBe(200)
  expect(await post({ ...json, 'sec-fetch-site': 'cross-site' })).toBe(403)
  const { host } = new URL(base)
  const older = { ...session, 'content-type': 'application/json' }
  expect(await post({ ...older, origin: `http://${host}` })).toBe(200)
  expect(await post({ ...older, origin: 'http://evil.example' })).toBe(403)
  expect(await post(older)).toBe(403)
  expect(await post({ ...json, 'content-type': 'application/x-www-form-urlencoded' }, 'a=1')).toBe(415)
  // A parser in front may have refused it by itself, in its own words.
  expect(await post(json, '{"context":')).toBe(400)
  expect(await post(json, JSON.stringify({ context: 'x'.repeat(200_000) }))).toBe(413)
  expect((await ask(`${base}/api/v1/nothing`, { headers: session })).status).toBe(404)
  for (const path of ['/api/v1/../../secret', '/api/v1/..%2f..%2fsecret', '/api/v1/types/%00', '/api/v1/types/%ff']) {
    const answer = await ask(base, { path: `${new URL(base).pathname.replace(/\/$/, '')}${path}`, headers: session })
    // At the root, what is left of the first one is an address of the page, which is the same page at each.
    if (answer.status === 200)
      expect([path, answer.headers['content-type']]).toStrictEqual(['/api/v1/../../secret', 'text/html; charset=utf-8'])
    else expect([400, 404, 405, 422], path).toContain(answer.status)
  }
  expect([204, 403, 404, 405]).toContain((await ask(url, { method: 'OPTIONS', headers: json })).status)
}

/** The page at each of its addresses, and each file that it names, found from there as a browser finds it. */
async function page(base: string, addresses: readonly string[] = ['', '/', '/types/gateway', '/types/gateway/', '/a/b/c']): Promise<void> {
  const headers = { ...session, accept: 'text/html' }
  for (const address of addresses) {
    const at = `${base}${address}`
    const answer = await ask(at, { headers })
    expect([at, answer.status, answer.headers['content-type']]).toStrictEqual([at, 200, 'text/html; charset=utf-8'])
    expect((await ask(at)).status, at).toBe(401)
    const named = [...answer.text.matchAll(/ (?:src|href)="([^"]+)"/g)].map(([, url = '']) => new URL(url, at).href)
    expect(named.length, at).toBeGreaterThan(2)
    for (const url of named) {
      const file = await fetch(url, { headers })
      expect([at, url, file.status]).toStrictEqual([at, url, 200])
      expect(file.headers.get('content-type'), url).toMatch(/^(?:text\/(?:javascript|css)|image\/svg)/)
      expect((await file.arrayBuffer()).byteLength, url).toBeGreaterThan(50)
    }
  }
}

/** A stream of server-sent events: the texts that come, one by one. */
async function listenTo(url: string): Promise<{ readonly next: (containing?: string) => Promise<string>; readonly end: () => void }> {
  const abort = new AbortController()
  const response = await fetch(url, { headers: session, signal: abort.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  let text = ''
  void (async () => {
    try {
      for await (const part of response.body ?? []) text += Buffer.from(part as Uint8Array).toString()
    } catch {
      // It was ended by the test.
    }
  })()
  return {
    next: async (containing = 'event:') => {
      await until(() => text.includes(containing))
      const rest = text.slice(text.indexOf(containing))
      text = ''
      return rest
    },
    end: () => abort.abort(),
  }
}
