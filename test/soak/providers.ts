import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { fateOf, mixed, type Fate, type Mood } from './fates.ts'
import type { Ledger } from './ledger.ts'

/** Milliseconds to an answer that comes when the deadline is over. */
const late = 300

/** What the providers look at, and where they write down what they did. */
export interface World {
  readonly seed: number
  readonly ledger: Ledger
  readonly problems: string[]
  /** The API keys that objects of an instance came with. Whether they were its own is seen at the end: it may be served before its save has returned. */
  readonly keys: Map<string, Set<string>>
}

/** `certain`: it only fails so that it is certain that it did nothing; `steady`: never. */
export type Nature = 'wild' | 'certain' | 'steady'

/** A server that answers calls, and is away, busy or dumb at times. It outlives the processes that call it, and remembers for them. */
export class Provider implements AsyncDisposable {
  readonly port: number
  /** Whether it only ever fails so that it is certain that it did nothing. */
  readonly isCertain: boolean
  /** Whether it never fails at all. */
  readonly isSteady: boolean
  readonly #world: World
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #mood: Mood = 'well'
  /** Requests it was asked. */
  requests = 0

  private constructor(world: World, server: Server, nature: Nature) {
    this.#world = world
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    this.isSteady = nature === 'steady'
    this.isCertain = nature !== 'wild'
    server.on('connection', (socket) => this.#serve(socket))
  }

  static async start(world: World, nature: Nature): Promise<Provider> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Provider(world, server, nature)
  }

  /** Being away, it refuses connections, and cuts those there are. */
  async be(mood: Mood): Promise<void> {
    const next = mood === 'away' && this.isCertain ? 'busy' : mood
    const before = this.#mood
    this.#mood = next
    if (next === before) return
    if (next === 'away') {
      this.#server.close()
      for (const socket of this.#sockets) socket.destroy()
    } else if (before === 'away') {
      this.#server.listen(this.port, '127.0.0.1')
      await once(this.#server, 'listening')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    const client = { process: '', isGone: false, outgoing: '' }
    let rest = ''
    const answer = (text: string): void => {
      if (client.outgoing === '') {
        setImmediate(() => {
          if (!socket.destroyed) socket.write(client.outgoing)
          client.outgoing = ''
        })
      }
      client.outgoing += `${text}\n`
    }
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const [what = '', first = '', second = '', third = ''] = line.split(' ')
        if (client.isGone) this.#world.problems.push(`${client.process} asked to ${what} after its object had said good-bye`)
        else if (what === 'bye') client.isGone = true
        else if (what === 'hello') {
          client.process = first
          const { keys } = this.#world
          keys.set(second, (keys.get(second) ?? new Set()).add(third))
        } else this.#asked(socket, client.process, what, first, Number(second), answer)
      }
    })
    // A client that was killed: what it was told, it can't say any more.
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #asked(socket: Socket, process: string, method: string, id: string, call: number, answer: (text: string) => void): void {
    const { ledger, seed } = this.#world
    this.requests++
    const before = ledger.asked(process, call)
    const fate = this.#fate(mixed(seed, hashOf(process), call, before), method)
    if (fate === 'fine' || fate.startsWith('acted')) {
      if (method === 'quote') ledger.repeated(process, call)
      else if (method !== 'item') ledger.acted(process, call)
    }
    if (fate === 'fine') answer(`${id} ok ${call}`)
    else if (fate === 'acted_late') setTimeout(() => answer(`${id} ok ${call}`), late)
    else if (fate === 'reset' || fate === 'acted_then_reset') socket.destroy()
    else if (fate === 'busy' || fate === 'declined') answer(`${id} ${fate}`)
    else if (fate === 'failed' || fate === 'acted_then_failed') answer(`${id} error`)
  }

  #fate(draw: number, method: string): Fate {
    if (this.isSteady) return 'fine'
    if (this.#mood === 'busy') return 'busy'
    if (this.#mood === 'hung') return draw % 2 === 0 ? 'hung' : 'acted_then_hung'
    return fateOf(draw, this.isCertain || method === 'deliver')
  }
}

function hashOf(text: string): number {
  let hash = 0
  for (const char of text) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) | 0
  return hash
}
