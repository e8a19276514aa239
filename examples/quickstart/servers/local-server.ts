import type { Server } from 'node:net'
import type { Socket } from 'node:net'
import { once } from 'node:events'

/** A server on loopback that can be made to crash and be brought back. */
export interface LocalServer {
  /** For people: `127.0.0.1:40123`. */
  readonly address: string
  readonly port: number
  /** Cuts every connection where it is and stops listening: new ones are refused. What was not stored yet never is. */
  crash(): Promise<void>
}

/** Listens on a free port of loopback, or on `port`. */
export async function listen(
  server: Server,
  port: number,
  down: AbortController,
  storing: ReadonlySet<Promise<void>>,
): Promise<LocalServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The server has no port')
  return {
    address: `127.0.0.1:${bound.port}`,
    port: bound.port,
    async crash() {
      if (down.signal.aborted) return
      down.abort()
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
      await Promise.allSettled(storing)
    },
  }
}
