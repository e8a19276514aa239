import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Admin } from '../admin/index.ts'
import { nodeListener } from './node-listener.ts'

export interface NodeMount {
  /** Path the admin is mounted at, `/admin`. Default: the root. */
  readonly prefix?: string
}

/**
 * Serves the admin from a plain Node server. What is not below `prefix` is answered with 404: look at `request.url` first where the server has more to do.
 *
 * @example
 * createServer(nodeAdmin(admin, { prefix: '/admin' })).listen(3000)
 */
export function nodeAdmin(
  admin: Admin<IncomingMessage>,
  { prefix = '' }: NodeMount = {},
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const listen = nodeListener(admin)
  return (incoming, outgoing) => void listen(incoming, outgoing, { prefix, source: incoming })
}
