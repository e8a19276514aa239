// Long because what is read, when it is built for, and when it is let go of must be seen in one place: each race found so far was in the order of these.
import type { Keyring } from '../crypto/index.ts'
import { BoardClosedError, InstanceUnloadableError } from '../errors/index.ts'
import type { RegisteredType, Registry, TypeReference } from '../registry/index.ts'
import type { MetaRow, Store, StoreReader } from '../store/index.ts'
import { Builder, isStarting } from './builder.ts'
import { checkKeys } from './check-keys.ts'
import type { CallScope } from './call.ts'
import { Events, type Logger } from './events.ts'
import { InstanceIndex, type IndexedInstance, type IndexRows } from './instance-index.ts'
import { ObjectPool } from './object-pool.ts'
import { Presence } from './presence.ts'
import { TypeSlot } from './type-slot.ts'

/** What the runtime is made of. */
export interface RuntimeOptions {
  readonly registry: Registry
  readonly store: Store
  readonly keyring: Keyring | undefined
  readonly logger: Logger | undefined
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
  /** Done before the first load: migrate and sync on start. */
  readonly prepare: () => Promise<void>
}

/** Whether the database can be read, and since when not. */
export type Freshness = { readonly state: 'fresh' } | { readonly state: 'stale'; readonly since: number; readonly error: unknown }

/** The board while it runs: the index of instances, the objects built from them, and what keeps both current. */
export class Runtime {
  readonly events: Events
  readonly index: InstanceIndex
  readonly builder: Builder
  readonly pool: ObjectPool
  readonly #presence: Presence
  readonly #options: RuntimeOptions
  readonly #slots: ReadonlyMap<RegisteredType, TypeSlot>
  readonly #byReference = new Map<TypeReference, TypeSlot>()
  #head: Pick<MetaRow, 'epoch' | 'revision'> | undefined
  #freshness: Freshness = { state: 'fresh' }
  #changeMark: number | undefined
  #loading: Promise<void> | undefined
  #readying: Promise<void> | undefined
  #phase: 'new' | 'ready' | 'closed' = 'new'
  /** The tail of the queue of refreshes: one at a time, each sees what was written before it was asked for. */
  #queue: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  /** The poll under way: a sign of life must not be written after it was taken back. */
  #ticking: Promise<void> = Promise.resolve()

