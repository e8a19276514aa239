import { connect, type Socket } from 'node:net'
import { Rejected, Unavailable } from '../../src/index.ts'

export interface AskLimits {
  /** Ends the wait. */
  readonly signal?: AbortSignal
  /** Milliseconds; without them it waits for ever. */
  readonly patience?: number
}

interface Pending {
  readonly resolve: (answer: string) => void
  readonly reject: (error: unknown) => void
}

/** A plugin object's connection to its provider, opened when first needed. Many requests are under way at a time, each a line. */
export class Line {
  readonly #port: number
  readonly #hello: string
  #socket: Promise<Socket> | undefined
  #pending = new Map<number, Pending>()
  #next = 0
  #outgoing = ''

  /** @param hello What it says of itself, once connected. */
  constructor(port: number, hello: string) {
    this.#port = port
    this.#hello = hello
  }

  /** @throws Unavailable, Rejected, or an error that leaves open what happened */
  async ask(method: string, call: number, { signal, patience }: AskLimits = {}): Promise<string> {
    const socket = await this.#connected()
    if (socket.destroyed) throw new Unavailable('not sent')
    const id = this.#next++
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#pending.delete(id)
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        end()
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
      }
      const timer = patience === undefined ? undefined : setTimeout(() => fail(new Error('no answer')), patience)
      const fail = (error: Error): void => {
        end()
        reject(error)
      }
      this.#pending.set(id, {
        resolve: (answer) => {
          end()
          resolve(answer)
        },
        reject: (error) => fail(error as Error),
      })
      if (signal?.aborted === true) return abort()
      signal?.addEventListener('abort', abort)
      this.#send(socket, `${method} ${id} ${call}\n`)
    })
  }

  /** Says good-bye, if it ever said hello. */
  async close(): Promise<void> {
    const socket = await this.#socket?.catch(() => undefined)
    socket?.end('bye\n')
  }

  /** All of a turn in one packet. */
  #send(socket: Socket, line: string): void {
    if (this.#outgoing === '') {
      setImmediate(() => {
        socket.write(this.#outgoing)
        this.#outgoing = ''
      })
    }
    this.#outgoing += line
  }

  #connected(): Promise<Socket> {
    this.#socket ??= new Promise<Socket>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true })
      let rest = ''
      socket.setEncoding('utf8')
      socket.once('connect', () => {
        socket.write(`hello ${this.#hello}\n`)
        resolve(socket)
      })
      socket.on('data', (chunk: string) => {
        const lines = `${rest}${chunk}`.split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) this.#answered(line)
      })
      // Before it was connected nothing was sent.
      socket.on('error', (error) => reject(new Unavailable('not connected', { cause: error })))
      socket.on('close', () => {
        this.#socket = undefined
        const under = [...this.#pending.values()]
        this.#pending = new Map()
        this.#outgoing = ''
        for (const each of under) each.reject(new Error('read ECONNRESET'))
      })
    })
    return this.#socket
  }

  #answered(line: string): void {
    const [id, what = '', text = ''] = line.split(' ')
    const pending = this.#pending.get(Number(id))
    if (pending === undefined) return
    if (what === 'ok') pending.resolve(text)
    else if (what === 'busy') pending.reject(new Unavailable('503'))
    else if (what === 'declined') pending.reject(new Rejected('no'))
    else pending.reject(new Error('500'))
  }
}
