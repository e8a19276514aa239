import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on loopback, on a free port or on the one it had, until the end of the block. */
export interface Served extends AsyncDisposable {
  readonly url: string
  readonly port: number
}

/** Listens first: what answers must know where it is. */
export async function serve(listener: (url: string) => RequestListener | Promise<RequestListener>, port = 0): Promise<Served> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  const bound = (server.address() as AddressInfo).port
  const url = `http://127.0.0.1:${bound}`
  server.on('request', await listener(url))
  return {
    url,
    port: bound,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
