import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Admin } from '../admin/index.ts'
import { nodeListener } from './node-listener.ts'

/** What is needed of a request of Express: versions 4 and 5 have it. */
export interface ExpressRequest extends IncomingMessage {
  /** Path of the router it came through. */
  readonly baseUrl: string
  /** As it came, with that path in it. */
  readonly originalUrl: string
}

/**
 * The admin as a middleware of Express 5 or 4, under any path, behind any body parser.
 *
 * @example
 * app.use('/admin', expressAdmin(admin))
 */
export function expressAdmin<Request extends ExpressRequest>(admin: Admin<Request>): (request: Request, response: ServerResponse) => void {
  const listen = nodeListener(admin)
  return (request, response) => {
    // Express takes the mount path out of `url`, and adds a slash where nothing is left.
    const [path = '/'] = (request.url ?? '/').split('?', 1)
    const [pathname = '/'] = request.originalUrl.split('?', 1)
    void listen(request, response, { prefix: request.baseUrl, path, pathname, source: request })
  }
}
