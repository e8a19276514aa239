import { Hono, type Context } from 'hono'
import type { Board } from '../board.ts'
import { InstanceNotFoundError, MisuseError, UnknownTypeError } from '../errors/index.ts'
import type { Logger } from '../runtime/index.ts'
import { checkAdminActor, may, mayAnywhere, permissionsOf, type AdminActor } from './actor.ts'
import { checkInput, queryOf } from './check-input.ts'
import { endpointOf, type Endpoint, type EndpointName, type Permission } from './endpoints.ts'
import { forReaders } from './for-readers.ts'
import { guard, type GuardOptions } from './guard.ts'
import { Live } from './live.ts'
import { describeApi } from './openapi.ts'
import { pageReply } from './page.ts'
import { problemOf, refuse } from './problem.ts'
import { readBody } from './read-body.ts'
import { readMatch } from './read-match.ts'
import { toResponse, type Reply } from './reply.ts'
import type { AdminScope, Route } from './route.ts'
import { Rotation } from './rotation.ts'
import { routes } from './routes/index.ts'
import { SelectedSince } from './selected-since.ts'

/** How an admin is made. */
export interface AdminOptions<Source = unknown> {
  /**
   * Says who asks and what they may do; `null` for nobody. There is no default: without an actor nothing is answered. `source` is the framework's own request,
   * where an adapter hands it in, with its session and user; the body of `request` is not to be read here.
   */
  readonly authorize: (request: Request, source: Source) => AdminActor | null | Promise<AdminActor | null>
  /** Path it is mounted at, `/admin`, where `fetch` is called without one. Adapters know theirs. Default: the root. */
  readonly prefix?: string
  /** Origins beside its own whose pages may write, `https://backoffice.example`. Default: none. */
  readonly origins?: readonly string[]
  /** Whether a proxy that sets `X-Forwarded-Host` and `X-Forwarded-Proto`, and takes them out of what comes in, stands before it. Default false. */
  readonly trustProxy?: boolean
  /** Bytes a body may have. Default 4,194,304. */
  readonly bodyLimit?: number
  /** Told of errors that are answered with 500. Anything with pino's method shapes. Default: silent. */
  readonly logger?: Logger
}

/** Where and for whom a request is answered; adapters say it. */
export interface Mount<Source = unknown> {
  /** Path the admin is mounted at, `/admin`; it stands at the start of the request's path. */
  readonly prefix?: string
  /** The path below the prefix, where the framework has taken that out of the request's path already. */
  readonly path?: string
  /** The whole path that was asked for, where the framework has taken something out of the request's. */
  readonly pathname?: string
  /** The framework's own request. */
  readonly source?: Source
}

/** The admin over HTTP. */
export interface Admin<in Source = unknown> {
  /** Answers a request. It never rejects. */
  fetch(request: Request, mount?: Mount<Source>): Promise<Response>
  /** Ends the streams of live events, which a server that stops would wait for. */
  close(): void
}

/** The table of design and code, per path, for what another method gets. */
interface Env {
  readonly Bindings: { readonly path: string; readonly pathname: string | undefined; readonly source: unknown }
}

const base = '/api/v1'
/** Stands for every path that is not below the mount. */
const elsewhere = '/-'

/**
 * Makes the admin of a board: one `fetch` that answers under any prefix, in any framework. Closed unless `authorize` opens it.
 *
 * @throws MisuseError without an `authorize`.
 * @example
 * const admin = createAdmin(board, {
 *   authorize: (request) =>
 *     request.headers.get('authorization') === `Bearer ${token}` ? { id: 'ops', name: 'Ops', permissions: ['read', 'operate'] } : null,
 * })
 * const response = await admin.fetch(new Request('http://localhost/api/v1/types'))
 */
