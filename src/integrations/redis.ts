import { InvalidInputError } from '../errors/index.ts'
import type { ChangeHint, ChangeListener, ChangeWatch, Notifier, NotifierChannel } from '../store/index.ts'
import { backoff, clientFor, end, isReady, subscribe, type RedisClient } from './redis-client.ts'

export type { IoRedisClient, NodeRedisClient, RedisClient } from './redis-client.ts'

export interface RedisOptions {
  /** What the channels' names start with; the database's epoch follows. Default `plugboard`. */
  readonly prefix?: string
}

/** Milliseconds that a word waits for the connection. */
const patience = 1_000
/** A word of ours is shorter; what is longer is not read. */
const longest = 200

/**
 * Tells other processes of changes over Redis, for any database. Redis being away is no error of the board: changes are then seen within
 * `refreshEvery`. What arrives is only a hint to look, whoever sent it, and holds no more than a revision.
 *
 * @param client A client of `redis` or `ioredis`, or a URL; for a URL one of the two must be installed. A client stays yours: words are published on it,
 *   and a connection of its own, made by `duplicate()`, listens.
 * @throws InvalidInputError
 * @example
 * const board = createBoard({ plugins, store, keys, notifier: redis('redis://127.0.0.1:6379') })
 */
export function redis(client: RedisClient | string, options: RedisOptions = {}): Notifier {
  const { prefix = 'plugboard' } = options
  const description = `redis (${typeof client === 'string' ? placeOf(client) : 'a client handed in'})`
  if (typeof client !== 'string' && typeof (client as Partial<RedisClient> | null)?.duplicate !== 'function') {
    throw new InvalidInputError([{ pointer: '/client', message: "give redis() a URL, or a client of 'redis' or 'ioredis'" }])
  }
  return { description, open: (epoch) => new RedisChannel(description, client, `${prefix}:${epoch}`, epoch) }
}

/** Without user and password. */
function placeOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    // The text may hold a password: it is not quoted.
    throw new InvalidInputError([{ pointer: '/client', message: 'this is no URL of a Redis server, such as redis://127.0.0.1:6379' }])
  }
}

class RedisChannel implements NotifierChannel {
  readonly #description: string
  readonly #given: RedisClient | string
  readonly #name: string
  readonly #epoch: string
  /** Our own client, where a URL was given. */
  #own: Promise<RedisClient> | undefined
  #connecting: Promise<unknown> | undefined
  #publishing: Promise<void> = Promise.resolve()
  /** The newest revision that could not be told. */
  #unsaid: number | undefined
  /** Whether it is told when the connection is back. */
  #isWaiting = false
  #closed = false

  constructor(description: string, client: RedisClient | string, name: string, epoch: string) {
    this.#description = description
    this.#given = client
    this.#name = name
    this.#epoch = epoch
  }

  publish(revision: number): Promise<void> {
    this.#publishing = this.#publish(revision)
    return this.#publishing
  }

  async #publish(revision: number): Promise<void> {
    try {
      const client = await this.#client()
      if (client !== this.#given && !isReady(client)) await this.#connected(client)
      // The newest one only: it stands for all before it.
      this.#unsaid = isReady(client) ? undefined : revision
      if (!this.#isWaiting) {
        this.#isWaiting = true
        client.on('ready', () => {
          if (this.#unsaid !== undefined && !this.#closed) void this.publish(this.#unsaid)
        })
      }
      if (this.#unsaid === undefined) await client.publish(this.#name, JSON.stringify({ revision }))
    } catch {
      // The poll of the others finds it.
    }
  }

  listen(changed: ChangeListener): ChangeWatch {
    return new RedisWatch(
      this.#description,
      () => this.#client(),
      this.#name,
      (message) => changed(hintOf(message, this.#epoch)),
    )
  }

  async close(): Promise<void> {
    // What was just written is told first, where that can be done: a command writes once and ends.
    let timer: NodeJS.Timeout | undefined
    await Promise.race([this.#publishing, new Promise((resolve) => (timer = setTimeout(resolve, patience)))])
    clearTimeout(timer)
    this.#closed = true
    const own = await this.#own?.catch(() => undefined)
    if (own !== undefined) end(own)
  }

  async #client(): Promise<RedisClient> {
    if (typeof this.#given !== 'string') return this.#given
    this.#own ??= clientFor(this.#given).then((client) => {
      // Without a listener its errors would end the process.
      client.on('error', () => {})
      return client
    })
    return this.#own
  }

  /** Waits for the first connection, as a command does that writes once and ends. Later ones come by themselves. */
  async #connected(client: RedisClient): Promise<void> {
    if (this.#closed) return
    this.#connecting ??= client.connect().catch(() => {})
    let timer: NodeJS.Timeout | undefined
    await Promise.race([this.#connecting, new Promise((resolve) => (timer = setTimeout(resolve, patience)))])
    clearTimeout(timer)
  }
}

class RedisWatch implements ChangeWatch {
  readonly source: string
  #problem: unknown = new Error('not connected yet')
  #subscription: { readonly close: () => void } | undefined
  #timer: NodeJS.Timeout | undefined
  #attempt = 0
  #closed = false
  readonly #client: () => Promise<RedisClient>
  readonly #channel: string
  readonly #heard: (message: string) => void

  /** @param heard Takes each message; an empty one where some may have been missed. */
  constructor(source: string, client: () => Promise<RedisClient>, channel: string, heard: (message: string) => void) {
    this.source = source
    this.#client = client
    this.#channel = channel
    this.#heard = heard
    void this.#start()
  }

  get problem(): unknown {
    return this.#problem
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#subscription?.close()
  }

  async #start(): Promise<void> {
    try {
      const client = await this.#client()
      if (this.#closed) return
      this.#subscription = subscribe(client, this.#channel, {
        message: this.#heard,
        listening: () => {
          this.#problem = undefined
          this.#attempt = 0
          this.#heard('')
        },
        failed: (error) => (this.#problem = error),
        ended: () => this.#again(),
      })
    } catch (error) {
      this.#problem = error
      this.#again()
    }
  }

  /** A client that gives up is replaced by another one. */
  #again(): void {
    if (this.#closed || this.#timer !== undefined) return
    this.#subscription?.close()
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        void this.#start()
      },
      backoff(this.#attempt++),
    )
    this.#timer.unref()
  }
}

/** Anybody may say anything on a channel: what is no word of ours is a hint that names nothing. */
function hintOf(message: string, epoch: string): ChangeHint {
  if (message.length === 0 || message.length > longest) return {}
  try {
    const word: unknown = JSON.parse(message)
    const revision = typeof word === 'object' && word !== null && 'revision' in word ? word.revision : undefined
    return typeof revision === 'number' && Number.isSafeInteger(revision) && revision >= 0 ? { epoch, revision } : {}
  } catch {
    return {}
  }
}
