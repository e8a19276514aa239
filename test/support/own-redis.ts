import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Skip } from '../skip.ts'
import { freePort } from './free-port.ts'
import { TempFolder } from './open-board.ts'

/** Why no Redis of a test's own can be started. */
export const redisWanting: Skip | undefined =
  spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : { reason: 'no redis-server is installed', enable: 'apt-get install redis-server' }

/** A Redis server of a test's own, which it may kill. */
export class OwnRedis implements AsyncDisposable {
  readonly port: number
  readonly #folder = new TempFolder()
  #child: ReturnType<typeof spawn> | undefined

  private constructor(port: number) {
    this.port = port
  }

  static async start(): Promise<OwnRedis> {
    const server = new OwnRedis(await freePort())
    await server.start()
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const settings = { bind: '127.0.0.1', port: this.port, save: '', appendonly: 'no', dir: this.#folder.path }
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
    this.#child = spawn('redis-server', args, { stdio: 'ignore' })
    const child = this.#child
    // Another server at the same port would be killed by somebody else.
    const isOurs = async (): Promise<boolean> => (await processAt(this.port)) === child.pid
    for (let turn = 0; !(await isOurs()); turn++) {
      if (turn > 600 || child.exitCode !== null) throw new Error(`redis-server did not start at port ${this.port}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    this.#folder[Symbol.dispose]()
  }
}

/** The process of the Redis that answers at a port of loopback. */
function processAt(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write('INFO server\r\n'))
    const end = (): void => {
      socket.destroy()
      const [, pid] = /process_id:(\d+)/.exec(answer) ?? []
      resolve(pid === undefined ? undefined : Number(pid))
    }
    socket.setTimeout(1_000, end)
    socket.on('error', end).on('close', end)
    socket.on('data', (chunk) => {
      answer += String(chunk)
      if (/process_id:\d+\r/.test(answer)) end()
    })
  })
}

/** Whether something accepts connections at a port of loopback. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', () => end(true)).on('error', () => end(false))
  })
}
