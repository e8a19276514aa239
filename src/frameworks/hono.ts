import type { Admin } from '../admin/index.ts'

/** What is needed of a context of Hono 4. */
export interface HonoContext {
  readonly req: {
    readonly raw: Request
    /** The pattern that matched, whole: `/admin/*`. */
    readonly routePath: string
  }
}

/**
 * The admin as a handler of Hono, on any of its run-times that has Node's modules. The pattern says where it is mounted.
 *
 * @example
 * app.all('/admin/*', honoAdmin(admin))
 */
export function honoAdmin<Context extends HonoContext>(admin: Admin<Context>): (context: Context) => Promise<Response> {
  return (context) => admin.fetch(context.req.raw, { prefix: context.req.routePath.replace(/\/\*.*$/, ''), source: context })
}
