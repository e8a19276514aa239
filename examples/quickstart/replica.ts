// One of several processes behind a proxy: takes orders over HTTP and sends their notifications. compose.yaml starts three of them.
// Needs PLUGBOARD_DB and PLUGBOARD_KEYS; listens on HOST:PORT, 127.0.0.1:3000 where they are not set.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AllInstancesFailedError, NoInstanceError } from 'plugboard'
import { Notifier } from './notifier.ts'
import { orderSchema } from './orders/order.ts'
import { board } from './plugboard.config.ts'

/** An order is smaller than this. */
const largestBody = 100_000

interface Answer {
  readonly status: number
  readonly body: unknown
}

const notifier = board.use(Notifier)
await board.ready()

const server = createServer((request, response) => {
  void answer(request)
    .catch((error: unknown): Answer => {
      console.error(error)
      return { status: 500, body: { error: 'It failed on our side; the log says why.' } }
    })
    .then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-replica': String(process.pid) })
      response.end(JSON.stringify(body))
    })
})

async function answer(request: IncomingMessage): Promise<Answer> {
  if (request.method === 'GET' && request.url === '/status') {
    const { revision, freshness, store } = await board.status()
    return { status: freshness.state === 'fresh' ? 200 : 503, body: { pid: process.pid, revision, state: freshness.state, store } }
  }
  if (request.method !== 'POST' || request.url !== '/orders') return { status: 404, body: { error: 'POST /orders, or GET /status' } }
  const order = orderSchema.safeParse(await bodyOf(request))
  if (!order.success) return { status: 422, body: { error: 'This is no order.', issues: order.error.issues } }
  try {
    return { status: 201, body: await notifier.notify(order.data) }
  } catch (error) {
    if (!(error instanceof NoInstanceError) && !(error instanceof AllInstancesFailedError)) throw error
    return { status: 503, body: { error: error.message } }
  }
}

/** The JSON of a request; `undefined` where it is none. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const part of request.setEncoding('utf8')) {
    text += String(part)
    if (text.length > largestBody) return undefined
  }
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

server.listen(Number(process.env['PORT'] ?? 3000), process.env['HOST'] ?? '127.0.0.1')
await once(server, 'listening')
console.log(`Replica ${process.pid} listens on ${(server.address() as AddressInfo).port}`)

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close(() => {
      void board.close().then(() => process.exit(0))
    })
    server.closeIdleConnections()
  })
}