export function createAdmin<Source = unknown>(board: Board, options: AdminOptions<Source>): Admin<Source> {
  const given: { readonly authorize?: unknown } | undefined = options
  if (typeof given?.authorize !== 'function')
    throw new MisuseError(
      'createAdmin needs authorize: a function that says who asks and what they may do. Without one nobody may do anything.',
    )
  const scope: AdminScope = {
    board,
    live: new Live(board),
    since: new SelectedSince(board, () => Date.now()),
    rotation: new Rotation(board, (error) => server.failed(error)),
    document: once(() => describeApi(routes)),
  }
  const server: Server<Source> = new Server(scope, options)
  const app = new Hono<Env>({ getPath: (_, { env } = {}) => env?.path ?? '/' })
  const known = new Map<string, string[]>()
  for (const route of routes) {
    const endpoint = endpointOf(route.name)
    const path = base + endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1')
    known.set(path, [...(known.get(path) ?? []), endpoint.method])
    app.on(endpoint.method, path, (context) => server.serve(route, endpoint, context))
  }
  for (const [path, methods] of known) app.all(path, (context) => server.refuseOther(context, methods))
  app.notFound((context) => server.servePage(context))
  app.onError((error) => toResponse(server.failed(error)))
  const fallback = options.prefix ?? ''
  return {
    fetch: async (request, { prefix = fallback, path, pathname, source }: Mount<Source> = {}) => {
      try {
        return await app.fetch(request, { path: path ?? pathBelow(request.url, prefix), pathname, source })
      } catch (error) {
        return toResponse(server.failed(error))
      }
    },
    close: () => scope.live.close(),
  }
}

/** The path of a URL below a prefix; what is not below it is no path of ours. Dots and doubled slashes are resolved by the URL, or match nothing. */
function pathBelow(url: string, prefix: string): string {
  const path = new URL(url).pathname
  const mount = prefix.replace(/\/+$/, '')
  if (mount === '') return path
  return path === mount ? '/' : path.startsWith(`${mount}/`) ? path.slice(mount.length) : elsewhere
}

class Server<Source> {
  readonly #scope: AdminScope
  readonly #options: AdminOptions<Source>
  readonly #guard: GuardOptions
  readonly #bodyLimit: number

  constructor(scope: AdminScope, options: AdminOptions<Source>) {
    this.#scope = scope
    this.#options = options
    this.#guard = { origins: options.origins ?? [], trustProxy: options.trustProxy ?? false }
    this.#bodyLimit = options.bodyLimit ?? 4_194_304
  }

  async serve(route: Route, endpoint: Endpoint, context: Context<Env>): Promise<Response> {
    try {
      const entered = await this.#enter(context)
      if ('refusal' in entered) return toResponse(entered.refusal)
      return toResponse(from(context, await this.#answer(route, endpoint, context, entered.actor)))
    } catch (error) {
      return toResponse(this.failed(error))
    }
  }

  /** What is no route of the API is the page's, if it is asked for as a page is. */
  async servePage(context: Context<Env>): Promise<Response> {
    const { req, env } = context
    const unknown = (): Reply => refuse(404, 'not_found', 'There is no such route. GET openapi.json, beside the others, lists them.')
    const isPage = (req.method === 'GET' || req.method === 'HEAD') && env.path !== elsewhere && !/^\/api(?:\/|$)/.test(env.path)
    if (!isPage) return this.#refuse(context, unknown)
    try {
      const entered = await this.#enter(context)
      if ('refusal' in entered) return toResponse(forReaders(req.raw, entered.refusal))
      const acceptsGzip = /(?:^|,)\s*gzip\s*(?:,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$))|$)/.test(req.raw.headers.get('accept-encoding') ?? '')
      const { search } = new URL(req.url)
      return toResponse((await pageReply({ path: env.path, pathname: pathnameOf(context), search, acceptsGzip })) ?? unknown())
    } catch (error) {
      return toResponse(this.failed(error))
    }
  }

  async refuseOther(context: Context<Env>, methods: readonly string[]): Promise<Response> {
    const allow = methods.join(', ')
    return this.#refuse(context, () => refuse(405, 'method_not_allowed', `This route takes ${allow}.`, { allow }))
  }

  /** An error as an answer. What is not ours, or a fault of the program, is logged and told without its words. */
  failed(error: unknown): Reply {
    const told = problemOf(error)
    if (told !== undefined && told.status < 500) return told
    this.#options.logger?.error({ error }, 'a request to the admin failed')
    return told ?? refuse(500, 'internal', 'Something went wrong here. The log of the application tells more.')
  }

