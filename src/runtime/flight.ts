import { Timed, type DeadlineWheel, type Line } from './deadline-wheel.ts'

/** What the plugin's method that is running right now may ask for. Shared by all copies of the library in the process. */
const aloft: { current: BaseFlight | undefined } = ((globalThis as { [key: symbol]: unknown })[Symbol.for('plugboard.call')] ??= {
  current: undefined,
}) as { current: BaseFlight | undefined }

/**
 * The signal of the call that a plugin's method answers: aborted when the call's deadline passes or its caller gives up, so that the plugin can stop what it
 * does for it. Made only when asked for. Ask at the beginning of the method, before its first `await`; afterwards, and in a call that has neither deadline nor
 * signal, it gives one that is never aborted.
 *
 * @example
 * async charge(order: Order) {
 *   const signal = callSignal()
 *   const response = await fetch(this.config.url, { method: 'POST', body: JSON.stringify(order), signal })
 *   …
 * }
 */
export function callSignal(): AbortSignal {
  return aloft.current?.signal ?? new AbortController().signal
}

/** Runs the synchronous part of a plugin's method, with what `callSignal` gives meanwhile. */
export function inFlight<R>(flight: BaseFlight | undefined, work: () => R): R {
  const outer = aloft.current
  if (outer === flight) return work()
  aloft.current = flight
  try {
    return work()
  } finally {
    aloft.current = outer
  }
}

/** Begins the synchronous part of a method; what it gives goes to `leave` when that has ended, whichever way. */
export function enter(flight: BaseFlight | undefined): BaseFlight | undefined {
  const outer = aloft.current
  aloft.current = flight
  return outer
}

export function leave(outer: BaseFlight | undefined): void {
  aloft.current = outer
}

/** Whether a plugin's method runs right now, whose signal a call that it makes must not take for its own. */
export function isInFlight(): boolean {
  return aloft.current !== undefined
}

/** What cut a flight short. */
export type CutBy = 'deadline' | 'aborted'

/** What may cut a flight short. */
export interface FlightLimits {
  readonly wheel: DeadlineWheel
  /** With a deadline. */
  readonly line: Line | undefined
  /** With a signal. */
  readonly signal: AbortSignal | undefined
}

/** Something that is waited for until it ends, its deadline passes, or its caller's signal aborts: whichever is first. */
export abstract class BaseFlight extends Timed {
  /** By what it was cut short, and for which reason. */
  cutBy: CutBy | undefined
  cutFor: unknown
  /** Of the call that it belongs to. */
  readonly callerSignal: AbortSignal | undefined
  readonly #wheel: DeadlineWheel
  #watch: Watch | undefined
  /** @internal Links among the flights of a signal. */
  earlier: BaseFlight | undefined
  /** @internal */
  later: BaseFlight | undefined
  #controller: AbortController | undefined

  constructor(wheel: DeadlineWheel, line: Line | undefined, signal: AbortSignal | undefined) {
    super()
    this.#wheel = wheel
    this.callerSignal = signal
    if (line !== undefined) wheel.add(line, this)
    if (signal !== undefined) {
      this.#watch = watchOf(signal)
      this.#watch.add(this)
    }
  }

  get isCut(): boolean {
    return this.cutBy !== undefined
  }

  /** What the plugin sees of it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.cutBy !== undefined) this.#controller.abort(this.cutFor)
    }
    return this.#controller.signal
  }

  /** Makes the error of a deadline that has passed. */
  protected abstract overdue(): Error
  /** Called once, with that error, or with the reason of the signal. */
  protected abstract onCut(reason: unknown, by: CutBy): void

  /** It has ended by itself: nothing cuts it short any more. */
  land(): void {
    if (this.line !== undefined) this.#wheel.remove(this)
    this.#watch?.remove(this)
    this.#watch = undefined
  }

  override expire(): void {
    this.cut(this.overdue(), 'deadline')
  }

  cut(reason: unknown, by: CutBy): void {
    if (this.cutBy !== undefined) return
    this.cutBy = by
    this.cutFor = reason
    this.land()
    this.abort(reason)
    this.onCut(reason, by)
  }

  /** Tells the plugin alone: of a stream that is left. */
  abort(reason: unknown): void {
    this.#controller?.abort(reason)
  }
}

/** A flight whose end is told to functions. */
export class Flight extends BaseFlight {
  /** The attempt that is under way in it. */
  inner: BaseFlight | undefined
  readonly #overdue: () => Error
  readonly #onCut: (reason: unknown, by: CutBy) => void

  constructor({ wheel, line, signal }: FlightLimits, overdue: () => Error, onCut: (reason: unknown, by: CutBy) => void) {
    super(wheel, line, signal)
    this.#overdue = overdue
    this.#onCut = onCut
  }

  protected override overdue(): Error {
    return this.#overdue()
  }

  protected override onCut(reason: unknown, by: CutBy): void {
    this.#onCut(reason, by)
  }
}

/** The flights of one signal: one listener, however many calls. */
class Watch {
  #last: BaseFlight | undefined

  add(flight: BaseFlight): void {
    flight.earlier = this.#last
    if (this.#last !== undefined) this.#last.later = flight
    this.#last = flight
  }

  remove(flight: BaseFlight): void {
    const { earlier, later } = flight
    if (earlier !== undefined) earlier.later = later
    if (later === undefined) this.#last = earlier
    else later.earlier = earlier
    flight.earlier = flight.later = undefined
  }

  cutAll(reason: unknown): void {
    const all: BaseFlight[] = []
    for (let each = this.#last; each !== undefined; each = each.earlier) all.push(each)
    for (const each of all.toReversed()) each.cut(reason, 'aborted')
  }
}

const watches = new WeakMap<AbortSignal, Watch>()

function watchOf(signal: AbortSignal): Watch {
  const known = watches.get(signal)
  if (known !== undefined) return known
  const watch = new Watch()
  watches.set(signal, watch)
  signal.addEventListener('abort', () => watch.cutAll(signal.reason), { once: true })
  return watch
}

/** Rejects with what a plugin threw or a caller gave as its reason, an error or not. */
export function rejectWith(reject: (reason: unknown) => void, reason: unknown): void {
  reject(reason)
}
