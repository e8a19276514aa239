import type { Built } from './built.ts'
import type { Caller } from './call.ts'
import type { CallTrace } from './call-trace.ts'
import { inFlight, type BaseFlight } from './flight.ts'

export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && !('then' in value)
}

/** A stream whose first item has come, so that it stays with its instance, whose object it holds. */
export class OpenedStream {
  readonly iterator: AsyncIterator<unknown>
  readonly first: IteratorResult<unknown>
  readonly built: Built
  /** What the plugin's signal belongs to; `undefined` for a call without limits. */
  readonly flight: BaseFlight | undefined
  /** Of the caller. */
  readonly signal: AbortSignal | undefined
  readonly #caller: Caller
  readonly #aborted = (): void => this.flight?.abort(this.signal?.reason)
  /** Set where somebody gave up waiting for an item: it is left when that has come. */
  isGivenUp = false
  /** Where somebody follows the call. */
  trace: CallTrace | undefined
  #held = true

  private constructor(
    iterator: AsyncIterator<unknown>,
    first: IteratorResult<unknown>,
    built: Built,
    flight: BaseFlight | undefined,
    caller: Caller,
  ) {
    this.iterator = iterator
    this.first = first
    this.built = built
    this.flight = flight
    this.signal = flight?.callerSignal
    this.#caller = caller
    this.signal?.addEventListener('abort', this.#aborted, { once: true })
  }

  next(sent: unknown): Promise<IteratorResult<unknown>> {
    return this.#caller.nextItem(this, sent)
  }

  /** Asks the plugin for one more item. */
  ask(sent: unknown): Promise<IteratorResult<unknown>> {
    const ask = (): Promise<IteratorResult<unknown>> => inFlight(this.flight, () => this.iterator.next(sent))
    const attempt = this.trace?.attempt
    return attempt === undefined ? ask() : attempt.within(ask)
  }

  /** Gives the object back; a second call does nothing. */
  release(): void {
    this.trace?.ended()
    this.signal?.removeEventListener('abort', this.#aborted)
    if (this.#held) this.built.release()
    this.#held = false
  }

  /** Ends a stream that nobody goes on with. */
  async leave(): Promise<void> {
    try {
      this.flight?.abort(new DOMException('The stream was left.', 'AbortError'))
      await this.iterator.return?.()
    } finally {
      this.release()
    }
  }

  /** Ends it once the item has come that nobody waits for any more. */
  giveUp(pending: Promise<unknown>, reason: unknown): void {
    this.isGivenUp = true
    this.flight?.abort(reason)
    const leave = (): Promise<void> => this.leave()
    pending.then(leave, leave).catch(() => {})
  }

  /** Waits for the first item. What fails until then may be tried elsewhere. */
  static async open(stream: AsyncIterable<unknown>, built: Built, flight: BaseFlight | undefined, caller: Caller): Promise<OpenedStream> {
    const iterator = stream[Symbol.asyncIterator]()
    const first = await inFlight(flight, () => iterator.next())
    built.acquire()
    const opened = new OpenedStream(iterator, first, built, flight, caller)
    // It came too late: the call has moved on, or has ended.
    if (flight?.isCut === true) await opened.leave().catch(() => {})
    return opened
  }
}

/**
 * What a handle gives for a method that streams: the generator its contract promises. It holds the instance's object from the first item asked for until
 * it ends or is left.
 */
export class HandleStream implements AsyncGenerator<unknown, unknown, unknown> {
  readonly #open: () => Promise<OpenedStream>
  /** Whether the call was made already, so that leaving it before its first item must end it. */
  readonly #isOpen: boolean
  #items: AsyncGenerator<unknown, unknown, unknown> | undefined

  constructor(open: () => Promise<OpenedStream>, isOpen: boolean) {
    this.#open = open
    this.#isOpen = isOpen
  }

  next(...sent: [] | [unknown]): Promise<IteratorResult<unknown, unknown>> {
    this.#items ??= this.#drain()
    return this.#items.next(...sent)
  }

  async return(value?: unknown): Promise<IteratorResult<unknown, unknown>> {
    if (this.#items === undefined) await this.#leave()
    this.#items ??= nothing()
    return this.#items.return(await value)
  }

  async throw(error: unknown): Promise<IteratorResult<unknown, unknown>> {
    if (this.#items === undefined) await this.#leave()
    this.#items ??= nothing()
    return this.#items.throw(error)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  async #leave(): Promise<void> {
    if (!this.#isOpen) return
    const opened = await this.#open().catch(() => undefined)
    await opened?.leave()
  }

  async *#drain(): AsyncGenerator<unknown, unknown, unknown> {
    const opened = await this.#open()
    const { first, built } = opened
    let result = first
    let ended = result.done === true
    try {
      while (result.done !== true) {
        const sent: unknown = yield result.value
        // What fails by itself has ended; only a stream that is left early must be told.
        ended = true
        result = await opened.next(sent)
        ended = result.done === true
      }
      return result.value as unknown
    } catch (thrown) {
      const error = built.scrub(thrown)
      opened.trace?.failed(error)
      throw error
    } finally {
      if (ended && !opened.isGivenUp) opened.release()
      else if (!opened.isGivenUp) await opened.leave()
    }
  }
}

/** A stream that was opened and forgotten must not hold its object for ever. */
const forgotten = new FinalizationRegistry<() => void>((leave) => leave())

/** Ends what `running` opened when `stream` can't be reached any more. */
export function leaveWhenForgotten(stream: HandleStream, running: Promise<unknown>): void {
  forgotten.register(stream, () => {
    running.then((result) => (result instanceof OpenedStream ? result.leave() : undefined)).catch(() => {})
  })
}

async function* nothing(): AsyncGenerator<unknown, unknown, unknown> {
  yield* []
  return undefined
}
