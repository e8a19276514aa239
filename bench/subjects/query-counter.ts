import { connect, createServer, type AddressInfo } from 'node:net'

/** A way to a PostgreSQL server on which every query is counted, whichever part of a process asks it. */
export interface QueryCounter extends AsyncDisposable {
  /** The same database, by this way. */
  readonly url: string
  readonly count: number
}

/** Passes bytes on and counts, among what the client says, simple queries and bound statements. */
export async function queryCounter(target: string): Promise<QueryCounter> {
  const to = new URL(target)
  const [host, port] = [to.hostname === '' ? '127.0.0.1' : to.hostname, Number(to.port === '' ? 5432 : to.port)]
  let count = 0
  const server = createServer((client) => {
    const upstream = connect(port, host)
    const messages = new ClientMessages()
    client.on('data', (bytes) => {
      for (const kind of messages.read(bytes)) if (kind === 'Q' || kind === 'B') count++
    })
    client.pipe(upstream).pipe(client)
    for (const each of [client, upstream]) {
      each.on('error', () => {
        client.destroy()
        upstream.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  to.hostname = '127.0.0.1'
  to.port = String((server.address() as AddressInfo).port)
  return {
    url: to.href,
    get count() {
      return count
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
    },
  }
}

/** Cuts what a client sends into messages: a letter, a length, a body; the first one, which opens the session, has no letter. */
class ClientMessages {
  #left: Buffer = Buffer.alloc(0)
  #isOpened = false

  read(bytes: Buffer): string[] {
    this.#left = Buffer.concat([this.#left, bytes])
    const kinds: string[] = []
    for (;;) {
      const head = this.#isOpened ? 1 : 0
      if (this.#left.length < head + 4) return kinds
      const end = head + this.#left.readInt32BE(head)
      if (this.#left.length < end) return kinds
      if (this.#isOpened) kinds.push(String.fromCharCode(this.#left[0] ?? 0))
      this.#isOpened = true
      this.#left = this.#left.subarray(end)
    }
  }
}
