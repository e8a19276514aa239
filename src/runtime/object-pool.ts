// Long because the states of an entry (built, building, failed, outdated, dropped) and every way between them must be seen together: races live there.
import type { InstanceView } from '../contract/index.ts'
import { BoardClosedError, InstanceNotFoundError, InstanceUnloadableError, type UnloadableReason } from '../errors/index.ts'
import type { RegisteredType } from '../registry/index.ts'
import type { InstanceRow } from '../store/index.ts'
import type { Builder } from './builder.ts'
import type { Built } from './built.ts'
import type { EventInstance, Events } from './events.ts'
import { isSelectable, type IndexedInstance, type InstanceIndex } from './instance-index.ts'
import { InstanceRecord } from './instance-record.ts'
import { liveView } from './live-view.ts'

/** A build that failed, and when it is worth another try. */
export interface Failure {
  readonly configRevision: number
  /** The key its config was sealed with: sealed anew with another one, it may open. */
  readonly keyId: string | null
  readonly error: InstanceUnloadableError
  readonly attempts: number
  /** On the monotonic clock, ms; `Infinity` where only a change can help. */
  readonly retryAt: number
}

interface Entry {
  readonly view: InstanceView
  built?: Built
  building?: { readonly configRevision: number; readonly result: Promise<Built> }
  failure?: Failure
  /** Set where `built` is from before a restored backup: its revision says nothing. */
  outdated?: boolean
}

const firstRetry = 1_000
const lastRetry = 60_000
/** What only a change of the row, or of the code, can mend. A validation may ask something that was away for a moment. */
const lasting: ReadonlySet<UnloadableReason> = new Set(['code_missing', 'needs_config', 'config_newer', 'cannot_decrypt'])
/** Objects replaced while one waits for them; more in a row, and something is wrong. */
const mostReplaced = 20

/** The plugin objects of this process: one per instance and config revision, built once, kept until replaced. */
export class ObjectPool {
  readonly #entries = new Map<string, Entry>()
  /** By instance; they outlive its objects. */
  readonly #records = new Map<string, InstanceRecord>()
  readonly #retired = new Set<Built>()
  readonly #building = new Set<Promise<unknown>>()
  /** Told before the old object is retired, so that nobody is handed it afterwards. */
  readonly #replaced: (previous: Built, next: Built) => void
  /** Told when an instance of a type was built, could not be, or was let go of. */
  readonly #shifted: (type: RegisteredType) => void
  /** Raised when everything known is from another database. */
  #generation = 0
  #closed = false
  readonly #builder: Builder
  readonly #index: InstanceIndex
  readonly #events: Events
  readonly #disposeAfter: number
  /** Monotonic milliseconds: a clock set back or forth changes no retry. */
  readonly #elapsed: () => number

  constructor(options: {
    builder: Builder
    index: InstanceIndex
    events: Events
    disposeAfter: number
    elapsed: () => number
    replaced: (previous: Built, next: Built) => void
    shifted: (type: RegisteredType) => void
  }) {
    this.#builder = options.builder
    this.#index = options.index
    this.#events = options.events
    this.#disposeAfter = options.disposeAfter
    this.#elapsed = options.elapsed
    this.#replaced = options.replaced
    this.#shifted = options.shifted
  }

  /** The object at hand for an instance, be it of an older config whose successor can't be built. */
  ready(id: string): Built | undefined {
    return this.#entries.get(id)?.built
  }

  /** What this process knows of an instance's calls; `undefined` where it was never built. */
  record(id: string): InstanceRecord | undefined {
    return this.#records.get(id)
  }

  /** The same, made where it was not. */
  recordOf({ row, pluginKey }: IndexedInstance): InstanceRecord {
    return this.#recordOf({ id: row.id, name: row.name, plugin: pluginKey })
  }

