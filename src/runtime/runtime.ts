// Long because what is read, when it is built for, and when it is let go of must be seen in one place: each race found so far was in the order of these.
import type { Keyring } from '../crypto/index.ts'
import { BoardClosedError, InstanceUnloadableError } from '../errors/index.ts'
import type { References } from '../references/index.ts'
import { registeredNames, registeredVersions, type RegisteredType, type Registry, type TypeReference } from '../registry/index.ts'
import type { Changes, MetaRow, Notifier, Store, StoreReader } from '../store/index.ts'
import { Builder, isStarting } from './builder.ts'
import { CallClock } from './call-clock.ts'
import type { Clock, Timer } from './clock.ts'
import { checkKeys } from './check-keys.ts'
import type { CallScope } from './call.ts'
import { refreshChannel, type RefreshMessage } from './channels.ts'
import { DeadlineWheel } from './deadline-wheel.ts'
import { Events, type Logger } from './events.ts'
import { Following, type Source } from './following.ts'
import { InstanceIndex, type IndexedInstance, type IndexRows } from './instance-index.ts'
import { limitsOf } from './limits.ts'
import { builtAhead } from './line-up.ts'
import { ObjectPool } from './object-pool.ts'
import { atMost, inTime } from './patience.ts'
import { Presence } from './presence.ts'
import { traced, type Filling } from './trace.ts'
import { TypeSlot } from './type-slot.ts'
import { waitFor } from './wait-for.ts'

/** What the runtime is made of. */
export interface RuntimeOptions {
  readonly registry: Registry
  readonly store: Store
  readonly keyring: Keyring | undefined
  readonly references: References
  readonly logger: Logger | undefined
  readonly notifier: Notifier | undefined
  /** Milliseconds between two looks at the database. */
  readonly refreshEvery: number
  /** Milliseconds a lent object lives after it was replaced. */
  readonly disposeAfter: number
  /** Milliseconds a plugin's construction, `onStart` or `onDispose` may take. */
  readonly buildDeadline: number
  /** Release of the library, for the list of processes. */
  readonly release: string
  readonly now: () => number
  /** Monotonic milliseconds. */
  readonly elapsed: () => number
  readonly after: Clock['after']
  readonly isExact: boolean
  /** From 0 up to 1. */
  readonly random: () => number
  /** Done before the first load: migrate and sync on start. */
  readonly prepare: () => Promise<void>
  /** Told once calls can be answered. */
  readonly started: () => void
}

/** Milliseconds within which the database must begin to answer: one that says nothing is as good as away. */
const answerDeadline = 10_000
/** Milliseconds within which all of the metadata must have been read. */
const loadDeadline = 120_000
/** Milliseconds that `close` waits for a database that does not answer, each time it needs it. */
const lastAnswer = 5_000

/** Up to so many instances all are read at once: it takes no longer than to look for the first ones. */
const fewInstances = 2_000
/** Of each type and status so many are read first. Where none of them answers, the others are waited for. */
const firstOfType = builtAhead

/** Whether the database can be read, and since when not. */
export type Freshness = { readonly state: 'fresh' } | { readonly state: 'stale'; readonly since: number; readonly error: unknown }

/** The board while it runs: the index of instances, the objects built from them, and what keeps both current. */
export class Runtime {
  readonly events: Events
  readonly index: InstanceIndex
  readonly builder: Builder
  readonly pool: ObjectPool
  readonly #presence: Presence
  readonly #following: Following
  readonly #wheel: DeadlineWheel
  readonly #clock: CallClock
  readonly #options: RuntimeOptions
  readonly #slots: ReadonlyMap<RegisteredType, TypeSlot>
  /** Slots by what they were asked for with, once it was: what `get` looks up first. */
  readonly asked: Map<TypeReference, TypeSlot> = new Map()
  #head: Pick<MetaRow, 'epoch' | 'revision'> | undefined
  #freshness: Freshness = { state: 'fresh' }
  #changeMark: number | undefined
  #prepared: Promise<void> | undefined
  #rows: Promise<void> | undefined
  /** Calls that came before `ready()`: they need the first instances of each type, not all. */
  #serving: Promise<void> | undefined
  #servesFirst = false
  #loading: Promise<void> | undefined
  #readying: Promise<void> | undefined
  #phase: 'new' | 'ready' | 'closed' = 'new'
  /** The tail of the queue of refreshes: one at a time, each sees what was written before it was asked for. */
  #queue: Promise<void> = Promise.resolve()
  #timer: Timer | undefined
  /** The poll under way. */
  #ticking: Promise<void> = Promise.resolve()

