// Long because each way in which a call can end must give its object back, be counted and be answered exactly once; they are seen side by side.
import type { Hooks, MethodKind } from '../contract/index.ts'
import { DeadlineError } from '../errors/index.ts'
import type { Built } from './built.ts'
import type { CallClock } from './call-clock.ts'
import { CallTrace } from './call-trace.ts'
import { areCallsTraced } from './channels.ts'
import { Line, type DeadlineWheel } from './deadline-wheel.ts'
import { Failover, type FailoverScope } from './failover.ts'
import { failureOf } from './failover-rule.ts'
import { FirstAttempt } from './first-attempt.ts'
import { enter, Flight, inFlight, isInFlight, leave, rejectWith, type BaseFlight, type CutBy } from './flight.ts'
import type { Limits } from './limits.ts'
import { OpenedStream } from './stream.ts'

/** What a call needs of the board. */
export interface CallScope extends FailoverScope {
  readonly wheel: DeadlineWheel
  readonly clock: CallClock
}

/** What is called, and under which limits. Made once for a handle's method. */
export interface CallPlan {
  readonly method: string
  readonly kind: MethodKind
  /** Whether it is any work of the application's, and no method of the contract. */
  readonly isWork: boolean
  /** For the type's selector; a function is asked at each call. */
  readonly context: unknown
  /** `undefined` where a call may take as long as it likes. */
  readonly limits: Limits | undefined
}

/** What is done with an instance's object. Its synchronous part may ask for the call's signal. */
export type Work = (object: Hooks, built: Built, flight: BaseFlight | undefined) => unknown

type Method = (...args: readonly unknown[]) => unknown

/** Makes calls of one kind: to the selected instance, and on to the next ones where the failover rule lets them. The object is held until its method ends. */
export class Caller {
  readonly #scope: CallScope
  readonly #plan: CallPlan

  constructor(scope: CallScope, plan: CallPlan) {
    this.#scope = scope
    this.#plan = plan
  }

