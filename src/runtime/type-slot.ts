import type { Candidate, InstanceStatus } from '../contract/index.ts'
import {
  BoardClosedError,
  InstanceUnloadableError,
  NoInstanceError,
  NotReadyError,
  type PlugboardError,
  SelectionNeedsContextError,
  StoreError,
} from '../errors/index.ts'
import type { RegisteredType } from '../registry/index.ts'
import { choose, chooseNow, isContextFree, type Considered } from '../selection/index.ts'
import { failureText } from './builder.ts'
import type { Built } from './built.ts'
import type { Events } from './events.ts'
import { isSelectable, type IndexedInstance, type InstanceIndex } from './instance-index.ts'
import type { ObjectPool } from './object-pool.ts'

/** So many candidates of a selector function are built ahead, for `get`. */
const builtAhead = 32

/** One type at run time: its instances in order, and the object `get` gives. */
export class TypeSlot {
  readonly type: RegisteredType
  readonly #index: InstanceIndex
  readonly #pool: ObjectPool
  readonly #events: Events
  readonly #byPriority: boolean
  readonly #contextFree: boolean
  #selectable: readonly IndexedInstance[] = []
  /** Ids to let go of at the next settling. */
  readonly #leaving = new Set<string>()
  #current: Built | undefined
  #state: 'waiting' | 'ready' | 'closed' = 'waiting'
  /** Whether rows changed, or a build is worth another try, since the last settling. */
  isDue = false
  #failure: Error | undefined
  /** The tail of the queue of settlings: one at a time. */
  #queue: Promise<void> = Promise.resolve()

  constructor(type: RegisteredType, index: InstanceIndex, pool: ObjectPool, events: Events) {
    this.type = type
    this.#index = index
    this.#pool = pool
    this.#events = events
    this.#byPriority = type.select === 'priority'
    this.#contextFree = isContextFree(type.select)
  }

  /** What `get` gives now, without lending it. */
  get current(): Built | undefined {
    return this.#current
  }

  /** The instances that may be selected, in order. */
  get candidates(): readonly IndexedInstance[] {
    return this.#selectable.filter((each) => this.#pool.isUsable(each.row.id))
  }

  /** The object selected now; `undefined` where there is none. Never touches the database. */
  find(): Built | undefined {
    const current = this.#current
    if (current !== undefined && this.#byPriority) {
      current.lent = true
      return current
    }
    return this.#findSlow()
  }

