import type { Hooks, InstanceView } from '../contract/index.ts'
import { systemClock, type Clock, type Timer } from './clock.ts'
import type { IndexedInstance } from './instance-index.ts'
import { InstanceRecord } from './instance-record.ts'

/** One constructed plugin object, and who uses it. Disposed exactly once, when nobody does any more. */
export class Built {
  readonly object: Hooks
  readonly instance: IndexedInstance
  /** The plugin's live view of its row. */
  readonly view: InstanceView
  readonly configRevision: number
  /** Takes the config's secrets out of what the plugin throws. */
  readonly scrub: (thrown: unknown) => unknown
  /** What this process knows of the instance's calls. One that serves has that of its instance, given by the pool; one on trial has one of its own. */
  record: InstanceRecord
  /** Set where the object went to a caller who says nothing when done with it (`get`, `resolve`, `load`). */
  lent = false
  #leases = 0
  #state: 'serving' | 'retired' | 'disposed' = 'serving'
  #grace: Timer | undefined
  readonly #abort: AbortController
  readonly #after: Clock['after']
  readonly #dispose: (built: Built) => Promise<void>
  #disposed: Promise<void> | undefined

  constructor(options: {
    readonly object: Hooks
    readonly instance: IndexedInstance
    readonly view: InstanceView
    readonly configRevision: number
    readonly scrub: (thrown: unknown) => unknown
    readonly abort: AbortController
    /** Default: the system's timers. */
    readonly after?: Clock['after']
    readonly dispose: (built: Built) => Promise<void>
  }) {
    this.object = options.object
    this.instance = options.instance
    this.view = options.view
    this.configRevision = options.configRevision
    this.scrub = options.scrub
    const { row, pluginKey } = options.instance
    this.record = new InstanceRecord({ id: row.id, name: row.name, plugin: pluginKey }, 0)
    this.#abort = options.abort
    this.#after = options.after ?? systemClock.after
    this.#dispose = options.dispose
  }

  get leases(): number {
    return this.#leases
  }

  get state(): 'serving' | 'retired' | 'disposed' {
    return this.#state
  }

  acquire(): void {
    this.#leases++
  }

  release(): void {
    this.#leases--
    if (this.#leases === 0 && this.#state === 'retired' && this.#grace === undefined) void this.#end()
  }

  /**
   * Takes the object out of service: its signal aborts, and it is disposed when the last lease ends, or, where it was lent, `disposeAfter` ms later at the earliest.
   *
   * @param disposeAfter Milliseconds.
   */
  retire(disposeAfter: number): void {
    if (this.#state !== 'serving') return
    this.#state = 'retired'
    this.#abort.abort()
    if (this.lent && disposeAfter > 0) {
      const over = (): void => {
        this.#grace = undefined
        if (this.#leases === 0) void this.#end()
      }
      this.#grace = this.#after(disposeAfter, over, { background: true })
    } else if (this.#leases === 0) void this.#end()
  }

  /** Disposes now, whatever still uses it: the board closes. */
  async disposeNow(): Promise<void> {
    if (this.#state === 'serving') {
      this.#state = 'retired'
      this.#abort.abort()
    }
    this.#grace?.cancel()
    await this.#end()
  }

  #end(): Promise<void> {
    this.#state = 'disposed'
    this.#disposed ??= this.#dispose(this)
    return this.#disposed
  }
}
