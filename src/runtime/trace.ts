import { AsyncLocalStorage } from 'node:async_hooks'
import type { TracingChannel } from 'node:diagnostics_channel'

/** A message whose fields we still fill in; to who listens they are read-only. */
export type Filling<M> = { -readonly [K in keyof M]: M[K] }

/** Something that takes a while, told on a tracing channel: `start` and `end` when it begins, `asyncStart` and `asyncEnd` when it has ended. */
export class Trace<M extends object> {
  readonly message: Filling<M>
  /** Runs `work` in the async context that subscribers have bound to the channel's start: what it calls belongs to this. */
  readonly within: <R>(work: () => R) => R
  readonly #channel: TracingChannel<unknown, M>
  #hasEnded = false

  constructor(channel: TracingChannel<unknown, M>, message: Filling<M>) {
    this.#channel = channel
    this.message = message
    // The same object, filled in as it goes on.
    this.within = channel.start.runStores(message, () => AsyncLocalStorage.snapshot())
    channel.end.publish(message)
  }

  /** Tells that it has ended, once. */
  ended(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#channel.asyncStart.publish(this.message)
    this.#channel.asyncEnd.publish(this.message)
  }

  /** Tells that it has failed. @param error With no secret in it. */
  failed(error: unknown): void {
    if (this.#hasEnded) return
    ;(this.message as { error?: unknown }).error = error
    this.#channel.error.publish(this.message)
    this.ended()
  }
}

/**
 * Does something, and tells it where somebody listens.
 *
 * @param work Gets the message, to fill it in; `undefined` where nobody listens. What it throws must hold no secret.
 */
export function traced<M extends object, R>(
  channel: TracingChannel<unknown, M>,
  message: () => Filling<M>,
  work: (message: Filling<M> | undefined) => Promise<R>,
): Promise<R> {
  return channel.hasSubscribers ? follow(new Trace(channel, message()), work) : work(undefined)
}

async function follow<M extends object, R>(trace: Trace<M>, work: (message: Filling<M>) => Promise<R>): Promise<R> {
  try {
    const result = await trace.within(() => work(trace.message))
    trace.ended()
    return result
  } catch (error) {
    trace.failed(error)
    throw error
  }
}
