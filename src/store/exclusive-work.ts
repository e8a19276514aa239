import { AsyncLocalStorage } from 'node:async_hooks'
import { StoreError } from '../errors/index.ts'

type Kind = 'read' | 'write'
interface Running {
  readonly kind: Kind
  ended: boolean
}

/**
 * Knows which code runs inside which work, so that a call that would wait for itself for ever is refused instead, and what is still running
 * when the store closes.
 */
export class ExclusiveWork {
  readonly #inside = new AsyncLocalStorage<Running>()
  readonly #running = new Set<Promise<unknown>>()
  #closed = false

  /** Runs a call to the store; `asked` names it for messages. */
  run<T>(asked: string, kind: Kind, work: () => Promise<T>): Promise<T> {
    return this.#track(asked, () => {
      const running: Running = { kind, ended: false }
      return this.#inside.run(running, work).finally(() => {
        running.ended = true
      })
    })
  }

  /** Refuses further calls and waits for those that run. */
  async close(): Promise<void> {
    this.#refuseInside('close')
    this.#closed = true
    await Promise.allSettled(this.#running)
  }

  async #track<T>(asked: string, start: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreError(`The store is closed, so ${asked}() can't be answered. Open another one.`)
    this.#refuseInside(asked)
    const running = start()
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
      // Watching every promise of the process costs; with nothing to watch it is off.
      if (this.#running.size === 0) this.#inside.disable()
    }
  }

  #refuseInside(asked: string): void {
    const outer = this.#inside.getStore()
    if (outer === undefined || outer.ended) return
    throw new StoreError(
      `${asked}() was called inside the work of ${outer.kind}(), where it would wait for itself. ` +
        `Use the ${outer.kind === 'read' ? 'reader' : 'writer'} that the work was given, or call it afterwards.`,
    )
  }
}
