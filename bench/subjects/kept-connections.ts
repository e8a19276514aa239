import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Connections that stay open, each with one request at a time; it reads no more of HTTP than where an answer ends, so that little is measured but the server. */
export class KeptConnections {
  readonly #sockets: readonly Socket[]
  readonly #request: Buffer

  private constructor(sockets: readonly Socket[], request: Buffer) {
    this.#sockets = sockets
    this.#request = request
  }

  static async open(port: number, path: string, count: number): Promise<KeptConnections> {
    const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').setNoDelay(true))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    return new KeptConnections(sockets, Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: application/json\r\n\r\n`))
  }

  /** Sends so many requests, and gives how many bytes came. */
  async ask(times: number): Promise<number> {
    let left = times
    const each = this.#sockets.map(async (socket) => {
      let bytes = 0
      while (left > 0) {
        left--
        bytes += await this.#once(socket)
      }
      return bytes
    })
    return (await Promise.all(each)).reduce((sum, bytes) => sum + bytes, 0)
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #once(socket: Socket): Promise<number> {
    return new Promise((resolve, reject) => {
      let read = 0
      let end = Number.POSITIVE_INFINITY
      let head = ''
      const done = (error?: Error): void => {
        socket.off('data', onData).off('error', done).off('close', onClose)
        if (error === undefined) resolve(read)
        else reject(error)
      }
      const onClose = (): void => done(new Error('The server closed the connection.'))
      const onData = (part: Buffer): void => {
        read += part.length
        if (end === Number.POSITIVE_INFINITY) {
          head += part.toString('latin1')
          const at = head.indexOf('\r\n\r\n')
          if (at === -1) return
          if (!head.startsWith('HTTP/1.1 200 ')) return done(new Error(`The server answered ${head.slice(0, 40)}`))
          const length = /\r\ncontent-length: (\d+)/i.exec(head.slice(0, at))?.[1]
          if (length === undefined) return done(new Error('The answer does not say how long it is.'))
          end = at + 4 + Number(length)
        }
        if (read >= end) done()
      }
      socket.on('data', onData).on('error', done).on('close', onClose)
      socket.write(this.#request)
    })
  }
}
