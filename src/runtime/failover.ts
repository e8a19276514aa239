import type { MethodKind } from '../contract/index.ts'
import { AllInstancesFailedError, BoardClosedError, type Attempt } from '../errors/index.ts'
import type { Built } from './built.ts'
import type { CallTrace } from './call-trace.ts'
import type { EventInstance, Events } from './events.ts'
import { failureOf, speaksAgainst, verdictOn } from './failover-rule.ts'
import type { IndexedInstance } from './instance-index.ts'
import type { TypeSlot } from './type-slot.ts'

/** What failover needs of the board. */
export interface FailoverScope {
  readonly slot: TypeSlot
  readonly events: Events
  /** Milliseconds since some moment, for durations. */
  readonly elapsed: () => number
  /** Ends when calls can be answered; `undefined` where they can be now. */
  readonly whenServing: () => Promise<void> | undefined
}

/** What is called: for errors and events. */
export interface Call {
  readonly method: string
  readonly kind: MethodKind
  /** Whether it is any work of the application's, so that not every error is the provider's. */
  readonly isWork: boolean
  readonly context: unknown
  /** Where somebody follows it. */
  readonly trace?: CallTrace | undefined
}

/** One call's way through the instances: what was tried, and what comes next. Made when a call does not end with its first attempt. */
export class Failover {
  readonly #scope: FailoverScope
  readonly #call: Call
  readonly #attempts: Attempt[] = []
  readonly #tried = new Set<string>()
  #last: { readonly from: EventInstance; readonly error: unknown; readonly durationMs: number } | undefined

  constructor(scope: FailoverScope, call: Call) {
    this.#scope = scope
    this.#call = call
  }

  /**
   * The next object to try, leased: the caller releases it.
   *
   * @throws AllInstancesFailedError where something was tried and nothing is left; NoInstanceError where there was nothing to try.
   */
  async next(): Promise<Built> {
    const { slot } = this.#scope
    const waiting = slot.isStoodIn ? undefined : this.#scope.whenServing()
    if (waiting !== undefined) await waiting
    for (;;) {
      const instance = await slot.select(this.#call.context, this.#tried, 'claim')
      if (instance === undefined) {
        this.#tell(null)
        if (this.#attempts.length === 0) throw slot.noInstance()
        throw new AllInstancesFailedError(slot.type.key, this.#call.method, this.#attempts)
      }
      this.#tried.add(instance.row.id)
      const started = this.#scope.elapsed()
      const attempt = this.#call.trace?.begin(named(instance))
      try {
        const built = await (attempt === undefined ? slot.acquire(instance) : attempt.within(() => slot.acquire(instance)))
        this.#tell(instance)
        return built
      } catch (error) {
        attempt?.failedAs('not_asked', error)
        slot.unclaim(instance.row.id)
        if (error instanceof BoardClosedError) throw error
        // It can't be built, or not be read from the database now. It was never asked: any method may go on.
        this.#record(instance, error, this.#scope.elapsed() - started)
      }
    }
  }

  /** The same where nothing has to be waited for, as after most failures; `undefined` where `next` has to look. */
  nextNow(): Built | undefined {
    if (this.#call.trace !== undefined || this.#tried.size === 0) return undefined
    const built = this.#scope.slot.acquireNow(this.#tried)
    if (built === undefined) return undefined
    this.#tried.add(built.instance.row.id)
    this.#tell(built.instance)
    return built
  }

  /**
   * Records a failed attempt.
   *
   * @throws the error itself where the failover rule does not let the call move on.
   */
  failed(built: Built, error: unknown, durationMs: number): void {
    const failure = failureOf(error)
    const { ejection } = this.#scope.slot
    const { record } = built
    if (speaksAgainst(failure)) record.counters.error()
    // What other work throws may be its own fault.
    if (failure === 'rejected') ejection.succeeded(record)
    else if (this.#call.isWork && failure === 'other') ejection.release(record)
    else ejection.failed(record, error)
    this.#tried.add(built.instance.row.id)
    if (verdictOn(this.#call.kind, failure) === 'caller') throw error
    this.#record(built.instance, error, durationMs)
  }

  #record(instance: IndexedInstance, error: unknown, durationMs: number): void {
    const { row, pluginKey } = instance
    this.#attempts.push({ instanceId: row.id, instanceName: row.name, plugin: pluginKey, error, durationMs })
    this.#tell(null)
    this.#last = { from: named(instance), error, durationMs }
  }

  /** A failover is told once it is known where the call goes on. */
  #tell(next: IndexedInstance | null): void {
    if (this.#last === undefined) return
    const to = next === null ? null : named(next)
    this.#scope.events.emit('failover', { type: this.#scope.slot.type.key, method: this.#call.method, ...this.#last, to })
    this.#last = undefined
  }
}

function named({ row, pluginKey }: IndexedInstance): EventInstance {
  return { id: row.id, name: row.name, plugin: pluginKey }
}