  /** Says why `find` gave nothing. */
  none(): PlugboardError {
    if (this.#state === 'waiting') return new NotReadyError()
    if (this.#state === 'closed') return new BoardClosedError()
    return this.noInstance()
  }

  noInstance(): NoInstanceError {
    const passedOver = this.considered().map(({ candidate, excluded }) => ({
      id: candidate.id,
      name: candidate.name,
      reason: excluded?.text ?? "the type's selector did not choose it",
    }))
    return new NoInstanceError(this.type.key, passedOver)
  }

  #findSlow(): Built | undefined {
    if (this.#state !== 'ready') throw this.none()
    if (!this.#contextFree) throw new SelectionNeedsContextError(this.type.key)
    if (this.#byPriority) return undefined
    const ahead = this.#selectable.filter((each) => this.#pool.ready(each.row.id) !== undefined)
    const chosen = chooseNow(this.type.key, this.type.select, ahead.map(candidateOf))
    const object = chosen === null ? undefined : this.#pool.ready(chosen.id)
    if (object !== undefined) object.lent = true
    return object
  }

  /**
   * The next instance to try for a call.
   *
   * @param tried Ids not to choose again.
   * @returns `undefined` where none is left.
   */
  async select(context: unknown, tried: ReadonlySet<string>): Promise<IndexedInstance | undefined> {
    if (this.#state === 'closed') throw new BoardClosedError()
    const left = this.candidates.filter((each) => !tried.has(each.row.id))
    if (this.#byPriority) {
      // While the first of a new order is being built, calls go where `get` goes.
      const serving = this.#current?.instance.row.id
      return (tried.size === 0 ? left.find((each) => each.row.id === serving) : undefined) ?? left[0]
    }
    const chosen = await choose(this.type.key, this.type.select, left.map(candidateOf), context)
    return chosen === null ? undefined : left.find((each) => each.row.id === chosen.id)
  }

  /**
   * Selects for a context and builds on demand: the first the selector chooses that can be built.
   *
   * @param take How the object is taken: leased, or lent.
   */
  async resolve(context: unknown, take: (instance: IndexedInstance) => Promise<Built>): Promise<Built | undefined> {
    const tried = new Set<string>()
    for (;;) {
      const instance = await this.select(context, tried)
      if (instance === undefined) return undefined
      const built = await unlessUnloadable(() => take(instance))
      if (built !== undefined) return built
      tried.add(instance.row.id)
    }
  }

  /** Takes in the instances as they stand; builds nothing. */
  look(): void {
    this.#selectable = this.#index.ordered(this.type).filter(isSelectable)
    // What is switched off is not given any more, as soon as another one is at hand; else until the next one is built.
    this.#letGo({ evenForNone: false })
  }

  /** Has instances to let go of, once the next settling has swapped others in. */
  leave(ids: Iterable<string>): void {
    for (const id of ids) this.#leaving.add(id)
    this.isDue = true
  }

  /** Settles, and waits for those settlings too that are under way. */
  settle(): Promise<void> {
    this.isDue = false
    const done = this.#queue.then(() => this.#settle())
    this.#queue = done.catch(() => {})
    return done
  }

  /** Ends when the settlings that are under way have. */
  get settled(): Promise<void> {
    return this.#queue
  }

  /** Why the last settling failed: the database could not be read. It is due again. */
  get failure(): Error | undefined {
    return this.#failure
  }

  async #settle(): Promise<void> {
    if (this.#state === 'closed') return
    try {
      await this.#build()
      this.#failure = undefined
    } catch (error) {
      this.isDue = true
      this.#letGo({ evenForNone: true })
      this.#failure = error instanceof Error ? error : new StoreError('The database could not be read.', { cause: error })
      throw error
    }
  }

  /** Gives what is at hand instead of what can't be selected any more; nothing, where `evenForNone`. */
  #letGo({ evenForNone }: { readonly evenForNone: boolean }): void {
    const id = this.#current?.instance.row.id
    if (id === undefined || isSelectable(this.#index.instance(id))) return
    const next = this.#selectable.find((each) => this.#pool.ready(each.row.id) !== undefined)
    if (next === undefined && !evenForNone) return
    const previous = this.#current
    this.#current = next && this.#pool.ready(next.row.id)
    this.#tell(previous, this.#current)
  }

  /** Recomputes the order, builds what `get` can return, and only then swaps it in. */
  async #build(): Promise<void> {
    this.look()
    const selectable = this.#selectable
    // Those that leave meanwhile are let go of by the settling that sees them gone.
    const leaving = [...this.#leaving]
    let head: Built | undefined
    if (this.#byPriority) {
      for (const instance of selectable) {
        head = await unlessUnloadable(() => this.#pool.current(instance))
        if (head !== undefined) break
      }
    } else if (this.#contextFree) {
      await Promise.all(selectable.slice(0, builtAhead).map((instance) => unlessUnloadable(() => this.#pool.current(instance))))
    }
    // What is at hand and changed is built anew as well: a failover after a save must not meet the old config.
    const outdated = selectable.filter((each) => this.#pool.isOutdated(each))
    await Promise.all(outdated.map((instance) => unlessUnloadable(() => this.#pool.current(instance))))
    if (this.#isClosed()) return
    const previous = this.#current
    // While it was being waited for, another one may have taken its place.
    this.#current = head?.state === 'serving' ? head : head && this.#pool.ready(head.instance.row.id)
    this.#state = 'ready'
    this.#tell(previous, this.#current)
    for (const id of leaving) {
      this.#leaving.delete(id)
      if (!isSelectable(this.#index.instance(id))) this.#pool.drop(id)
    }
  }

  replace(previous: Built, next: Built): void {
    if (this.#current === previous) this.#current = next
  }

  close(): void {
    this.#state = 'closed'
    this.#current = undefined
    this.#selectable = []
  }

  /** Every instance with the reason it is no candidate, in selection order. */
  considered(): Considered[] {
    return this.#index.ordered(this.type).map((instance): Considered => {
      const { row } = instance
      const candidate = { ...candidateOf(instance), status: row.status }
      if (row.status === 'disabled') return { candidate, excluded: { reason: 'disabled', text: 'Switched off.' } }
      if (instance.plugin === undefined) {
        return {
          candidate,
          excluded: { reason: 'code_missing', text: `Its plugin '${instance.pluginKey}' is not registered in this process.` },
        }
      }
      const failure = this.#pool.failure(row.id)
      if (failure === undefined) return { candidate }
      const serving = this.#pool.ready(row.id)
      if (serving !== undefined) {
        const note = `Serving config revision ${serving.configRevision}; ${row.configRevision} failed: ${failureText(failure.error)}`
        return { candidate, note }
      }
      return { candidate, excluded: { reason: failure.error.reason, text: failure.error.message } }
    })
  }

  /** A method, since the state may change while something is awaited. */
  #isClosed(): boolean {
    return this.#state === 'closed'
  }

  #tell(previous: Built | undefined, next: Built | undefined): void {
    const from = previous?.instance
    const to = next?.instance
    if (!this.#byPriority || from?.row.id === to?.row.id) return
    const named = (each: IndexedInstance | undefined): { id: string; name: string; plugin: string } | null =>
      each === undefined ? null : { id: each.row.id, name: each.row.name, plugin: each.pluginKey }
    this.#events.emit('selected', { type: this.type.key, from: named(from), to: named(to) })
  }
}

/** What a selector sees of an instance. */
export function candidateOf(instance: IndexedInstance): Candidate {
  const { id, name, status, priority, weight, tags } = instance.row
  // Disabled ones are filtered out before a selector sees them.
  return Object.freeze({
    id,
    name,
    plugin: instance.pluginKey,
    status: status as Exclude<InstanceStatus, 'disabled'>,
    priority,
    weight,
    tags,
  })
}

/** What a build gives; `undefined` where this instance can't be built, which is told elsewhere. */
async function unlessUnloadable(build: () => Promise<Built>): Promise<Built | undefined> {
  try {
    return await build()
  } catch (error) {
    if (error instanceof InstanceUnloadableError) return undefined
    throw error
  }
}
