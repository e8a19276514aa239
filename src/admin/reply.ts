/** What a route answers; how it travels is decided elsewhere. */
export interface Reply {
  readonly status: number
  /** JSON; `undefined` for none. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it comes, instead of `body`. */
  readonly stream?: ReadableStream<Uint8Array>
}

export function ok(body: unknown): Reply {
  return { status: 200, body }
}

/** With the revision that a conditional write names. */
export function withRevision(body: unknown, revision: number, status: number = 200): Reply {
  return { status, body, headers: { etag: `"${revision}"` } }
}

/** On every answer: nothing of the admin is cached, framed, guessed at, or read by another site. */
const always: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** Where a response carries its text, so that what writes to a socket need not read it out of a stream. */
const text: unique symbol = Symbol.for('plugboard.text')

export function toResponse({ status, body, headers, stream }: Reply): Response {
  if (stream !== undefined) return new Response(stream, { status, headers: { ...always, ...headers } })
  if (body === undefined) return new Response(null, { status, headers: { ...always, ...headers } })
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  const json = JSON.stringify(body)
  const response = new Response(json, { status, headers: { ...always, 'content-type': type, ...headers } })
  return Object.defineProperty(response, text, { value: json })
}