  failure(id: string): Failure | undefined {
    const failure = this.#entries.get(id)?.failure
    return isAbout(failure, this.#index.instance(id)?.row) ? failure : undefined
  }

  /** Why an instance can't be used as it stands: what building it said or, where nobody tried, what its row says. */
  unloadable(instance: IndexedInstance): InstanceUnloadableError | undefined {
    return this.failure(instance.row.id)?.error ?? this.#builder.atSight(instance)
  }

  /** Instances that could not be built as they stand. */
  failing(): IndexedInstance[] {
    return [...this.#entries.keys()].flatMap((id) => (this.failure(id) === undefined ? [] : (this.#index.instance(id) ?? [])))
  }

  /** Whether a call may count on an instance: it is at hand, was never tried, or is due for another try. */
  isUsable(id: string): boolean {
    const failure = this.failure(id)
    return failure === undefined || failure.retryAt <= this.#elapsed() || this.ready(id) !== undefined
  }

  /** Instances that could not be built, and are due for another try. */
  due(): IndexedInstance[] {
    const now = this.#elapsed()
    return [...this.#entries.keys()].flatMap((id) => {
      const failure = this.failure(id)
      return failure !== undefined && failure.retryAt <= now ? (this.#index.instance(id) ?? []) : []
    })
  }

  /** Whether an object is at hand, but of an older config, and worth building anew. */
  isOutdated({ row }: IndexedInstance): boolean {
    const entry = this.#entries.get(row.id)
    return entry?.built !== undefined && !isCurrent(entry, row.configRevision)
  }

  /** The object of an instance, leased: the caller must release it. What is at hand serves while its successor is being built. @throws as `ensure` */
  acquire(instance: IndexedInstance): Promise<Built> {
    return this.#take(instance, true, (built) => built.acquire())
  }

  /** The same where one is at hand that serves; else `undefined`. */
  acquireNow({ row: { id } }: IndexedInstance): Built | undefined {
    const built = isSelectable(this.#index.instance(id)) ? this.ready(id) : undefined
    if (built?.state !== 'serving') return undefined
    built.acquire()
    return built
  }

  /** The object of an instance, lent; what is at hand, too. @throws as `ensure` */
  lend(instance: IndexedInstance): Promise<Built> {
    return this.#take(instance, true, markLent)
  }

  /** The object of an instance's current config, lent. @throws as `ensure` */
  lendCurrent(instance: IndexedInstance): Promise<Built> {
    return this.#take(instance, false, markLent)
  }

  /**
   * The object of an instance's current config; where that can't be built, the last good one. By the time the caller goes on it may have been replaced:
   * whoever uses it takes it with `acquire` or `lend`.
   *
   * @throws InstanceUnloadableError where there is neither; StoreError where the database can't be read; BoardClosedError
   */
  async ensure(instance: IndexedInstance): Promise<Built> {
    try {
      return await this.current(instance)
    } catch (error) {
      const last = this.ready(instance.row.id)
      if (last !== undefined) return last
      throw error
    }
  }

  /** The same, but that a database that can't be read is told even where an older object is at hand. */
  async current(instance: IndexedInstance): Promise<Built> {
    if (this.#closed) throw new BoardClosedError()
    const { id, configRevision } = instance.row
    const entry = this.#entry(id)
    if (isCurrent(entry, configRevision)) return entry.built
    const { failure } = entry
    if (isAbout(failure, instance.row) && failure.retryAt > this.#elapsed()) {
      if (entry.built !== undefined) return entry.built
      throw failure.error
    }
    if (entry.building?.configRevision !== configRevision) {
      const result = this.#build(instance, entry).finally(() => {
        this.#building.delete(result)
        if (entry.building?.result === result) delete entry.building
      })
      entry.building = { configRevision, result }
      this.#building.add(result)
    }
    const { building } = entry
    try {
      return await building.result
    } catch (error) {
      if (error instanceof InstanceUnloadableError && entry.built !== undefined) return entry.built
      throw error
    }
  }

  /** Takes no object for current any more, whatever its revision; each is replaced when it is next asked for. */
  forget(): void {
    this.#generation++
    for (const entry of this.#entries.values()) {
      entry.outdated = true
      delete entry.failure
      delete entry.building
      if (entry.built !== undefined) this.#tellShifted(entry.built.instance)
    }
  }

  /** Takes an instance's object out of service: disabled, removed, or its code is gone. */
  drop(id: string): void {
    this.#records.get(id)?.forget(this.#elapsed())
    if (this.#index.instance(id) === undefined) this.#records.delete(id)
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    this.#entries.delete(id)
    if (entry.built === undefined) return
    this.#tellShifted(entry.built.instance)
    this.#retire(entry.built)
  }

  ids(): string[] {
    return [...this.#entries.keys()]
  }

  /**
   * Waits for leases and for what is being built, then disposes everything.
   *
   * @param patience Milliseconds to wait for calls in flight.
   */
  async close(patience: number): Promise<void> {
    this.#closed = true
    const held = (): Built[] => [...[...this.#entries.values()].flatMap((entry) => entry.built ?? []), ...this.#retired]
    // In real time: with a clock that stands still nobody would get anywhere.
    const end = performance.now() + patience
    while (held().some((built) => built.leases > 0) && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5))
    // What ends now disposes itself, for the pool is closed; each build has its own deadline.
    await Promise.allSettled(this.#building)
    await Promise.all(held().map((built) => built.disposeNow()))
    for (const record of this.#records.values()) record.forget(this.#elapsed())
    this.#entries.clear()
    this.#retired.clear()
  }

  /** Marks an object as used in the same turn in which it is seen to serve: a moment later it may be disposed. */
  async #take(instance: IndexedInstance, atHand: boolean, mark: (built: Built) => void): Promise<Built> {
    const { id } = instance.row
    for (let tries = 0; tries < mostReplaced; tries++) {
      const known = this.#index.instance(id)
      if (tries > 0 && (known === undefined || (known.row.status === 'disabled' && instance.row.status !== 'disabled'))) break
      // A switched off one has nobody who builds its successor.
      const serves = atHand && isSelectable(known) && this.ready(id)?.state === 'serving'
      if (!serves) await this.ensure(known ?? instance)
      const built = this.ready(id)
      if (built === undefined || built.state !== 'serving') continue
      mark(built)
      return built
    }
    throw new InstanceUnloadableError(instance.row, 'build_failed', new InstanceNotFoundError(id, 'removed'))
  }

  async #build(instance: IndexedInstance, entry: Entry): Promise<Built> {
    const { row, typeKey: type, pluginKey: plugin } = instance
    const named = { id: row.id, name: row.name, plugin }
    const generation = this.#generation
    let built: Built
    try {
      built = await this.#builder.build(instance, entry.view)
    } catch (error) {
      if (error instanceof InstanceUnloadableError && this.#entries.get(row.id) === entry) this.#failed(instance, entry, error)
      throw error
    }
    if (this.#closed) {
      await built.disposeNow()
      throw new BoardClosedError()
    }
    if (this.#entries.get(row.id) !== entry) {
      // Dropped while it was being built.
      this.#retire(built)
      const now = this.#index.instance(row.id)
      if (now !== undefined && (now.row.status !== 'disabled' || row.status === 'disabled')) return this.ensure(now)
      throw new InstanceUnloadableError(row, 'build_failed', new InstanceNotFoundError(row.id, now === undefined ? 'removed' : 'disabled'))
    }
    if (generation !== this.#generation) {
      this.#retire(built)
      return this.#build(this.#index.instance(row.id) ?? instance, entry)
    }
    if (isCurrent(entry, built.configRevision)) {
      this.#retire(built)
      return entry.built
    }
    const previous = entry.built
    built.record = this.#recordOf(named)
    entry.built = built
    delete entry.outdated
    if (entry.failure !== undefined) {
      delete entry.failure
      this.#events.emit('recovered', { type, instance: named })
    }
    this.#tellShifted(instance)
    if (previous !== undefined) {
      this.#replaced(previous, built)
      this.#retire(previous)
    }
    return built
  }

  #failed(failed: IndexedInstance, entry: Entry, error: InstanceUnloadableError): void {
    const { row, typeKey: type, pluginKey: plugin } = failed
    // A newer one was built meanwhile.
    if (isCurrent(entry, row.configRevision)) return
    const attempts = isAbout(entry.failure, row) ? entry.failure.attempts + 1 : 1
    const wait = lasting.has(error.reason) ? Number.POSITIVE_INFINITY : Math.min(lastRetry, firstRetry * 2 ** (attempts - 1))
    entry.failure = { configRevision: row.configRevision, keyId: row.keyId, error, attempts, retryAt: this.#elapsed() + wait }
    this.#tellShifted(failed)
    if (attempts > 1) return
    const instance = { id: row.id, name: row.name, plugin }
    this.#events.emit('unloadable', { type, instance, reason: error.reason, error, serving: entry.built?.configRevision ?? null })
  }

  #recordOf(named: EventInstance): InstanceRecord {
    const known = this.#records.get(named.id)
    if (known === undefined) {
      const record = new InstanceRecord(named, this.#elapsed())
      this.#records.set(named.id, record)
      return record
    }
    known.named = named
    return known
  }

  #tellShifted({ plugin }: IndexedInstance): void {
    if (plugin !== undefined) this.#shifted(plugin.type)
  }

  #retire(built: Built): void {
    this.#retired.add(built)
    built.retire(this.#disposeAfter)
    // Those still held are remembered, so that close() can wait for them.
    for (const each of this.#retired) if (each.state === 'disposed') this.#retired.delete(each)
  }

  #entry(id: string): Entry {
    const known = this.#entries.get(id)
    if (known !== undefined) return known
    const entry: Entry = { view: liveView(this.#index, id) }
    this.#entries.set(id, entry)
    return entry
  }
}

function markLent(built: Built): void {
  built.lent = true
}

/** Whether a failure is about what the row holds now. */
function isAbout(failure: Failure | undefined, row: Pick<InstanceRow, 'configRevision' | 'keyId'> | undefined): failure is Failure {
  return failure !== undefined && failure.configRevision === row?.configRevision && failure.keyId === row.keyId
}

function isCurrent(entry: Entry, configRevision: number): entry is Entry & { built: Built } {
  return entry.built !== undefined && entry.outdated !== true && entry.built.configRevision >= configRevision
}
