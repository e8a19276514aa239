import { createHash } from 'node:crypto'
import { within } from '../server/patience.ts'
import type { ChangeHint, ChangeListener, ChangeWatch } from '../watch.ts'

/** A `pg.Client` that is not connected yet, as far as listening uses it. */
export interface ListeningClient {
  connect(): Promise<unknown>
  query(text: string): Promise<unknown>
  on(event: 'notification', listener: (message: { readonly payload?: string | undefined }) => void): unknown
  on(event: 'error' | 'end', listener: (error?: Error) => void): unknown
  end(): Promise<void>
}

export interface PostgresWatchOptions {
  readonly source: string
  /** A new client; rejects where none can be made. */
  readonly client: () => Promise<ListeningClient>
  readonly channel: string
  readonly changed: ChangeListener
  /** Milliseconds until it is tried again, by how often that has failed. */
  readonly backoff?: (attempt: number) => number
  /** Milliseconds between two signs of life where nothing raises suspicion: a connection can be gone without anybody having said so. Default 300,000. */
  readonly aliveEvery?: number
}

/** Milliseconds within which the server must answer. */
const answerWithin = 10_000
/** PostgreSQL's longest name. */
const longestName = 63

/** The channel of a store's tables. It is only a name: what others say on it is a hint to look. */
export function channelOf(schema: string | undefined, prefix: string): string {
  const name = `plugboard:${schema ?? ''}:${prefix}`
  return name.length <= longestName ? name : `plugboard:${createHash('sha256').update(name).digest('hex').slice(0, 32)}`
}

/** Listens on a connection of its own, opened again whenever it is lost. After each opening one look makes up for what was missed. */
export class PostgresWatch implements ChangeWatch {
  readonly source: string
  readonly #options: PostgresWatchOptions
  #problem: unknown = new Error('not connected yet')
  #client: ListeningClient | undefined
  #timer: NodeJS.Timeout | undefined
  #asking = false
  #attempt = 0
  #closed = false
  #opening: Promise<void>

  constructor(options: PostgresWatchOptions) {
    this.source = options.source
    this.#options = options
    this.#opening = this.#open()
  }

  get problem(): unknown {
    return this.#problem
  }

  /** A change was found that was not heard of: either word of it is on its way, or the connection is gone. The server is asked. */
  suspect(): void {
    if (this.#client !== undefined && this.#problem === undefined) this.#ask(this.#client)
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    const client = this.#client
    this.#client = undefined
    await Promise.allSettled([this.#opening, client?.end()])
  }

  async #open(): Promise<void> {
    let client: ListeningClient | undefined
    try {
      client = await this.#options.client()
      if (this.#closed) return
      this.#client = client
      const mine = client
      mine.on('error', (error) => this.#lost(mine, error ?? new Error('the connection broke')))
      mine.on('end', () => this.#lost(mine, new Error('the connection was ended')))
      mine.on('notification', ({ payload }) => this.#options.changed(hintOf(payload)))
      await this.#answer(mine.connect())
      // A name may hold capitals and colons; quotation marks it can't (see table-prefix.ts).
      await this.#answer(mine.query(`listen "${this.#options.channel}"`))
      if (this.#client !== mine) return
      this.#problem = undefined
      this.#attempt = 0
      this.#options.changed({})
      this.#stayAlive(mine)
    } catch (error) {
      this.#lost(client, error)
    }
  }

  #stayAlive(client: ListeningClient): void {
    this.#timer = setTimeout(() => this.#ask(client), this.#options.aliveEvery ?? 300_000)
    this.#timer.unref()
  }

  #ask(client: ListeningClient): void {
    if (this.#asking) return
    this.#asking = true
    clearTimeout(this.#timer)
    this.#answer(client.query('select 1'))
      .finally(() => {
        this.#asking = false
      })
      .then(
        () => {
          if (this.#client === client) this.#stayAlive(client)
        },
        (error: unknown) => this.#lost(client, error),
      )
  }

  #lost(client: ListeningClient | undefined, error: unknown): void {
    if (this.#closed || this.#client !== client) return
    this.#client = undefined
    this.#problem = error
    client?.end().catch(() => {})
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => {
        this.#opening = this.#open()
      },
      (this.#options.backoff ?? backoff)(this.#attempt++),
    )
    this.#timer.unref()
  }

  #answer<T>(promise: Promise<T>): Promise<T> {
    return within(promise, { timeout: answerWithin, message: `${this.source} gave no answer for ${answerWithin} ms.` })
  }
}

/** At first soon, later rarely, and never in step with other processes. */
function backoff(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 9), 15_000) * (0.5 + Math.random() / 2)
}

function hintOf(payload: string | undefined): ChangeHint {
  return payload !== undefined && /^\d{1,15}$/.test(payload) ? { revision: Number(payload) } : {}
}