  constructor(options: RuntimeOptions) {
    this.#options = options
    this.events = new Events(options.logger)
    this.#presence = new Presence({ ...options, keyIds: options.keyring?.ids ?? [] })
    this.index = new InstanceIndex(options.registry)
    this.builder = new Builder({ store: options.store, keyring: options.keyring, events: this.events, deadline: options.buildDeadline })
    this.pool = new ObjectPool({
      builder: this.builder,
      index: this.index,
      events: this.events,
      disposeAfter: options.disposeAfter,
      elapsed: options.elapsed,
      replaced: (previous, next) => {
        for (const slot of this.#slots.values()) slot.replace(previous, next)
      },
    })
    const slots = [...options.registry.types.values()].map(
      (type) => [type, new TypeSlot(type, this.index, this.pool, this.events)] as const,
    )
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

  get isReady(): boolean {
    return this.#phase === 'ready'
  }

  /** @throws UnknownTypeError */
  slot(reference: TypeReference): TypeSlot {
    const known = this.#byReference.get(reference)
    if (known !== undefined) return known
    const slot = this.#slots.get(this.#options.registry.type(reference))
    // The registry throws for a type it does not have; each it has was given a slot.
    if (slot === undefined) throw new BoardClosedError()
    // A class or key asked for once is found by one look-up from then on.
    this.#byReference.set(reference, slot)
    return slot
  }

  /** Ends when calls can be answered; `undefined` where they can be now. */
  whenReady(): Promise<void> | undefined {
    // An onStart that calls the board can't wait for it to be ready: the board waits for the onStart.
    return this.#phase === 'ready' ? undefined : isStarting() ? this.load() : this.ready()
  }

  scope(slot: TypeSlot): CallScope {
    return { slot, pool: this.pool, events: this.events, elapsed: this.#options.elapsed, whenReady: () => this.whenReady() }
  }

  /** Connects, checks schema and keys, reads the metadata. Builds nothing. */
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
    clearTimeout(this.#timer)
    await this.#ticking
    for (const slot of this.#slots.values()) slot.close()
    await this.#loading?.catch(() => {})
    await this.#readying?.catch(() => {})
    await this.#queue
    await this.pool.close(patience)
    await this.#presence.end()
    await this.#options.store.close()
  }

  async #load(): Promise<void> {
    const { store } = this.#options
    await this.#options.prepare()
    await store.checkSchema()
    await checkKeys(this.#options.registry, store, this.#options.keyring, await store.read((reader) => reader.meta()))
    this.#changeMark = await store.changeMark?.()
    await this.#readAll()
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
    await this.#presence.beat(this.#head?.revision ?? 0)
    this.#schedule()
  }

  /** A method, since the phase may change while something is awaited. */
  #isClosed(): boolean {
    return this.#phase === 'closed'
  }

  async #readAll(): Promise<void> {
    const { meta, rows } = await this.#options.store.read(async (reader) => ({ meta: await reader.meta(), rows: await readRows(reader) }))
    this.index.clear()
    this.index.apply(rows)
    this.#head = { epoch: meta.epoch, revision: meta.revision }
    for (const slot of this.#slots.values()) slot.look()
  }

  /** Takes in what was written; gives the keys of the types it is about. */
  async #takeIn(): Promise<ReadonlySet<string> | undefined> {
    if (this.#isClosed()) return undefined
    const { store } = this.#options
    const before = this.#head
    if (before === undefined) {
      await this.load()
      return undefined
    }
    const read = await store.read(async (reader) => {
      const meta = await reader.meta()
      if (meta.epoch === before.epoch && meta.revision === before.revision) return undefined
      // Another epoch, or a revision going down: a restored backup. Nothing known can be built upon.
      const again = meta.epoch !== before.epoch || meta.revision < before.revision
      return { meta, again, rows: again ? await readRows(reader) : await readRows(reader, before.revision) }
    })
    this.#markFresh()
    if (read === undefined) return undefined
    const slots = read.again ? this.#startAgain(read.rows) : this.#applyChanges(read.rows)
    this.#head = { epoch: read.meta.epoch, revision: read.meta.revision }
    for (const slot of slots) {
      slot.isDue = true
      // What is switched off gets no new call, however long the next one takes to build.
      slot.look()
    }
    return new Set(slots.map((slot) => slot.type.key))
  }

  #applyChanges(rows: IndexRows): TypeSlot[] {
    const { types, left } = this.index.apply(rows)
    for (const [type, ids] of left) this.#slots.get(type)?.leave(ids)
    return [...types].flatMap((type) => this.#slots.get(type) ?? [])
  }

  /** Its objects were built from rows that may never have been; they serve until others are built. */
  #startAgain(rows: IndexRows): TypeSlot[] {
    const known = this.pool.ids().map((id) => [id, this.index.instance(id)?.plugin?.type] as const)
    this.index.clear()
    this.index.apply(rows)
    this.pool.forget()
    for (const [id, type] of known) if (type !== undefined) this.#slots.get(type)?.leave([id])
    return [...this.#slots.values()]
  }

  /** The safety poll: a cheap look whether anything changed, due retries, and a sign of life. It waits for nothing to be built. */
  async #tick(): Promise<void> {
    const { store } = this.#options
    try {
      const mark = await store.changeMark?.()
      if (mark === undefined || mark !== this.#changeMark || this.#freshness.state === 'stale') {
        await this.#follow()
        this.#changeMark = mark
      }
      for (const instance of this.pool.due()) this.#retry(instance)
      this.#settleDue()
      await this.#presence.beat(this.#head?.revision ?? 0)
    } catch (error) {
      this.#markStale(error)
    }
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
    this.#timer = setTimeout(() => {
      this.#ticking = this.#tick().finally(() => {
        if (this.#phase === 'ready') this.#schedule()
      })
    }, this.#options.refreshEvery)
    this.#timer.unref()
  }

  #markStale(error: unknown): void {
    if (this.#freshness.state === 'stale' || this.#phase !== 'ready') return
    this.#freshness = { state: 'stale', since: this.#options.now(), error }
    this.#options.logger?.warn({ error }, 'the database can not be read; the last snapshot serves on')
    this.events.emit('stale', { since: this.#freshness.since, error })
  }

  #markFresh(): void {
    if (this.#freshness.state === 'fresh') return
    this.#freshness = { state: 'fresh' }
    this.events.emit('fresh', { revision: this.#head?.revision ?? 0 })
  }
}

async function readRows(reader: StoreReader, since?: number): Promise<IndexRows> {
  // One after the other: a transaction has one connection.
  const types = await reader.types(since)
  const plugins = await reader.plugins(since)
  const instances = await reader.instances(since === undefined ? {} : { since })
  return { types, plugins, instances }
}
