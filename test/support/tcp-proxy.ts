import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/**
 * Stands between a client and a server of a test, on loopback: `cut` breaks what is connected, `refuse` lets nobody in, `swallow` takes every connection and
 * says nothing for ever, as a network does that drops packets; `pass` lets all through again.
 */
export class TcpProxy implements AsyncDisposable {
  readonly #target: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #mode: 'pass' | 'refuse' | 'swallow' = 'pass'

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer((client) => this.#take(client))
  }

  /** @param target Port of the server. */
  static async before(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Connections open now, both ways counted. */
  get open(): number {
    return this.#sockets.size
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  refuse(): void {
    this.#mode = 'refuse'
    this.cut()
  }

  /** What is connected stays so, and hears nothing more. */
  swallow(): void {
    this.#mode = 'swallow'
    for (const socket of this.#sockets) socket.unpipe().pause()
  }

  /** What was swallowed is cut: nobody could tell where it broke off. */
  pass(): void {
    if (this.#mode === 'swallow') this.cut()
    this.#mode = 'pass'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #take(client: Socket): void {
    this.#keep(client)
    if (this.#mode === 'refuse') return void client.destroy()
    if (this.#mode === 'swallow') return void client.pause()
    const server = connect(this.#target, '127.0.0.1')
    this.#keep(server)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    client.pipe(server).pipe(client)
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    // A cut connection is what the test wants.
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }
}
