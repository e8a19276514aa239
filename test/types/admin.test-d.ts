import type { IncomingMessage, RequestListener } from 'node:http'
import express, { type Request as ExpressRequest } from 'express'
import express4 from 'express-4'
import fastify, { type FastifyRequest } from 'fastify'
import { Hono, type Context } from 'hono'
import type { INestApplication } from '@nestjs/common'
import { createAdmin, type Admin, type AdminActor } from '../../src/admin/index.ts'
import { AdminClient } from '../../src/admin/client.ts'
import { expressAdmin, fastifyAdmin, honoAdmin, nestAdmin, nextAdmin, nodeAdmin } from '../../src/frameworks/index.ts'
import type { Board } from '../../src/index.ts'

declare const board: Board
declare const nest: INestApplication
const ada: AdminActor = { id: 'u1', name: 'Ada', permissions: ['read'] }

// Closed by default, and a permission that is none does not compile.
// @ts-expect-error authorize is missing
createAdmin(board, {})
// @ts-expect-error options are missing
createAdmin(board)
// @ts-expect-error a permission there is not
createAdmin(board, { authorize: () => ({ id: 'u1', name: 'Ada', permissions: ['write'] }) })
// @ts-expect-error an actor without permissions
createAdmin(board, { authorize: () => ({ id: 'u1', name: 'Ada' }) })
createAdmin(board, { authorize: async () => null })
createAdmin(board, { authorize: () => ({ id: 'u1', name: 'Ada', permissions: { sms: ['operate'], '*': ['read'] } }) })
// @ts-expect-error undefined says nothing: nobody is null
createAdmin(board, { authorize: () => undefined })

// One that asks the request alone fits everywhere.
const plain = createAdmin(board, { authorize: (request) => (request.headers.has('cookie') ? ada : null) })
express().use('/admin', expressAdmin(plain))
express4().use('/admin', expressAdmin(plain))
await fastify().register(fastifyAdmin(plain), { prefix: '/admin' })
new Hono().all('/admin/*', honoAdmin(plain))
await nestAdmin(nest, plain, { prefix: '/admin' })
nodeAdmin(plain, { prefix: '/admin' }) satisfies RequestListener
nextAdmin(plain).GET satisfies (request: Request, context: { readonly params: Promise<{ path?: string[] }> }) => Promise<Response>

// One that asks the framework's request fits that framework, with its types.
const onExpress = createAdmin(board, { authorize: (_, request: ExpressRequest) => (request.ip === '' ? null : ada) })
express().use('/admin', expressAdmin(onExpress))
const onFastify = createAdmin(board, { authorize: (_, request: FastifyRequest) => (request.id === '' ? null : ada) })
await fastify().register(fastifyAdmin(onFastify), { prefix: '/admin' })
type Env = { Variables: { user: AdminActor } }
const onHono = createAdmin(board, { authorize: (_, context: Context<Env>) => context.get('user') })
new Hono<Env>().all('/admin/*', honoAdmin(onHono))
const onNode = createAdmin(board, { authorize: (_, request: IncomingMessage) => (request.url === '' ? null : ada) })
nodeAdmin(onNode)
// A request of Express is one of Node.
express().use(expressAdmin(onNode))

// @ts-expect-error asks for what plain Node does not have
nodeAdmin(onExpress)
// @ts-expect-error asks for a request of Express
await fastify().register(fastifyAdmin(onExpress))
// @ts-expect-error asks for a context of Hono
express().use(expressAdmin(onHono))
// @ts-expect-error asks for a request of Fastify
new Hono().all('/admin/*', honoAdmin(onFastify))
// @ts-expect-error a mount without a prefix
await nestAdmin(nest, plain, {})

plain satisfies Admin
const client = new AdminClient({ base: '/admin' })
const page = await client.request('listTypeInstances', { params: { type: 'sms' }, query: { status: 'active', sort: 'name' } })
page.items satisfies readonly { readonly id: string; readonly revision: number }[]
;(await client.request('listTypes')).types satisfies readonly { readonly key: string }[]
// @ts-expect-error a route there is not
await client.request('deleteEverything')
// @ts-expect-error the type is missing
await client.request('listTypeInstances')
// @ts-expect-error a status there is not
await client.request('setStatus', { params: { id: '' }, match: 1, body: { status: 'on' } })
// @ts-expect-error a sort there is not
await client.request('listInstances', { query: { sort: 'colour' } })
// @ts-expect-error a stream is followed, not asked for
await client.request('listenToEvents')
// @ts-expect-error a secret is never answered
page.items[0]?.config
