import { systemClock, type Clock } from './clock.ts'
import type { RegisteredType } from '../registry/index.ts'
import type { Events } from './events.ts'
import { nextHealth, type Health, type HealthEvent } from './health.ts'
import type { InstanceRecord } from './instance-record.ts'

/** Timers can't wait longer. */
const longestTimer: number = 2 ** 31 - 1

/** What ejection works with. */
export interface EjectionScope {
  readonly type: RegisteredType
  readonly events: Events
  /** Monotonic milliseconds: a clock set back or forth changes nothing. */
  readonly elapsed: () => number
  readonly random: () => number
  /** Default: the system's timers. */
  readonly after?: Clock['after']
  /** Records of this process, by id. */
  readonly record: (id: string) => InstanceRecord | undefined
  /** Ids of the instances that could be selected if none were ejected. */
  readonly usable: () => readonly string[]
  /** Told when others may be selected now. */
  readonly changed: () => void
}

/** Takes failing instances of one type out of service for a while, in this process. */
export class Ejection {
  readonly #scope: EjectionScope

  constructor(scope: EjectionScope) {
    this.#scope = scope
  }

  /** Whether calls pass an instance over: ejected, or being tried by another call. */
  isOut(id: string): boolean {
    const health = this.#scope.record(id)?.health
    return health?.state === 'ejected' || (health?.state === 'on_trial' && health.isRunning)
  }

  /** Whether the next call that takes it decides. */
  isOnTrial(id: string): boolean {
    return this.#scope.record(id)?.health.state === 'on_trial'
  }

  succeeded(record: InstanceRecord): void {
    if (!record.isSteady) this.#step(record, { kind: 'succeeded' })
  }

  failed(record: InstanceRecord, error: unknown): void {
    if (this.#scope.type.ejection !== undefined) this.#step(record, { kind: 'failed' }, error)
  }

  /** A call takes it; where it is on trial, this is the trial. */
  claim(record: InstanceRecord): void {
    if (record.health.state === 'on_trial') this.#step(record, { kind: 'claimed' })
  }

  /** The call told nothing of the instance. */
  release(record: InstanceRecord): void {
    if (record.health.state === 'on_trial') this.#step(record, { kind: 'released' })
  }

  /** @param time Milliseconds; `Infinity` until it is put back. */
  eject(record: InstanceRecord, time: number): void {
    this.#step(record, { kind: 'eject', for: time })
  }

  reinstate(record: InstanceRecord): void {
    if (!record.isSteady) this.#step(record, { kind: 'reinstate' })
  }

  /** Whether nobody else is in service. */
  isLast(id: string): boolean {
    return !this.#scope.usable().some((each) => each !== id && !this.isOut(each))
  }

  /** Whether the others can do without it: it is not the last one, and not too many are out. */
  maySpare(id: string): boolean {
    const usable = this.#scope.usable()
    const out = usable.filter((each) => each !== id && this.isOut(each)).length
    // What is not among them is in nobody's way: a stand-in of a test, one that was switched off.
    if (!usable.includes(id) || this.isLast(id)) return false
    return out === 0 || (out + 1) / usable.length <= (this.#scope.type.ejection?.maxShare ?? 1)
  }

  #step(record: InstanceRecord, event: HealthEvent, error?: unknown): void {
    const { type, elapsed, random } = this.#scope
    const before = record.health
    // Only a failure asks the others.
    const maySpare = event.kind === 'failed' && this.maySpare(record.id)
    const rules = type.ejection ?? neverByItself
    const after = nextHealth(before, event, { rules, now: elapsed(), random: random(), maySpare })
    record.health = after
    if (before.state === after.state && before.state === 'healthy') return
    record.timer?.cancel()
    if (after.state === 'ejected') this.#wait(record, after)
    this.#scope.changed()
    this.#tell(record, before, after, error)
  }

  #wait(record: InstanceRecord, { until }: Extract<Health, { state: 'ejected' }>): void {
    if (until === Number.POSITIVE_INFINITY) return
    const left = Math.max(until - this.#scope.elapsed(), 0)
    const { after = systemClock.after } = this.#scope
    record.timer = after(Math.min(Math.ceil(left), longestTimer), () => this.#step(record, { kind: 'time' }), { background: true })
  }

  #tell(record: InstanceRecord, before: Health, after: Health, error: unknown): void {
    const { type, events } = this.#scope
    const told = { type: type.key, instance: record.named }
    if (after.state === 'ejected' && (before.state !== 'ejected' || after.until !== before.until)) {
      const time = after.until - this.#scope.elapsed()
      events.emit('ejected', {
        ...told,
        by: after.by,
        time: Number.isFinite(time) ? Math.round(time) : null,
        ejections: after.ejections,
        error,
      })
    } else if (after.state === 'healthy') events.emit('recovered', told)
  }
}

/** Of a type whose instances are ejected by hand alone. */
const neverByItself = { consecutiveFailures: Number.POSITIVE_INFINITY, baseTime: 0, maxTime: 0, jitter: 0, maxShare: 1 }
