import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that keeps the `Authorization` of what it is sent: a provider, or somebody who would like to be taken for one. */
export class Listener implements AsyncDisposable {
  readonly heard: (string | undefined)[] = []
  readonly #server: Server = createServer((request, response) => {
    this.heard.push(request.headers.authorization)
    request.resume()
    response.end('received')
  })

  static async open(): Promise<Listener> {
    const listener = new Listener()
    listener.#server.listen(0, '127.0.0.1')
    await once(listener.#server, 'listening')
    return listener
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }
}
