import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Board } from 'plugboard'
import { createAdmin } from 'plugboard/admin'
import { nodeAdmin } from 'plugboard/node'

/** The admin's page on this machine, for whoever has the link: it opens once. */
export interface Office {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves the page below `/admin`. An application has a login; here the link brings a token that opens once and becomes a cookie. A request that names another
 * host gets nothing, so a page elsewhere whose name leads to this machine does not either.
 */
export async function openOffice(board: Board): Promise<Office> {
  let token: string | undefined = randomBytes(24).toString('base64url')
  const session = randomBytes(24).toString('base64url')
  const cookie = `quickstart=${session}`
  const admin = createAdmin(board, {
    authorize: (request) =>
      request.headers.get('cookie')?.split('; ').includes(cookie) === true
        ? { id: 'operator', name: 'Operator', permissions: ['read', 'operate', 'configure'] }
        : null,
  })
  const page = nodeAdmin(admin, { prefix: '/admin' })
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here')
    const isHere = [`127.0.0.1:${port}`, `localhost:${port}`].includes(request.headers.host ?? '')
    if (isHere && pathname !== '/') return page(request, response)
    if (isHere && token !== undefined && searchParams.get('token') === token) {
      token = undefined
      response.writeHead(303, {
        location: '/admin/',
        'set-cookie': `${cookie}; HttpOnly; SameSite=Strict; Path=/`,
        'cache-control': 'no-store',
      })
      return response.end()
    }
    response
      .writeHead(403, { 'content-type': 'text/plain' })
      .end('This link was used already, or is none. Start the quickstart again for a new one.\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/?token=${token}`,
    async close() {
      admin.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
