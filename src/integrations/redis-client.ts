import { DriverMissingError } from '../errors/index.ts'

/** What is used of a client of `redis` (node-redis 4 and later). */
export interface NodeRedisClient {
  readonly isReady: boolean
  duplicate(): NodeRedisClient
  connect(): Promise<unknown>
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  publish(channel: string, message: string): Promise<unknown>
  on(event: string, listener: (argument: unknown) => void): unknown
  /** Version 5 and later; version 4 has `disconnect`. */
  destroy?(): unknown
  disconnect?(): unknown
}

/** What is used of a client of `ioredis` (version 5 and later). */
export interface IoRedisClient {
  readonly status: string
  duplicate(override?: { readonly autoResubscribe: boolean }): IoRedisClient
  connect(): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  publish(channel: string, message: string): Promise<unknown>
  on(event: string, listener: (first: unknown, second: unknown) => void): unknown
  disconnect(): unknown
}

export type RedisClient = NodeRedisClient | IoRedisClient

/** What a connection that listens tells. */
export interface SubscriptionListener {
  readonly message: (message: string) => void
  /** It listens, from now on: what was said before may have been missed. */
  readonly listening: () => void
  readonly failed: (error: unknown) => void
  /** It will not come back by itself. */
  readonly ended: () => void
}

export function isIoRedis(client: RedisClient): client is IoRedisClient {
  return 'status' in client
}

export function isReady(client: RedisClient): boolean {
  return isIoRedis(client) ? client.status === 'ready' : client.isReady
}

/** Ends a client of ours, at once. */
export function end(client: RedisClient): void {
  try {
    if (!isIoRedis(client) && client.destroy !== undefined) client.destroy()
    // node-redis 4 answers with a promise that rejects where the client is closed already.
    else void Promise.resolve(client.disconnect?.()).catch(() => {})
  } catch {
    // It was closed already.
  }
}

/** Subscribes on a connection of its own, made like the client's. */
export function subscribe(client: RedisClient, channel: string, listener: SubscriptionListener): { readonly close: () => void } {
  const own = isIoRedis(client)
    ? // It subscribes at each `ready` by itself: what ioredis would subscribe again fails unheard where the connection breaks once more.
      subscribeIoRedis(client.duplicate({ autoResubscribe: false }), channel, listener)
    : subscribeNodeRedis(client.duplicate(), channel, listener)
  return { close: () => end(own) }
}

function subscribeNodeRedis(own: NodeRedisClient, channel: string, listener: SubscriptionListener): NodeRedisClient {
  let subscribed = false
  own.on('error', listener.failed)
  own.on('end', listener.ended)
  // After a break the client subscribes again by itself.
  own.on('ready', () => subscribed && listener.listening())
  own
    .connect()
    .then(() => own.subscribe(channel, listener.message))
    .then(
      () => {
        subscribed = true
        listener.listening()
      },
      (error: unknown) => {
        listener.failed(error)
        listener.ended()
      },
    )
  return own
}

function subscribeIoRedis(own: IoRedisClient, channel: string, listener: SubscriptionListener): IoRedisClient {
  own.on('error', listener.failed)
  own.on('end', listener.ended)
  own.on('message', (_channel, message) => listener.message(String(message)))
  const start = (): void => void own.subscribe(channel).then(listener.listening, listener.failed)
  own.on('ready', start)
  if (own.status === 'ready') start()
  // A client made with `lazyConnect` waits to be told.
  if (own.status === 'wait') own.connect().catch(listener.failed)
  return own
}

/** A client for a URL, of whichever package is installed. It connects when it is told to, and drops what can't be sent. */
export async function clientFor(url: string): Promise<RedisClient> {
  const failures: unknown[] = []
  for (const make of [nodeRedis, ioRedis]) {
    try {
      return await make(url)
    } catch (error) {
      failures.push(error)
    }
  }
  throw new DriverMissingError(
    "No Redis client can be loaded for redis('redis://…'). Run npm install redis, or hand in a client you have.",
    {
      cause: new AggregateError(failures),
    },
  )
}

/** Milliseconds until a broken connection is tried again: longer each time, and not in step with other processes. */
export function backoff(attempt: number): number {
  return Math.min(100 * 2 ** Math.min(attempt, 8), 15_000) * (0.5 + Math.random() / 2)
}

async function nodeRedis(url: string): Promise<NodeRedisClient> {
  // The package's own types need not be installed; this is what is used of it.
  const { createClient } = (await optional('redis')) as { createClient: (options: object) => NodeRedisClient }
  return createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: 5_000, reconnectStrategy: backoff } })
}

async function ioRedis(url: string): Promise<IoRedisClient> {
  const { Redis } = (await optional('ioredis')) as { Redis: new (url: string, options: object) => IoRedisClient }
  return new Redis(url, { lazyConnect: true, enableOfflineQueue: false, connectTimeout: 5_000, retryStrategy: backoff })
}

/** The name is a variable so that bundlers and the compiler leave it alone. */
function optional(name: string): Promise<unknown> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name)
}
