import type { Api, Part, Problem, Result } from './api.ts'
import { endpoints, type Endpoint, type EndpointName } from './endpoints.ts'

export interface AdminClientOptions {
  /** Where the admin is mounted: `https://backoffice.example/admin`, or a path where a browser asks. */
  readonly base: string
  /** Sent with every request: a bearer token, say. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch
}

type Place = 'params' | 'query' | 'body'
/** What a route takes; what may be empty may be left out. */
type Parts<K extends EndpointName> = {
  readonly [P in Place as Part<K, P> extends undefined ? never : object extends Part<K, P> ? never : P]: Part<K, P>
} & {
  readonly [P in Place as Part<K, P> extends undefined ? never : object extends Part<K, P> ? P : never]?: Part<K, P>
}

/** What a request of a route takes. */
export type RequestOptions<K extends EndpointName> = Parts<K> & {
  /** The revision that was seen; `*` writes whatever it is. For routes that compare it. */
  readonly match?: number | '*'
  /** A name for a request that creates: sent again, it creates nothing. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

type OptionsOf<K extends EndpointName> = object extends Parts<K> ? [options?: RequestOptions<K>] : [options: RequestOptions<K>]

/** Thrown by a client for an answer that is no success. `problem` is what the admin said; `null` where somebody else answered: a proxy, a host. */
export class AdminRequestError extends Error {
  readonly status: number
  readonly problem: Problem | null
  constructor(status: number, problem: Problem | null) {
    super(problem === null ? `The answer has status ${status} and is none of the admin's: something in between answered.` : problem.detail)
    this.name = 'AdminRequestError'
    this.status = status
    this.problem = problem
  }
}

/**
 * Asks an admin over HTTP, typed route by route. It needs nothing but `fetch`, so it runs in a browser as it does in Node.
 *
 * @example
 * const client = new AdminClient({ base: 'http://localhost:3000/admin', headers: { authorization: `Bearer ${token}` } })
 * const { items } = await client.request('listTypeInstances', { params: { type: 'payment-gateway' }, query: { limit: 20 } })
 */
export class AdminClient {
  readonly #base: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #fetch: typeof globalThis.fetch

  constructor({ base, headers = {}, fetch = (...args) => globalThis.fetch(...args) }: AdminClientOptions) {
    this.#base = `${base.replace(/\/+$/, '')}/api/v1`
    this.#headers = headers
    this.#fetch = fetch
  }

  /** Where a route is, with its parameters and query filled in. */
  url<K extends EndpointName>(name: K, ...[options]: OptionsOf<K>): string {
    // Which of them a route has is known where it is named; here all are looked for.
    const { params = {}, query = {} } = (options ?? {}) as { readonly params?: object; readonly query?: object }
    const values = new Map(Object.entries(params))
    const path = endpoints[name].path.replaceAll(/\{(\w+)\}/g, (_, field: string) => encodeURIComponent(String(values.get(field))))
    const fields = Object.entries(query).filter(([, value]) => value !== undefined)
    const search = new URLSearchParams(fields.map(([field, value]): [string, string] => [field, String(value)])).toString()
    return `${this.#base}${path}${search === '' ? '' : `?${search}`}`
  }

  /** @throws AdminRequestError for what is refused; what `fetch` throws where nobody answers. */
  async request<K extends Exclude<EndpointName, 'listenToEvents'>>(name: K, ...args: OptionsOf<K>): Promise<Result<K>> {
    const options: {
      readonly body?: unknown
      readonly match?: number | '*'
      readonly idempotencyKey?: string
      readonly signal?: AbortSignal
    } = args[0] ?? {}
    const { method }: Endpoint = endpoints[name]
    const { match, idempotencyKey, signal } = options
    const headers: Record<string, string> = { accept: 'application/json', ...this.#headers }
    if (match !== undefined) headers['if-match'] = match === '*' ? '*' : `"${match}"`
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey
    if (method !== 'GET') headers['content-type'] = 'application/json'
    const response = await this.#fetch(this.url(name, ...args), {
      method,
      headers,
      credentials: 'same-origin',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(signal === undefined ? {} : { signal }),
    })
    const text = await response.text()
    if (!response.ok) throw new AdminRequestError(response.status, problemIn(response, text))
    // What the route gives is what the table says of it: the admin's tests hold its answers to these types.
    return (text === '' ? undefined : answerIn(response, text)) as Result<K>
  }
}

/** @throws AdminRequestError where somebody else answered: a page to sign in at comes with 200 as well. */
function answerIn(response: Response, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new AdminRequestError(response.status, null)
  }
}

function problemIn(response: Response, text: string): Problem | null {
  if (response.headers.get('content-type')?.startsWith('application/problem+json') !== true) return null
  try {
    return JSON.parse(text) as Problem
  } catch {
    return null
  }
}

export type { Api, Problem }
