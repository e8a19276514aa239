// A process with servers that all answer the same: a page of the list of instances. Started by list-server-process.ts.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { nodeAdmin } from 'plugboard/node'
import { filledAdmin } from './filled-admin.ts'

const subject = await filledAdmin(10_000)
/** What each of them does for a request. */
const page = () => subject.board.admin.list({ limit: 50 })

async function listening(listener: (...args: Parameters<RequestListener>) => unknown): Promise<number> {
  const server = createServer((...args) => void listener(...args)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const bare: RequestListener = (_request, response) => {
  void page().then((found) => {
    const body = JSON.stringify(found)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
  })
}

const onExpress = express()
onExpress.get('/api/v1/instances', async (_request, response) => void response.json(await page()))
const onFastify = fastify()
onFastify.get('/api/v1/instances', page)
await onFastify.listen({ port: 0, host: '127.0.0.1' })
const onHono = new Hono().get('/api/v1/instances', async (context) => context.json(await page()))

const ports = {
  'node:http': await listening(bare),
  'Plugboard: the admin on plain Node': await listening(nodeAdmin(subject.admin)),
  'Fastify, without authorization': (onFastify.server.address() as AddressInfo).port,
  'Hono, without authorization': await listening(getRequestListener(onHono.fetch, { overrideGlobalObjects: false })),
  'Express, without authorization': await listening(onExpress),
}
process.send?.(ports)
process.once('disconnect', () => process.exit(0))
