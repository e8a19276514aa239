import type { UnloadableReason } from '../errors/index.ts'
import { eventChannels } from './channels.ts'
import { logEvent } from './event-log.ts'

/** An instance, as an event names it. */
export interface EventInstance {
  readonly id: string
  readonly name: string
  readonly plugin: string
}

/** What the board tells while it runs. */
export interface BoardEvents {
  /** The board now serves a newer revision. */
  readonly change: { readonly revision: number; readonly types: readonly string[] }
  /** Another instance of a type answers from now on; `null` for none. */
  readonly selected: { readonly type: string; readonly from: EventInstance | null; readonly to: EventInstance | null }
  /** A call moved on to another instance; `to` is `null` where none was left. */
  readonly failover: {
    readonly type: string
    readonly method: string
    readonly from: EventInstance
    readonly to: EventInstance | null
    readonly error: unknown
    readonly durationMs: number
  }
  /** An instance can't be built, and is passed over. `serving` is the config revision that serves on meanwhile. */
  readonly unloadable: {
    readonly type: string
    readonly instance: EventInstance
    readonly reason: UnloadableReason
    readonly error: Error
    readonly serving: number | null
  }
  /** An instance is passed over for `time` ms (`null`: until it is put back), in this process. `error` is that of the call that did it. */
  readonly ejected: {
    readonly type: string
    readonly instance: EventInstance
    readonly by: 'failures' | 'operator'
    readonly time: number | null
    readonly ejections: number
    readonly error: unknown
  }
  /** An instance that could not be built, was; or one that was ejected is back in service. */
  readonly recovered: { readonly type: string; readonly instance: EventInstance }
  /** The database can't be read: the last snapshot serves on. Told once, until `fresh`. */
  readonly stale: { readonly since: number; readonly error: unknown }
  /** The database can be read again. */
  readonly fresh: { readonly revision: number }
  /** A test came out otherwise than the one before. `before` is how that ended, `null` where there was none. */
  readonly health: {
    readonly type: string
    readonly instance: EventInstance
    readonly ok: boolean
    readonly before: boolean | null
    readonly message: string
    readonly latencyMs: number
  }
  /** A plugin's `onDispose` failed or took too long. */
  readonly disposalFailed: { readonly type: string; readonly instance: EventInstance; readonly error: unknown }
}

export type EventName = keyof BoardEvents

/**
 * Anything with pino's method shapes: fields first, then the line. What was thrown is the field `err`, with known secrets taken out, since that is what
 * pino, and what is made like it, knows how to write.
 */
export interface Logger {
  debug(data: object, message: string): void
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}

/** Typed events. A listener that throws breaks nobody: it is logged. */
export class Events {
  readonly #listeners = new Map<EventName, Set<(event: never) => void>>()
  readonly #logger: Logger | undefined

  constructor(logger: Logger | undefined) {
    this.#logger = logger
  }

  on<N extends EventName>(name: N, listener: (event: BoardEvents[N]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => void listeners.delete(listener)
  }

  emit<N extends EventName>(name: N, event: BoardEvents[N]): void {
    const channel = eventChannels[name]
    if (channel.hasSubscribers) channel.publish(event)
    if (this.#logger !== undefined) logEvent(this.#logger, name, event)
    // A copy: a listener may leave while it is told.
    for (const listener of Array.from(this.#listeners.get(name) ?? [])) {
      try {
        // The set of a name holds only listeners of that name's event.
        const result: unknown = (listener as (event: BoardEvents[N]) => unknown)(event)
        if (result instanceof Promise) result.catch((error: unknown) => this.#failed(name, error))
      } catch (error) {
        this.#failed(name, error)
      }
    }
  }

  #failed(name: EventName, error: unknown): void {
    this.#logger?.error({ err: error, event: name }, 'a listener of the board threw')
  }
}