  /** Who is not let in is not told either what there is. */
  async #refuse(context: Context<Env>, refusal: () => Reply): Promise<Response> {
    try {
      const entered = await this.#enter(context)
      return toResponse('refusal' in entered ? entered.refusal : refusal())
    } catch (error) {
      return toResponse(this.failed(error))
    }
  }

  async #enter({ req, env }: Context<Env>): Promise<{ readonly actor: AdminActor } | { readonly refusal: Reply }> {
    const request = req.raw
    const refusal = guard(request, this.#guard)
    if (refusal !== undefined) return { refusal }
    // Without its body, which is read later, and once.
    const asked =
      request.method === 'GET' || request.method === 'HEAD'
        ? request
        : new Request(request.url, { method: request.method, headers: request.headers })
    // The adapter that hands a source in is of the admin's own Source.
    const actor = checkAdminActor(await this.#options.authorize(asked, env.source as Source))
    if (actor !== null) return { actor }
    return {
      refusal: refuse(401, 'unauthenticated', 'Nobody is signed in here. Sign in to the application first.', {
        'www-authenticate': 'Plugboard',
      }),
    }
  }

  async #answer(route: Route, endpoint: Endpoint, { req }: Context<Env>, actor: AdminActor): Promise<Reply> {
    const request = req.raw
    const early = refusalBefore(endpoint, actor, req.param('type'))
    if (early !== undefined) return early
    const params: unknown = route.params === undefined ? undefined : checkInput(route.params, req.param())
    if (endpoint.of === 'instance') {
      const late = await this.#refusalFor(endpoint, actor, (params as { readonly id: string }).id)
      if (late !== undefined) return late
    }
    const query: unknown = route.query === undefined ? undefined : checkInput(route.query, queryOf(new URL(request.url).searchParams))
    const match = readMatch(request.headers, endpoint.match)
    if ('refusal' in match) return match.refusal
    const takesBody = request.method !== 'GET' && request.method !== 'HEAD'
    const sent = takesBody ? await readBody(request, this.#bodyLimit) : { json: undefined }
    if ('refusal' in sent) return sent.refusal
    const body: unknown = route.body === undefined ? undefined : checkInput(route.body, sent.json)
    return route.handle({
      ...this.#scope,
      actor,
      // Checked by the schemas of this very route.
      params: params as never,
      query: query as never,
      body: body as never,
      match: match.revision,
      headers: request.headers,
      // Asked for where it is needed alone: on Node it costs more than the rest of the request.
      get signal() {
        return request.signal
      },
      refuseUnless: (needs, type) => refusalOf(actor, needs, type),
    })
  }

  /** Whoever may not see an instance's type is told what is told of an id that nothing has. */
  async #refusalFor({ needs }: Endpoint, actor: AdminActor, id: string): Promise<Reply | undefined> {
    const { type } = await this.#scope.board.admin.locate(id)
    if (!may(actor, 'read', type)) throw new InstanceNotFoundError(id, 'unknown')
    return needs === 'any' ? undefined : refusalOf(actor, needs, type)
  }
}

/** What can be refused before anything is read. */
function refusalBefore({ needs, of }: Endpoint, actor: AdminActor, type: string | undefined): Reply | undefined {
  if (needs === 'any') return undefined
  if (of === 'type' && type !== undefined) {
    if (may(actor, needs, type)) return undefined
    // Whoever may not see a type is told what is told of a key that nothing has.
    if (may(actor, 'read', type) || !mayAnywhere(actor, 'read')) return forbidden(needs)
    throw new UnknownTypeError(type, [])
  }
  if (of === 'all') return permissionsOf(actor, undefined).length > 0 && may(actor, needs, undefined) ? undefined : forbidden(needs)
  return mayAnywhere(actor, needs) ? undefined : forbidden(needs)
}

/** The path that was asked for, as near to what a browser sees as this side knows. */
function pathnameOf({ req, env }: Context<Env>): string {
  return env.pathname ?? new URL(req.url).pathname
}

/** What a route points at is relative to its address without a last slash, which a host may put there. */
function from(context: Context<Env>, reply: Reply): Reply {
  const location = reply.headers?.['location']
  if (location === undefined || !pathnameOf(context).endsWith('/')) return reply
  return { ...reply, headers: { ...reply.headers, location: `../${location}` } }
}

function refusalOf(actor: AdminActor, needs: Permission, type: string): Reply | undefined {
  return may(actor, needs, type) ? undefined : forbidden(needs)
}

function forbidden(needs: Permission): Reply {
  return refuse(403, 'forbidden', `This needs the permission '${needs}', which you do not have here.`)
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

export type { EndpointName }