  /** Calls the method of the object that is selected now. All that follows a failure is made when there is one. */
  callNow(built: Built, args: readonly unknown[]): Promise<unknown> {
    const { clock } = this.#scope
    const { limits } = this.#plan
    if (limits !== undefined) return this.#callWithin(limits, built, args)
    const started = clock.now()
    const { isExact } = clock
    built.record.counters.call(started)
    built.acquire()
    let result: unknown
    try {
      result = isInFlight() ? inFlight(undefined, () => this.#ask(built, args)) : this.#ask(built, args)
    } catch (thrown) {
      built.release()
      return this.#afterFirst(built, thrown, started, args)
    }
    return (result instanceof Promise ? result : Promise.resolve(result)).then(
      (value: unknown) => {
        this.#succeeded(built, started, isExact)
        return value
      },
      (thrown: unknown) => {
        built.release()
        return this.#afterFirst(built, thrown, started, args)
      },
    )
  }

  /** Does any work with the selected object, and with the next one where that failed and the rule allows it. */
  start(work: Work): Promise<unknown> {
    return areCallsTraced() ? this.#startTraced(work) : this.#start(work, undefined)
  }

  /** The same, told to who follows calls. A stream is told to have ended when its last item has come. */
  async #startTraced(work: Work): Promise<unknown> {
    const trace = new CallTrace(this.#scope.slot.type.key, this.#plan.method, this.#plan.kind)
    try {
      const result = await trace.within(() => this.#start(work, trace))
      if (result instanceof OpenedStream) result.trace = trace
      else trace.ended()
      return result
    } catch (error) {
      trace.failed(error)
      throw error
    }
  }

  #start(work: Work, trace: CallTrace | undefined): Promise<unknown> {
    const { method, kind, isWork, context: given, limits } = this.#plan
    let context: unknown
    let signal: AbortSignal | undefined
    try {
      context = typeof given === 'function' ? (given as () => unknown)() : given
      signal = signalOf(limits)
    } catch (error) {
      // eslint-disable-next-line typescript/prefer-promise-reject-errors -- it is the application's own, whatever it is.
      return Promise.reject(error)
    }
    if (trace !== undefined) trace.signal = signal
    const failover = new Failover(this.#scope, { method, kind, isWork, context, trace })
    if (limits === undefined) return this.#goOn(failover, work, undefined, trace)
    return this.#within(limits.total, limits.totalLine, signal, (outer) => this.#goOn(failover, work, outer, trace))
  }

  /** Waits for one more item of a stream, as long as an attempt may take. */
  nextItem(opened: OpenedStream, sent: unknown): Promise<IteratorResult<unknown>> {
    const { limits } = this.#plan
    if (opened.signal?.aborted === true) {
      const { reason } = opened.signal as { readonly reason: unknown }
      opened.giveUp(Promise.resolve(), reason)
      // eslint-disable-next-line typescript/prefer-promise-reject-errors -- the reason is the caller's own.
      return Promise.reject(reason)
    }
    const pending = opened.ask(sent)
    if (limits === undefined) return pending
    const { wheel } = this.#scope
    return new Promise((resolve, reject) => {
      const idle = Math.min(limits.attempt, limits.total)
      const late = (): Error => new DeadlineError(`The next item of ${this.#named()} by '${opened.built.view.name}'`, idle)
      const flight = new Flight({ wheel, line: limits.attemptLine ?? limits.totalLine, signal: opened.signal }, late, (reason) => {
        opened.giveUp(pending, reason)
        rejectWith(reject, reason)
      })
      pending.then(
        (result) => {
          flight.land()
          resolve(result)
        },
        (thrown: unknown) => {
          flight.land()
          rejectWith(reject, thrown)
        },
      )
    })
  }

  #ask(built: Built, args: readonly unknown[]): unknown {
    // Registration has seen that every plugin has every method of its contract.
    return (built.object as unknown as Record<string, Method>)[this.#plan.method]?.(...args)
  }

  #succeeded(built: Built, started: number, isExact: boolean): void {
    built.release()
    const { record } = built
    if (isExact) record.counters.took(this.#scope.clock.look() - started)
    if (!record.isSteady) this.#scope.slot.ejection.succeeded(record)
  }

  /** The same as `callNow` under a deadline or a signal. */
  #callWithin(limits: Limits, built: Built, args: readonly unknown[]): Promise<unknown> {
    const { clock, wheel } = this.#scope
    let signal: AbortSignal | undefined
    if (limits.signal !== undefined) {
      try {
        signal = signalOf(limits)
        if (signal?.aborted === true) throw signal.reason
      } catch (error) {
        // eslint-disable-next-line typescript/prefer-promise-reject-errors -- it is the application's own, whatever it is.
        return Promise.reject(error)
      }
    }
    const started = clock.now()
    const { isExact } = clock
    built.record.counters.call(started)
    built.acquire()
    const first = new FirstAttempt(wheel, limits.attemptLine ?? limits.totalLine, signal, this, built, args, started, isExact)
    const outer = enter(first)
    let result: unknown
    try {
      result = this.#ask(built, args)
    } catch (thrown) {
      first.failed(thrown)
      return first.promise
    } finally {
      leave(outer)
    }
    ;(result instanceof Promise ? result : Promise.resolve(result)).then(
      (value: unknown) => first.succeeded(value),
      (thrown: unknown) => first.failed(thrown),
    )
    return first.promise
  }

  /** @internal */
  firstSucceeded(built: Built, started: number, isExact: boolean): void {
    this.#succeeded(built, started, isExact)
  }

  /** @internal What becomes of a call whose first attempt was cut short; `undefined` where that is its end. */
  firstCut(first: FirstAttempt, reason: unknown, by: CutBy): Promise<unknown> | undefined {
    if (by === 'deadline' && this.#plan.limits?.attemptLine !== undefined) return this.firstFailed(first, reason)
    this.#cutShort(first.built, reason, by)
    return undefined
  }

  /** @internal */
  firstFailed({ built, started, args, callerSignal }: FirstAttempt, thrown: unknown): Promise<unknown> {
    return this.#afterFirst(built, thrown, started, args, callerSignal)
  }

  /** @internal */
  overdueAt(built: Built): Error {
    const { limits } = this.#plan
    return limits?.attemptLine === undefined ? this.#overdue() : this.#attemptOverdue(built, limits)
  }

  /** What follows a first attempt that failed. */
  #afterFirst(built: Built, thrown: unknown, started: number, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    const { method, kind, context: given, limits } = this.#plan
    const spent = this.#scope.elapsed() - started
    let failover: Failover
    try {
      const context: unknown = typeof given === 'function' ? (given as () => unknown)() : given
      failover = new Failover(this.#scope, { method, kind, isWork: false, context })
      failover.failed(built, built.scrub(thrown), spent)
    } catch (error) {
      // eslint-disable-next-line typescript/prefer-promise-reject-errors -- it is the plugin's own, or the application's, whatever it is.
      return Promise.reject(error)
    }
    const work: Work = (_, next) => this.#ask(next, args)
    if (limits === undefined) return this.#goOn(failover, work, undefined)
    return this.#within(limits.total - spent, undefined, signal, (outer) => this.#goOn(failover, work, outer))
  }

  /** Waits for a call's way through the instances, for as long as the whole call may take. */
  #within(
    time: number,
    line: Line | undefined,
    signal: AbortSignal | undefined,
    run: (outer: Flight) => Promise<unknown>,
  ): Promise<unknown> {
    // eslint-disable-next-line typescript/prefer-promise-reject-errors -- the reason is the caller's own.
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    if (time <= 0) return Promise.reject(this.#overdue())
    return new Promise((resolve, reject) => {
      const own = line ?? (time === Number.POSITIVE_INFINITY ? undefined : new Line(time))
      const outer = new Flight(
        { wheel: this.#scope.wheel, line: own, signal },
        () => this.#overdue(),
        (reason, by) => {
          outer.inner?.cut(reason, by)
          rejectWith(reject, reason)
        },
      )
      run(outer).then(
        (value) => {
          outer.land()
          resolve(value)
        },
        (thrown: unknown) => {
          outer.land()
          rejectWith(reject, thrown)
        },
      )
    })
  }

  async #goOn(failover: Failover, work: Work, outer: Flight | undefined, trace?: CallTrace): Promise<unknown> {
    for (;;) {
      const built = failover.nextNow() ?? (await failover.next())
      const attempt = trace?.attempt
      if (outer !== undefined && isCut(outer)) {
        // Nobody waits any more.
        built.release()
        this.#scope.slot.ejection.release(built.record)
        attempt?.failedAs('not_asked', outer.cutFor)
        throw outer.cutFor
      }
      const started = this.#scope.elapsed()
      try {
        if (attempt === undefined) return await this.#attempt(built, work, outer)
        const result = await attempt.within(() => this.#attempt(built, work, outer))
        attempt.ended()
        return result
      } catch (thrown) {
        if (outer !== undefined && isCut(outer)) {
          this.#cutShort(built, thrown, outer.cutBy)
          attempt?.failedAs(outer.cutBy ?? 'other', outer.cutFor)
          throw thrown
        }
        const error = built.scrub(thrown)
        attempt?.failedAs(failureOf(error), error)
        failover.failed(built, error, this.#scope.elapsed() - started)
      }
    }
  }

  /** One attempt with an object that was leased for it; the lease ends when the work does, whoever still waits. */
  #attempt(built: Built, work: Work, outer: Flight | undefined): Promise<unknown> {
    const { clock, wheel } = this.#scope
    const { limits } = this.#plan
    const started = clock.now()
    const { isExact } = clock
    const { record } = built
    record.counters.call(started)
    return new Promise((resolve, reject) => {
      let flight: Flight | undefined
      if (limits !== undefined && outer !== undefined) {
        const overdue = (): Error => this.#attemptOverdue(built, limits)
        flight = new Flight({ wheel, line: limits.attemptLine, signal: outer.callerSignal }, overdue, reject)
        outer.inner = flight
      }
      const isLate = (): boolean => {
        if (flight?.isCut !== true) {
          flight?.land()
          return false
        }
        record.counters.late()
        return true
      }
      const failed = (thrown: unknown): void => {
        built.release()
        if (!isLate()) rejectWith(reject, thrown)
      }
      let result: unknown
      try {
        result = inFlight(flight, () => work(built.object, built, flight))
      } catch (thrown) {
        return failed(thrown)
      }
      Promise.resolve(result).then((value) => {
        if (isLate()) return built.release()
        this.#succeeded(built, started, isExact)
        resolve(value)
      }, failed)
    })
  }

  /** A call that its deadline or its caller has ended, while an instance was working on it. */
  #cutShort({ record }: Built, reason: unknown, by: CutBy | undefined): void {
    const { ejection } = this.#scope.slot
    if (by !== 'deadline') return ejection.release(record)
    record.counters.error()
    ejection.failed(record, reason)
  }

  #named(): string {
    return `${this.#plan.method}() of '${this.#scope.slot.type.key}'`
  }

  #overdue(): Error {
    return new DeadlineError(this.#named(), this.#plan.limits?.total ?? 0)
  }

  #attemptOverdue(built: Built, limits: Limits): Error {
    return new DeadlineError(`${this.#named()} by '${built.view.name}'`, limits.attempt)
  }
}

function signalOf(limits: Limits | undefined): AbortSignal | undefined {
  const signal = limits?.signal
  return typeof signal === 'function' ? signal() : signal
}

/** A function, since it may be cut while something is awaited. */
function isCut(flight: Flight): boolean {
  return flight.isCut
}
