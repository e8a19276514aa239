import type { Admin } from '../admin/index.ts'

/** What Next.js hands to a route handler beside the request. */
export interface NextContext {
  readonly params: Promise<{ readonly [name: string]: string | readonly string[] | undefined }>
}

/** A route handler of the App Router. */
export type NextHandler<Source extends Request> = (request: Source, context: NextContext) => Promise<Response>

/**
 * The admin as route handlers of Next.js, from a catch-all route: `app/admin/[[...path]]/route.ts`. The folder says where it is mounted. With `trailingSlash` in
 * next.config each address ends in a slash: routes are the same with it, and the page finds its files from there.
 *
 * @example
 * export const { GET, HEAD, POST, PUT, PATCH, DELETE } = nextAdmin(admin)
 */
export function nextAdmin<Source extends Request>(
  admin: Admin<Source>,
): Readonly<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS', NextHandler<Source>>> {
  const handler: NextHandler<Source> = async (request, { params }) => {
    const caught = Object.values(await params).find((value) => Array.isArray(value))
    // Cut from the URL and not joined from what was caught: that may be decoded already.
    const parts = new URL(request.url).pathname.split('/').filter((part) => part !== '')
    const first = parts.length - (caught?.length ?? 0)
    const prefix = parts.slice(0, first).map((part) => `/${part}`)
    return admin.fetch(request, { prefix: prefix.join(''), path: `/${parts.slice(first).join('/')}`, source: request })
  }
  return { GET: handler, HEAD: handler, POST: handler, PUT: handler, PATCH: handler, DELETE: handler, OPTIONS: handler }
}
