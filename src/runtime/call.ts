import type { Hooks, MethodKind } from '../contract/index.ts'
import { AllInstancesFailedError, BoardClosedError, type Attempt } from '../errors/index.ts'
import type { Built } from './built.ts'
import type { EventInstance, Events } from './events.ts'
import { mayMoveOn } from './failover-rule.ts'
import type { IndexedInstance } from './instance-index.ts'
import type { ObjectPool } from './object-pool.ts'
import type { TypeSlot } from './type-slot.ts'

/** What a call needs of the board. */
export interface CallScope {
  readonly slot: TypeSlot
  readonly pool: ObjectPool
  readonly events: Events
  /** Milliseconds since some moment, for durations. */
  readonly elapsed: () => number
  /** Makes the board ready; `undefined` where it is. */
  readonly whenReady: () => Promise<void> | undefined
}

/** What is called: for errors and events. */
export interface Call {
  readonly method: string
  readonly kind: MethodKind
  readonly context: unknown
}

/**
 * Runs `work` with the selected instance's object, and with the next one where the failover rule lets it move on.
 * The object is held until `work` has ended.
 *
 * @throws AllInstancesFailedError, NoInstanceError, or what `work` threw
 */
export async function callWithFailover<R>(
  scope: CallScope,
  call: Call,
  work: (object: Hooks, built: Built) => R | PromiseLike<R>,
): Promise<R> {
  const failover = new Failover(scope, call)
  for (;;) {
    const built = await failover.next()
    const started = scope.elapsed()
    try {
      return await work(built.object, built)
    } catch (thrown) {
      failover.failed(built.instance, built.scrub(thrown), scope.elapsed() - started)
    } finally {
      built.release()
    }
  }
}

/** One call's way through the instances: what was tried, and what comes next. */
export class Failover {
  readonly #scope: CallScope
  readonly #call: Call
  readonly #attempts: Attempt[] = []
  readonly #tried = new Set<string>()
  #last: { readonly from: EventInstance; readonly error: unknown } | undefined

  constructor(scope: CallScope, call: Call) {
    this.#scope = scope
    this.#call = call
  }

  /**
   * The next object to try, leased: the caller releases it.
   *
   * @throws AllInstancesFailedError where something was tried and nothing is left; NoInstanceError where there was nothing to try.
   */
  async next(): Promise<Built> {
    const { slot, pool } = this.#scope
    const waiting = this.#scope.whenReady()
    if (waiting !== undefined) await waiting
    for (;;) {
      const instance = await slot.select(this.#call.context, this.#tried)
      if (instance === undefined) {
        this.#tell(null)
        if (this.#attempts.length === 0) throw slot.noInstance()
        throw new AllInstancesFailedError(slot.type.key, this.#call.method, this.#attempts)
      }
      this.#tried.add(instance.row.id)
      const started = this.#scope.elapsed()
      try {
        const built = await pool.acquire(instance)
        this.#tell(instance)
        return built
      } catch (error) {
        if (error instanceof BoardClosedError) throw error
        // It can't be built, or not be read from the database now. Nothing was sent: any method may go on.
        this.#record(instance, error, this.#scope.elapsed() - started)
      }
    }
  }

  /**
   * Records a failed attempt.
   *
   * @throws the error itself where the failover rule does not let the call move on.
   */
  failed(instance: IndexedInstance, error: unknown, durationMs: number): void {
    if (!mayMoveOn(this.#call.kind, error)) throw error
    this.#record(instance, error, durationMs)
  }

  #record(instance: IndexedInstance, error: unknown, durationMs: number): void {
    const { row, pluginKey } = instance
    this.#attempts.push({ instanceId: row.id, instanceName: row.name, plugin: pluginKey, error, durationMs })
    this.#tell(null)
    this.#last = { from: { id: row.id, name: row.name, plugin: pluginKey }, error }
  }

  /** A failover is told once it is known where the call goes on. */
  #tell(next: IndexedInstance | null): void {
    if (this.#last === undefined) return
    const to = next === null ? null : { id: next.row.id, name: next.row.name, plugin: next.pluginKey }
    this.#scope.events.emit('failover', { type: this.#scope.slot.type.key, method: this.#call.method, ...this.#last, to })
    this.#last = undefined
  }
}
