import { refuse } from './problem.ts'
import type { Reply } from './reply.ts'

export interface GuardOptions {
  /** Origins beside the admin's own whose pages may write. */
  readonly origins: readonly string[]
  /** Whether `X-Forwarded-Host` and `X-Forwarded-Proto` say how the admin is reached. */
  readonly trustProxy: boolean
}

const overrides = ['x-http-method-override', 'x-http-method', 'x-method-override'] as const

/**
 * Refuses what another site's page may have sent in somebody's name. A browser says where a request comes from by `Sec-Fetch-Site`, an older one by `Origin`;
 * what says neither is no browser, and is let through only where nothing speaks for it that a browser sends by itself: with a bearer token, without cookies.
 */
export function guard(request: Request, options: GuardOptions): Reply | undefined {
  const { headers } = request
  if (overrides.some((name) => headers.has(name)))
    return refuse(
      400,
      'method_override',
      'A method is what the request line says; headers that override it are not taken. Send the method itself.',
    )
  if (request.method === 'GET' || request.method === 'HEAD') return undefined
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  if (origin !== null && options.origins.includes(origin)) return undefined
  if (site !== null) return site === 'same-origin' ? undefined : foreign(`Sec-Fetch-Site is '${site}'`)
  if (origin !== null) return isOwn(origin, request, options) ? undefined : foreign('its Origin is not that of the admin')
  const authorization = headers.get('authorization') ?? ''
  if (/^bearer /i.test(authorization) && !headers.has('cookie')) return undefined
  return foreign('it names no Origin. A program sends a bearer token and no cookies')
}

function foreign(why: string): Reply {
  return refuse(403, 'cross_site', `Changes are taken from the admin's own pages only, and this request is not from there: ${why}.`)
}

function isOwn(origin: string, request: Request, { trustProxy }: GuardOptions): boolean {
  const own = new URL(request.url)
  const forwardedHost = trustProxy ? firstOf(request.headers.get('x-forwarded-host')) : undefined
  const forwardedProtocol = trustProxy ? firstOf(request.headers.get('x-forwarded-proto')) : undefined
  if (!URL.canParse(origin)) return false
  const sent = new URL(origin)
  // Behind a proxy that ends TLS, only what the proxy says tells the scheme.
  if (forwardedProtocol !== undefined && sent.protocol !== `${forwardedProtocol}:`) return false
  const host = forwardedHost ?? request.headers.get('host') ?? own.host
  const named = `${sent.protocol}//${host}`
  return (sent.protocol === 'http:' || sent.protocol === 'https:') && URL.canParse(named) && new URL(named).host === sent.host
}

function firstOf(list: string | null): string | undefined {
  const first = list?.split(',')[0]?.trim()
  return first === undefined || first === '' ? undefined : first
}
