import type { Built } from './built.ts'

export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && !('then' in value)
}

/** A stream whose first item has come, so that it stays with its instance, whose object it holds. */
export class OpenedStream {
  readonly iterator: AsyncIterator<unknown>
  readonly first: IteratorResult<unknown>
  readonly built: Built
  #held = true

  private constructor(iterator: AsyncIterator<unknown>, first: IteratorResult<unknown>, built: Built) {
    this.iterator = iterator
    this.first = first
    this.built = built
  }

  /** Gives the object back; a second call does nothing. */
  release(): void {
    if (this.#held) this.built.release()
    this.#held = false
  }

  /** Ends a stream that nobody goes on with. */
  async leave(): Promise<void> {
    try {
      await this.iterator.return?.()
    } finally {
      this.release()
    }
  }

  /** Waits for the first item. What fails until then may be tried elsewhere. */
  static async open(stream: AsyncIterable<unknown>, built: Built): Promise<OpenedStream> {
    const iterator = stream[Symbol.asyncIterator]()
    const first = await iterator.next()
    built.acquire()
    return new OpenedStream(iterator, first, built)
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
    const { iterator, first, built } = opened
    let result = first
    let ended = result.done === true
    try {
      while (result.done !== true) {
        const sent: unknown = yield result.value
        // What fails by itself has ended; only a stream that is left early must be told.
        ended = true
        result = await iterator.next(sent)
        ended = result.done === true
      }
      return result.value as unknown
    } catch (thrown) {
      throw built.scrub(thrown)
    } finally {
      if (ended) opened.release()
      else await opened.leave()
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