  constructor(options: RuntimeOptions) {
    this.#options = options
    this.events = new Events(options.logger)
    this.#presence = new Presence({
      ...options,
      keyIds: options.keyring?.ids ?? [],
      registered: registeredNames(options.registry),
      configVersions: registeredVersions(options.registry),
    })
    this.#following = new Following({
      store: options.store,
      notifier: options.notifier,
      served: () => this.#head,
      look: () => this.#follow().catch((error: unknown) => this.#markStale(error)),
    })
    this.index = new InstanceIndex(options.registry)
    const { store, keyring, references, buildDeadline: deadline } = options
    this.builder = new Builder({ store, keyring, references, deadline, events: this.events, after: options.after })
    this.pool = new ObjectPool({
      builder: this.builder,
      index: this.index,
      events: this.events,
      disposeAfter: options.disposeAfter,
      elapsed: options.elapsed,
      replaced: (previous, next) => {
        for (const slot of this.#slots.values()) slot.replace(previous, next)
      },
      shifted: (type) => this.#slots.get(type)?.outdate(),
    })
    const scope = {
      index: this.index,
      pool: this.pool,
      events: this.events,
      elapsed: options.elapsed,
      random: options.random,
      after: options.after,
      due: () => this.#settleDue(),
      isWhole: () => this.isWhole,
      whenWhole: () => this.loadRows(),
    }
    this.#wheel = new DeadlineWheel(options.elapsed, options)
    this.#clock = new CallClock(options.elapsed, options)
    const slots = [...options.registry.types.values()].map((type) => [type, new TypeSlot(type, scope)] as const)
    this.#slots = new Map(slots)
  }

  get freshness(): Freshness {
    return this.#freshness
  }

  /** Revision served; `undefined` before the first load. */
  get revision(): number | undefined {
    return this.#head?.revision
  }

  get epoch(): string | undefined {
    return this.#head?.epoch
  }

  /** Id of this process's sign of life in the database. */
  get processId(): string {
    return this.#presence.id
  }

  /** The ways by which changes of other processes are heard of at once. */
  get sources(): readonly Source[] {
    return this.#following.sources
  }

  /** Tells other processes of a revision that this one wrote. */
  written(revision: number): void {
    this.#following.publish(revision)
  }

  get isReady(): boolean {
    return this.#phase === 'ready'
  }

  /** @throws UnknownTypeError */
  slot(reference: TypeReference): TypeSlot {
    const known = this.asked.get(reference)
    if (known !== undefined) return known
    const slot = this.#slots.get(this.#options.registry.type(reference))
    // The registry throws for a type it does not have; each it has was given a slot.
    if (slot === undefined) throw new BoardClosedError()
    // A class or key asked for once is found by one look-up from then on.
    this.asked.set(reference, slot)
    return slot
  }

  /** Ends when everything is known and served; `undefined` where it is now. */
  whenReady(): Promise<void> | undefined {
    // An onStart that calls the board can't wait for it to be ready: the board waits for the onStart.
    return this.#phase === 'ready' ? undefined : isStarting() ? this.load() : this.ready()
  }

  /** Ends when calls can be answered, be it that not all instances are known yet; `undefined` where they can be now. */
  whenServing(): Promise<void> | undefined {
    if (this.#phase === 'ready' || isStarting()) return this.whenReady()
    if (this.#phase === 'closed') return Promise.reject(new BoardClosedError())
    if (this.#servesFirst) return undefined
    this.#serving ??= this.#serveFirst().catch((error: unknown) => {
      this.#serving = undefined
      throw error
    })
    return this.#serving
  }

  /** Whether every instance is known, and not only the first ones. */
  get isWhole(): boolean {
    return this.#head !== undefined
  }

  scope(slot: TypeSlot): CallScope {
    return {
      slot,
      events: this.events,
      elapsed: this.#options.elapsed,
      wheel: this.#wheel,
      clock: this.#clock,
      whenServing: () => this.whenServing(),
    }
  }

  /**
   * Waits for something, but not longer than the caller wants.
   *
   * @param late Told what came when nobody waited any more.
   * @throws DeadlineError; the reason of the signal
   */
  waitFor<T>(
    work: () => Promise<T>,
    limits: { readonly deadline?: number; readonly signal?: AbortSignal } | undefined,
    what: string,
    late?: (value: T) => void,
  ): Promise<T> {
    const checked = limitsOf({}, limits ?? {})
    return checked === undefined ? work() : waitFor(this.#wheel, work, checked, what, late)
  }

  /** Connects, checks the schema, reads the metadata. It looks at no key: whoever only lists, orders or switches off needs none. */
  loadRows(): Promise<void> {
    if (this.#phase === 'closed') return Promise.reject(new BoardClosedError())
    this.#rows ??= this.#loadRows().catch((error: unknown) => {
      this.#rows = undefined
      throw error
    })
    return this.#rows
  }

  /** The same, and checks that the keys fit: before anything is sealed, opened to be served, or built. Builds nothing. */
  load(): Promise<void> {
    if (this.#phase === 'closed') return Promise.reject(new BoardClosedError())
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined
      throw error
    })
    return this.#loading
  }

  /** Loads, builds what `get` can return, and begins to follow changes. */
  ready(): Promise<void> {
    if (this.#phase === 'closed') return Promise.reject(new BoardClosedError())
    this.#readying ??= this.#start().catch((error: unknown) => {
      this.#readying = undefined
      throw error
    })
    return this.#readying
  }

  /** Sees what was written up to now. What has to be built for it is built meanwhile. */
  look(): Promise<void> {
    return this.#follow()
  }

  /**
   * Sees what was written up to now, and serves it.
   *
   * @param only Key of a type: waits for that one alone, however long another one takes to build.
   */
  async refresh(only?: string): Promise<void> {
    const changed = await this.#read()
    this.#settleDue()
    const slots = [...this.#slots.values()].filter((slot) => only === undefined || slot.type.key === only)
    // Those under way too: another reader may have seen the change first.
    await Promise.all(slots.map((slot) => slot.settled))
    const failed = slots.find((slot) => slot.isDue && slot.failure !== undefined)
    if (failed?.failure !== undefined) throw failed.failure
    if (changed !== undefined) this.events.emit('change', { revision: this.#head?.revision ?? 0, types: [...changed] })
  }

  /** One read at a time; each sees what was written before it was asked for. */
  #read(): Promise<ReadonlySet<string> | undefined> {
    if (this.#phase === 'closed') return Promise.reject(new BoardClosedError())
    const read = this.#queue.then(() => this.#takeIn())
    this.#queue = read.then(
      () => {},
      () => {},
    )
    return read
  }

  #due(): TypeSlot[] {
    return [...this.#slots.values()].filter((slot) => slot.isDue)
  }

  /** Brings the slots whose rows changed up to date. Building may take a while; it holds up its own type only. */
  #settleDue(): void {
    if (this.#phase !== 'ready') return
    for (const slot of this.#due()) slot.settle().catch((error: unknown) => this.#markStale(error))
  }

  async close(patience: number): Promise<void> {
    if (this.#phase === 'closed') return
    this.#phase = 'closed'
    this.#timer?.cancel()
    for (const slot of this.#slots.values()) slot.close()
    await atMost(
      Promise.allSettled([this.#ticking, this.#serving, this.#rows, this.#loading, this.#readying, this.#queue]),
      Math.max(patience, lastAnswer),
    )
    await this.#following.close()
    await this.pool.close(patience)
    await atMost(this.#presence.end(), lastAnswer)
    await atMost(this.#options.store.close(), lastAnswer)
  }

  /** Tables and, where asked for, sync: once, whoever needs it first. */
  #prepare(): Promise<void> {
    const { store, prepare } = this.#options
    this.#prepared ??= prepare()
      .then(() => this.#answer(store.checkSchema()))
      .catch((error: unknown) => {
        this.#prepared = undefined
        throw error
      })
    return this.#prepared
  }

  /**
   * Where there are many instances, reads the first ones of each type, serves them, and has the others read meanwhile: a start does not grow with their
   * number. Where there are few, it is all the same as `ready()`.
   */
  async #serveFirst(): Promise<void> {
    const { store, registry, keyring } = this.#options
    await this.#prepare()
    const read = await this.#answer(store.read(readFirst(registry)), loadDeadline)
    if (read === undefined) return this.ready()
    await this.#answer(checkKeys(registry, store, keyring, read.meta))
    // Somebody else may have read everything meanwhile.
    if (this.#head !== undefined || this.#isClosed()) return this.ready()
    this.index.apply(read.rows)
    await Promise.all(Array.from(this.#slots.values(), (slot) => slot.settle()))
    this.#servesFirst = true
    // Those who wait are served before the others are read.
    setImmediate(() => this.#fill())
  }

  /** Has everything read, again where that failed, while calls are served already. */
  #fill(): void {
    if (this.#isClosed()) return
    this.ready().catch((error: unknown) => {
      if (this.#isClosed()) return
      this.#options.logger?.warn({ err: error }, 'the instances could not all be read; the first of each type serve')
      this.#options.after(this.#options.refreshEvery, () => this.#fill(), { background: true })
    })
  }

  async #loadRows(): Promise<void> {
    const { store } = this.#options
    await this.#prepare()
    this.#changeMark = await this.#answer(store.changeMark?.())
    await this.#readAll()
    this.#following.tuneIn()
  }

  /** Who only begins can wait: a machine that starts many processes at once is slow, and not away. */
  #answer<T>(asked: T | Promise<T>, deadline: number = this.#phase === 'ready' ? answerDeadline : loadDeadline): Promise<T> {
    return inTime(this.#options.store.description, Promise.resolve(asked), deadline)
  }

  async #load(): Promise<void> {
    const { store, registry, keyring } = this.#options
    await this.loadRows()
    const meta = await this.#answer(store.read((reader) => reader.meta()))
    await this.#answer(checkKeys(registry, store, keyring, meta))
  }

  async #start(): Promise<void> {
    await this.load()
    // It may have been loaded a while ago, for an operation that needs nothing built.
    await this.#read()
    for (const slot of this.#slots.values()) slot.isDue = true
    // What is written while others build is due again.
    for (let due = this.#due(); due.length > 0; due = this.#due()) await Promise.all(due.map((slot) => slot.settle()))
    if (this.#isClosed()) throw new BoardClosedError()
    this.#phase = 'ready'
    this.#following.start()
    this.#schedule()
    await this.#presence.start(() => this.#head?.revision ?? 0)
    this.#options.started()
  }

  /** A method, since the phase may change while something is awaited. */
  #isClosed(): boolean {
    return this.#phase === 'closed'
  }

  async #readAll(): Promise<void> {
    const read = this.#options.store.read(async (reader) => ({ meta: await reader.meta(), rows: await reader.snapshot() }))
    const { meta, rows } = await this.#answer(read, loadDeadline)
    this.#replaceRows(rows)
    this.#head = { epoch: meta.epoch, revision: meta.revision }
    for (const slot of this.#slots.values()) slot.look()
  }

  /** Takes in what was written; gives the keys of the types it is about. */
  #takeIn(): Promise<ReadonlySet<string> | undefined> {
    const begun = (): Filling<RefreshMessage> => ({ from: this.#head?.revision, revision: undefined, types: [] })
    return traced(refreshChannel, begun, async (message) => {
      const types = await this.#takeInNow()
      if (message !== undefined) Object.assign(message, { revision: this.#head?.revision, types: [...(types ?? [])] })
      return types
    })
  }

  async #takeInNow(): Promise<ReadonlySet<string> | undefined> {
    if (this.#isClosed()) return undefined
    const { store } = this.#options
    const before = this.#head
    if (before === undefined) {
      await this.loadRows()
      return undefined
    }
    const changes = await this.#answer(store.changes(before.revision))
    const { epoch, revision } = changes.head
    if (epoch === before.epoch && revision === before.revision) {
      this.#markFresh()
      return undefined
    }
    // Another epoch, or a revision going down: a restored backup. Nothing known can be built upon.
    const isBuiltUpon = epoch === before.epoch && revision > before.revision
    const slots = isBuiltUpon && !changes.more ? this.#takeChanges(changes) : await this.#takeSnapshot(before)
    this.#markFresh()
    this.#following.tuneIn()
    for (const slot of slots) {
      slot.isDue = true
      // What is switched off gets no new call, however long the next one takes to build.
      slot.look()
    }
    return new Set(slots.map((slot) => slot.type.key))
  }

  #takeChanges({ head, instances, configs }: Extract<Changes, { more: false }>): TypeSlot[] {
    this.#head = head
    this.builder.offer(configs)
    return this.#applyChanges({ types: [], plugins: [], instances })
  }

  async #takeSnapshot(before: Pick<MetaRow, 'epoch' | 'revision'>): Promise<TypeSlot[]> {
    const { meta, again, rows } = await this.#answer(
      this.#options.store.read(async (reader) => {
        const now = await reader.meta()
        const isOther = now.epoch !== before.epoch || now.revision < before.revision
        return { meta: now, again: isOther, rows: await reader.snapshot(isOther ? undefined : before.revision) }
      }),
      loadDeadline,
    )
    const slots = again ? this.#startAgain(rows) : this.#applyChanges(rows)
    this.#head = { epoch: meta.epoch, revision: meta.revision }
    this.builder.offer([])
    return slots
  }

  #applyChanges(rows: IndexRows): TypeSlot[] {
    const { types, left } = this.index.apply(rows)
    for (const [type, ids] of left) this.#slots.get(type)?.leave(ids)
    return [...types].flatMap((type) => this.#slots.get(type) ?? [])
  }

  /** Its objects were built from rows that may never have been; they serve until others are built. */
  #startAgain(rows: IndexRows): TypeSlot[] {
    this.#replaceRows(rows)
    this.pool.forget()
    return [...this.#slots.values()]
  }

  /** Takes rows for all there are. What was built of others serves until its type has settled. */
  #replaceRows(rows: IndexRows): void {
    const known = this.pool.ids().map((id) => [id, this.index.instance(id)?.plugin?.type] as const)
    this.index.clear()
    this.index.apply(rows)
    for (const [id, type] of known) if (type !== undefined) this.#slots.get(type)?.leave([id])
  }

  /** The safety poll: a cheap look whether anything changed, and due retries. It waits for nothing to be built. */
  async #tick(): Promise<void> {
    const { store } = this.#options
    try {
      const mark = await this.#answer(store.changeMark?.())
      const isNew = mark === undefined ? this.#isNews(await this.#answer(store.head())) : mark !== this.#changeMark
      if (isNew) this.#following.missed()
      if (isNew || this.#freshness.state === 'stale') {
        await this.#follow()
        this.#changeMark = mark
      }
      for (const instance of this.pool.due()) this.#retry(instance)
      this.#settleDue()
    } catch (error) {
      this.#markStale(error)
    }
  }

  #isNews({ epoch, revision }: Pick<MetaRow, 'epoch' | 'revision'>): boolean {
    return epoch !== this.#head?.epoch || revision !== this.#head.revision
  }

  /** Reads now; tells of the change when it is served. */
  async #follow(): Promise<void> {
    const changed = await this.#read()
    this.#settleDue()
    if (changed === undefined) return
    const slots = [...this.#slots.values()].filter((slot) => changed.has(slot.type.key))
    void Promise.all(slots.map((slot) => slot.settled)).then(() => {
      if (!this.#isClosed()) this.events.emit('change', { revision: this.#head?.revision ?? 0, types: [...changed] })
    })
  }

  /** What could not be built is tried again; whether it is then selected, its type finds out. */
  #retry(instance: IndexedInstance): void {
    const settle = (): void => {
      this.slot(instance.typeKey).isDue = true
    }
    this.pool.current(instance).then(settle, (error: unknown) => {
      if (!(error instanceof InstanceUnloadableError) && !(error instanceof BoardClosedError)) this.#markStale(error)
    })
  }

  #schedule(): void {
    const tick = (): void => {
      this.#ticking = this.#tick().finally(() => {
        if (this.#phase === 'ready') this.#schedule()
      })
    }
    this.#timer = this.#options.after(this.#options.refreshEvery, tick, { background: true })
  }

  #markStale(error: unknown): void {
    if (this.#freshness.state === 'stale' || this.#phase !== 'ready') return
    this.#freshness = { state: 'stale', since: this.#options.now(), error }
    this.events.emit('stale', { since: this.#freshness.since, error })
  }

  #markFresh(): void {
    if (this.#freshness.state === 'fresh') return
    this.#freshness = { state: 'fresh' }
    this.events.emit('fresh', { revision: this.#head?.revision ?? 0 })
  }
}

/** Reads what serves first; `undefined` where there are so few instances that all may be read. */
function readFirst(registry: Registry) {
  return async (reader: StoreReader): Promise<{ readonly meta: MetaRow; readonly rows: IndexRows } | undefined> => {
    if (!(await reader.hasMoreInstancesThan(fewInstances))) return undefined
    const meta = await reader.meta()
    const types = await reader.types()
    const plugins = await reader.plugins()
    const known = types.filter((row) => registry.typeNamed(row.key) !== undefined)
    const instances = await reader.heads(
      known.map((row) => row.id),
      firstOfType,
    )
    return { meta, rows: { types, plugins, instances } }
  }
}
