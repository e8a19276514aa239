import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { kinds, outcomes, type Kind, type Ledger, type Outcome } from './ledger.ts'
import type { Counts, Look, Order, Said } from './messages.ts'

/** How a process is to call. */
export interface Pace {
  readonly callers: number
  /** Each rests for up to so many ms after a call. */
  readonly pause: number
  /** Calls after which its heap is looked at. */
  readonly weighEvery: number
}

/** What a child works with. */
export interface ChildScope {
  readonly path: string
  readonly name: string
  readonly place: string
  readonly keys: string
  readonly seed: number
  readonly pace: Pace
  readonly ledger: Ledger
  readonly problems: string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A process of the soak, seen from outside. */
export class Child {
  readonly name: string
  readonly #scope: ChildScope
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  #errors = ''
  /** Of those that have ended by themselves. */
  ended: { readonly calls: number; readonly counts: Counts } | undefined
  calls = 0
  /** What it last said of these. */
  readonly #last = new Map<Said['say'], Said>()
  readonly heap: Look[] = []

  constructor(scope: ChildScope) {
    this.#scope = scope
    this.name = scope.name
    const { pace } = scope
    const env = {
      ...process.env,
      NAME: scope.name,
      BOARD_FILE: scope.place,
      PLUGBOARD_KEYS: scope.keys,
      SEED: String(scope.seed),
      CALLERS: String(pace.callers),
      PAUSE: String(pace.pause),
      WEIGH_EVERY: String(pace.weighEvery),
      ...scope.env,
    }
    this.#child = fork(scope.path, { env, execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()))
    this.#child.on('message', (said: Said) => this.#hear(said))
    this.#closed = once(this.#child, 'close')
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Waits until its board is ready. */
  async start(): Promise<void> {
    const began = performance.now()
    if ((await this.says('ready', 120_000)) !== undefined) return
    const { exitCode, signalCode } = this.#child
    const after = Math.round((performance.now() - began) / 1_000)
    this.#scope.problems.push(
      `${this.name} did not start within ${after} s; it ${this.isAlive ? 'lives' : `ended with ${exitCode ?? signalCode}`}: ${this.#errors}`,
    )
  }

  /** Waits until it has said something, from now on or before. */
  async says<S extends Said['say']>(what: S, limit = 60_000): Promise<Extract<Said, { say: S }> | undefined> {
    const end = performance.now() + limit
    while (!this.#last.has(what)) {
      if (performance.now() > end || !this.isAlive) return undefined
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const said = this.#last.get(what) as Extract<Said, { say: S }>
    this.#last.delete(what)
    return said
  }

  tell(order: Order): void {
    if (this.#child.connected) this.#child.send(order)
  }

  /** kill -9, in the middle of whatever it does. What it has told before is heard. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }

  /** Has it close its board, and end by itself. */
  async end(limit = 60_000): Promise<void> {
    this.tell('end')
    const timer = setTimeout(() => {
      this.#scope.problems.push(`${this.name} did not end`)
      this.#child.kill('SIGKILL')
    }, limit)
    await this.#closed
    clearTimeout(timer)
    const { exitCode } = this.#child
    if (exitCode !== 0 || this.ended === undefined || this.#errors !== '')
      this.#scope.problems.push(`${this.name} ended with ${String(exitCode)}: ${this.#errors}`)
  }

  #hear(said: Said): void {
    this.#last.set(said.say, said)
    if (said.say === 'problem') this.#scope.problems.push(said.text)
    else if (said.say === 'heap') this.heap.push({ calls: said.calls, bytes: said.bytes, code: said.code })
    else if (said.say === 'ended') this.ended = said
    else if (said.say === 'told') this.#write(said.calls)
  }

  #write(told: readonly number[]): void {
    const { ledger } = this.#scope
    for (let at = 0; at < told.length; at += 3) {
      const [call = 0, kind = 0, outcome = 0] = told.slice(at, at + 3)
      ledger.told(this.name, call, kinds[kind] as Kind, outcomes[outcome] as Outcome)
      this.calls++
    }
  }
}
