import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** Where a provider listens that takes every connection and never answers. */
export interface HangingProvider {
  /** `http://127.0.0.1:4711` */
  readonly url: string
  readonly host: string
  readonly port: number
}

/** Such a provider, on this machine, until the end of the block. */
export class HangingServer implements AsyncDisposable {
  readonly provider: HangingProvider
  /** Connections so far. */
  readonly #sockets: Set<Socket>
  readonly #close: () => Promise<unknown>

  private constructor(port: number, sockets: Set<Socket>, close: () => Promise<unknown>) {
    this.provider = { url: `http://127.0.0.1:${port}`, host: '127.0.0.1', port }
    this.#sockets = sockets
    this.#close = close
  }

  static async start(): Promise<HangingServer> {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {}).resume()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const closed = once(server, 'close')
    return new HangingServer((server.address() as AddressInfo).port, sockets, () => {
      server.close()
      return closed
    })
  }

  /** How often it was connected to. */
  get connections(): number {
    return this.#sockets.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await this.#close()
  }
}
