import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { Board } from 'plugboard'
import { createAdmin, type AdminActor } from 'plugboard/admin'
import { nodeAdmin } from 'plugboard/node'

/** What a machine is known by: the SHA-256 of its token, so that whoever reads this list has none. */
export type Machines = ReadonlyMap<string, AdminActor>

export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Plain Node, for machines: each has a token of its own, sent as `Authorization: Bearer …` and never as a cookie, so it needs no Origin. */
export function machineServer(board: Board, machines: Machines): Server {
  const admin = createAdmin(board, {
    authorize: (request) => {
      const token = /^Bearer ([\w-]{20,200})$/.exec(request.headers.get('authorization') ?? '')?.[1]
      // Looked up by its digest: how long that takes tells nothing of the token.
      return token === undefined ? null : (machines.get(digestOf(token)) ?? null)
    },
  })
  return createServer(nodeAdmin(admin, { prefix: '/admin' }))
}
