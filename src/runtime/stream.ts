import type { Built } from './built.ts'

export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && !('then' in value)
}

/** A stream whose first item has come, so that it stays with its instance. Holds the object until it ends or is left. */
export class OpenedStream implements AsyncIterable<unknown> {
  readonly #iterator: AsyncIterator<unknown>
  readonly #first: IteratorResult<unknown>
  readonly #built: Built

  private constructor(iterator: AsyncIterator<unknown>, first: IteratorResult<unknown>, built: Built) {
    this.#iterator = iterator
    this.#first = first
    this.#built = built
  }

  /** Waits for the first item. What fails until then may be tried elsewhere. */
  static async open(stream: AsyncIterable<unknown>, built: Built): Promise<OpenedStream> {
    const iterator = stream[Symbol.asyncIterator]()
    const first = await iterator.next()
    built.acquire()
    return new OpenedStream(iterator, first, built)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, unknown, unknown> {
    let result = this.#first
    let ended = result.done === true
    try {
      while (result.done !== true) {
        const sent: unknown = yield result.value
        // What fails by itself has ended; only a stream that is left early must be told.
        ended = true
        result = await this.#iterator.next(sent)
        ended = result.done === true
      }
      return result.value as unknown
    } catch (thrown) {
      throw this.#built.scrub(thrown)
    } finally {
      try {
        if (!ended) await this.#iterator.return?.()
      } finally {
        this.#built.release()
      }
    }
  }
}
