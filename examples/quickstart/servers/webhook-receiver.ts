import { appendFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { distrust } from '../plugins/webhook-signature.ts'
import { listen, type LocalServer } from './local-server.ts'
import { take } from './provider.ts'

export interface WebhookReceiverOptions {
  /** File that gets one line of JSON for each call taken. */
  readonly log: string
  readonly secret: string
  /** Default: a free one. */
  readonly port?: number
}

/** One call as the receiver logged it, with what is needed to check its signature again. */
export interface LoggedCall {
  readonly at: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** An HTTP server that takes signed calls at `/orders` and logs them. */
export async function startWebhookReceiver({ log, secret, port = 0 }: WebhookReceiverOptions): Promise<LocalServer> {
  const down = new AbortController()
  const storing = new Set<Promise<void>>()
  await appendFile(log, '')

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST' || request.url !== '/orders') return void response.writeHead(404).end()
    const body = await text(request)
    const why = distrust(secret, request.headers, body, Date.now() / 1000)
    if (why !== undefined) return void response.writeHead(401).end(why)
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers
    // What an operator's test sends is for nobody.
    if ((JSON.parse(body) as { readonly type?: unknown }).type === 'test') return void response.writeHead(204).end()
    const call: LoggedCall = {
      at: new Date().toISOString(),
      headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
      body,
    }
    await take(() => appendFile(log, `${JSON.stringify(call)}\n`), down.signal, storing)
    response.writeHead(202).end()
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  return await listen(server, port, down, storing)
}
