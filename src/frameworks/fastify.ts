import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Admin } from '../admin/index.ts'
import { nodeListener } from './node-listener.ts'

export { fastifyBoard, type FastifyBoard, type FastifyHost } from './fastify-board.ts'

/** What is needed of a request of Fastify 5. */
export interface FastifyRequest {
  readonly raw: IncomingMessage
}

/** What is needed of a reply. */
export interface FastifyReply {
  readonly raw: ServerResponse
  hijack(): unknown
}

/** What is needed of Fastify itself. */
export interface FastifyScope<Request extends FastifyRequest> {
  readonly prefix: string
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    type: '*',
    parser: (request: Request, payload: IncomingMessage, done: (error: Error | null, body?: unknown) => void) => void,
  ): unknown
  all(path: string, handler: (request: Request, reply: FastifyReply) => unknown): unknown
}

/**
 * The admin as a plugin of Fastify 5. Hooks of the application, such as those that read a session, run before it; its own body parsers don't: the admin reads
 * bodies itself, with its own bound.
 *
 * @example
 * await app.register(fastifyAdmin(admin), { prefix: '/admin' })
 */
export function fastifyAdmin<Request extends FastifyRequest>(
  admin: Admin<Request>,
): (scope: FastifyScope<Request>, options: object, done: (error?: Error) => void) => void {
  const listen = nodeListener(admin)
  return (scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    // Leaves the bytes where they are.
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
    const handler = (request: Request, reply: FastifyReply): unknown => {
      reply.hijack()
      return listen(request.raw, reply.raw, { prefix: scope.prefix, source: request })
    }
    scope.all('/', handler)
    scope.all('/*', handler)
    done()
  }
}
