import { refuse } from './problem.ts'
import type { Reply } from './reply.ts'

/** What stands in a body: its JSON, or why it is not taken. */
export type ReadBody = { readonly json: unknown } | { readonly refusal: Reply }

/** Deeper than any config, and far from where a stack ends. */
const deepest = 100

/** Reads a JSON body of at most `limit` bytes. */
export async function readBody(request: Request, limit: number): Promise<ReadBody> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > limit) return { refusal: tooLarge(limit) }
  const bytes = await readBytes(request, limit)
  if (bytes === undefined) return { refusal: tooLarge(limit) }
  // Nothing sent: a route all of whose fields may be left out takes that.
  if (bytes.length === 0) return { json: {} }
  if (type !== 'application/json')
    return { refusal: refuse(415, 'media_type', `A body is JSON: send it with Content-Type: application/json, not ${type ?? 'none'}.`) }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { refusal: refuse(400, 'body_malformed', 'The body is not UTF-8.') }
  }
  if (depthOf(text) > deepest) return { refusal: refuse(400, 'body_malformed', `The body is nested more than ${deepest} deep.`) }
  try {
    return { json: JSON.parse(text) as unknown }
  } catch {
    // What a parser says quotes the body, and with it perhaps a secret.
    return { refusal: refuse(400, 'body_malformed', 'The body is not JSON.') }
  }
}

function tooLarge(limit: number): Reply {
  return refuse(413, 'body_too_large', `A body has at most ${limit} bytes.`)
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array | undefined> {
  if (request.body === null) return new Uint8Array()
  const parts: Uint8Array[] = []
  let size = 0
  const reader = (request.body as ReadableStream<Uint8Array>).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(parts)
    size += value.byteLength
    if (size > limit) {
      await reader.cancel()
      return undefined
    }
    parts.push(value)
  }
}

/** How deep brackets stand in each other, those in texts left out. */
function depthOf(text: string): number {
  let depth = 0
  let most = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 92) at++
      else if (code === 34) quoted = false
    } else if (code === 34) quoted = true
    else if (code === 91 || code === 123) most = Math.max(most, ++depth)
    else if (code === 93 || code === 125) depth--
  }
  return most
}
