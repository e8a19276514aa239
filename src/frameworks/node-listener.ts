import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Admin, Mount } from '../admin/index.ts'

/** Serves a request of Node's own HTTP server, or of a framework over it, that belongs to the admin. */
export type NodeListener<Source> = (incoming: IncomingMessage, outgoing: ServerResponse, mount: Mount<Source>) => Promise<void>

/** Turns what Node has into a Request, and a Response into what Node sends. The host's own `Request` and `Response` stay as they are. */
export function nodeListener<Source>(admin: Admin<Source>): NodeListener<Source> {
  const mounts = new WeakMap<object, Mount<Source>>()
  const listen = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const response = await admin.fetch(request, mounts.get(incoming))
      return sentAtOnce(response, outgoing) ? RESPONSE_ALREADY_SENT : response
    },
    { overrideGlobalObjects: false },
  )
  return (incoming, outgoing, mount) => {
    mounts.set(incoming, mount)
    putBack(incoming)
    return listen(incoming, outgoing)
  }
}

/** Where the admin leaves the text of an answer. */
const text: unique symbol = Symbol.for('plugboard.text')

/** Writes an answer whose text is at hand in one go: out of the stream of a Response it comes in pieces, and later. */
function sentAtOnce(response: Response & { readonly [text]?: string }, outgoing: Outgoing): boolean {
  const body = response[text]
  if (body === undefined || response.bodyUsed || outgoing.headersSent) return false
  // Its headers as they are now: whoever wraps the admin may have added some.
  const headers: Record<string, string | number | string[]> = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  headers['content-length'] = Buffer.byteLength(body)
  outgoing.writeHead(response.status, headers).end(body)
  return true
}

/** What is needed of an answer of either version of HTTP. */
interface Outgoing {
  readonly headersSent: boolean
  writeHead(status: number, headers: Record<string, string | number | string[]>): { end(body: string): unknown }
}

/** What a framework's body parser leaves on a request. */
interface Parsed {
  readonly body?: unknown
  rawBody?: unknown
}

/** A body parser that ran before has taken the bytes: what it made of them is put where the listener looks. */
function putBack(incoming: IncomingMessage & Parsed): void {
  if (!incoming.readableDidRead || incoming.rawBody instanceof Buffer) return
  const { body } = incoming
  if (Buffer.isBuffer(body)) incoming.rawBody = body
  else incoming.rawBody = Buffer.from(typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body))
}
