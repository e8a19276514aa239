// Long because what may be selected, what is at hand, and what `get` gives must change together: each wrong answer found so far was one without the others.
import {
  BoardClosedError,
  InstanceUnloadableError,
  NoInstanceError,
  NotReadyError,
  type PlugboardError,
  SelectionNeedsContextError,
  StoreError,
} from '../errors/index.ts'
import type { Hooks } from '../contract/index.ts'
import type { RegisteredType } from '../registry/index.ts'
import { choose, chooseNow, type Considered } from '../selection/index.ts'
import { failureText } from './builder.ts'
import type { Built } from './built.ts'
import type { Clock } from './clock.ts'
import { Draws } from './draws.ts'
import { Ejection } from './ejection.ts'
import type { Events } from './events.ts'
import { strategyInForce, type InForce } from './in-force.ts'
import { isSelectable, type IndexedInstance, type InstanceIndex } from './instance-index.ts'
import { builtAhead, candidateOf, LineUp } from './line-up.ts'
import type { ObjectPool } from './object-pool.ts'
import { Settling } from './settling.ts'
import { standInFor } from './stand-in.ts'

/** What a slot works with. */
export interface SlotScope {
  readonly index: InstanceIndex
  readonly pool: ObjectPool
  readonly events: Events
  /** Monotonic milliseconds. */
  readonly elapsed: () => number
  /** From 0 up to 1. */
  readonly random: () => number
  readonly after: Clock['after']
  /** Told that a slot is due without a change of rows. */
  readonly due: () => void
  /** Whether every instance is known, and not only the first ones of each type. */
  readonly isWhole: () => boolean
  /** Ends when every instance is known. */
  readonly whenWhole: () => Promise<void>
}

/** Those that fit: the same list where all do, as a rule. */
function those(list: readonly IndexedInstance[], fits: (instance: IndexedInstance) => boolean): readonly IndexedInstance[] {
  return list.every(fits) ? list : list.filter(fits)
}

const nothingTried: ReadonlySet<string> = new Set()

/** One type at run time: its instances in order, which of them a call gets, and the object `get` gives. */
export class TypeSlot {
  readonly type: RegisteredType
  readonly #scope: SlotScope
  readonly #index: InstanceIndex
  readonly #pool: ObjectPool
  readonly #events: Events
  readonly #draws: Draws
  #inForce: InForce
  #selectable: readonly IndexedInstance[] = []
  /** `undefined` where it is to be made anew. */
  #lineUp: LineUp | undefined
  /** Where a call goes that needs nothing looked up; `undefined` where that is to be found out. */
  #plain: Built | undefined
  readonly ejection: Ejection
  /** Ids to let go of at the next settling. */
  readonly #leaving = new Set<string>()
  /** Of the instances, whoever stands in for them. */
  #served: Built | undefined
  /** What `get` gives: what stands in for the instances in a test, else what is served. */
  #current: Built | undefined
  /** All that ever stood in, by what was selected: a call may be under way when one is taken away. */
  readonly #stands = new WeakMap<IndexedInstance, Built>()
  /** What stands in, the newest first. */
  #standIns: readonly Built[] = []
  /** What `get` gives without looking further: the object of `current`, once it was lent. */
  lent: Hooks | undefined
  #state: 'waiting' | 'ready' | 'closed' = 'waiting'
  /** Whether rows changed, or a build is worth another try, since the last settling. */
  isDue = false
  #failure: Error | undefined
  readonly #settling: Settling
  /** Told of each look at the rows while something is being built to be swapped in. */
  #looked: (() => void) | undefined

  constructor(type: RegisteredType, scope: SlotScope) {
    this.type = type
    this.#scope = scope
    this.#index = scope.index
    this.#pool = scope.pool
    this.#events = scope.events
    this.#draws = new Draws(type.key, scope.random)
    this.#inForce = strategyInForce(type, [])
    this.#settling = new Settling({
      swap: () => this.#attempt(() => this.#swap()),
      follow: () => this.#attempt(() => this.#renew()),
    })
    this.ejection = new Ejection({
      type,
      events: scope.events,
      elapsed: scope.elapsed,
      random: scope.random,
      after: scope.after,
      record: (id) => scope.pool.record(id),
      usable: () => this.#usable().map((each) => each.row.id),
      changed: () => this.#healthChanged(),
    })
  }

  /** The object that a call goes to which needs no context and no trial: of the first in order, at hand and in service. Else `undefined`. */
  get plain(): Built | undefined {
    return this.#plain ?? this.#findPlain()
  }

  #findPlain(): Built | undefined {
    const [standIn] = this.#standIns
    if (standIn !== undefined) return (this.#plain = standIn)
    const current = this.#served
    if (current === undefined || this.#inForce.choosing !== 'priority') return undefined
    const { id } = current.instance.row
    if (this.#firstInOrder()?.row.id !== id || this.ejection.isOnTrial(id)) return undefined
    this.#plain = current
    return current
  }

  /** What `get` gives now, without lending it. */
  get current(): Built | undefined {
    return this.#current
  }

  /** Whether a test's object answers, so that nothing has to be known or built. */
  get isStoodIn(): boolean {
    return this.#standIns.length > 0
  }

  /**
   * Has an object answer in place of the instances, until what it gives is called: for tests. The newest one answers.
   *
   * @throws BoardClosedError
   */
  standIn(object: Hooks): () => void {
    if (this.#state === 'closed') throw new BoardClosedError()
    const built = standInFor(this.type, object)
    this.#stands.set(built.instance, built)
    this.#answerBy([built, ...this.#standIns])
    return () => this.#answerBy(this.#standIns.filter((each) => each !== built))
  }

  #answerBy(standIns: readonly Built[]): void {
    this.#standIns = standIns
    this.#serve(this.#served)
  }

  /** The object of an instance that was selected, leased. @throws as the pool's `acquire` */
  acquire(instance: IndexedInstance): Promise<Built> {
    const built = this.#stands.get(instance)
    if (built === undefined) return this.#pool.acquire(instance)
    built.acquire()
    return Promise.resolve(built)
  }

  /** The same, lent. @throws as the pool's `lend` */
  lend(instance: IndexedInstance): Promise<Built> {
    const built = this.#stands.get(instance)
    return built === undefined ? this.#pool.lend(instance) : Promise.resolve(built)
  }

  /** How the type chooses now. */
  get inForce(): InForce {
    return this.#inForce
  }

  /** Says why `find` gave nothing. */
  none(): PlugboardError {
    if (this.#state === 'waiting' || (this.#state === 'ready' && !this.#scope.isWhole())) return new NotReadyError()
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

  /** The object selected now, lent; `undefined` where there is none. Never touches the database. @throws NotReadyError, SelectionNeedsContextError */
  find(): Built | undefined {
    const { choosing, strategy, selector } = this.#inForce
    const current = this.#current
    // Where it is not in turn, there is one only where something stands in.
    if (current !== undefined && (choosing === 'priority' || this.isStoodIn)) {
      current.lent = true
      this.lent = current.object
      return current
    }
    if (this.#state !== 'ready') throw this.none()
    // What is not among the first ones may be among the others.
    if (choosing === 'priority' && !this.#scope.isWhole()) throw this.none()
    if (choosing === 'priority') return undefined
    if (choosing === 'sticky') throw new SelectionNeedsContextError(this.type.key)
    const lineUp = this.#linedUp()
    let object: Built | undefined
    if (selector === undefined) object = lineUp.ahead[lineUp.pickAhead(this.#draws.take(strategy, undefined))]
    else {
      const chosen = chooseNow(this.type.key, selector, lineUp.candidatesAhead)
      object = chosen === null ? undefined : this.#pool.ready(chosen.id)
    }
    if (object !== undefined) object.lent = true
    return object
  }

  /**
   * The next instance to try for a call.
   *
   * @param tried Ids not to choose again.
   * @returns `undefined` where none is left.
   */
  async select(
    context: unknown,
    tried: ReadonlySet<string> = nothingTried,
    as: 'claim' | 'look' = 'look',
  ): Promise<IndexedInstance | undefined> {
    const [standIn] = this.#standIns
    if (standIn !== undefined) return tried.has(standIn.instance.row.id) ? undefined : standIn.instance
    if (!this.#scope.isWhole()) {
      // The first ones are known in the order of priority; whoever chooses otherwise needs to know all.
      const first = this.#inForce.choosing === 'priority' ? await this.#choose(context, tried, 'take', as) : undefined
      if (first !== undefined) return first
      await this.#scope.whenWhole()
    }
    return this.#choose(context, tried, 'take', as)
  }

  /** The first in order at hand that was not tried, claimed and leased; `undefined` where that takes a choice, a read or a build. */
  acquireNow(tried: ReadonlySet<string>): Built | undefined {
    if (this.isStoodIn || this.#state !== 'ready' || !this.#scope.isWhole() || this.#inForce.choosing !== 'priority') return undefined
    const lineUp = this.#linedUp()
    const instance = lineUp.members[lineUp.pick(0, tried)]
    const built = instance && this.#pool.acquireNow(instance)
    if (built !== undefined) this.#claim(instance, 'claim')
    return built
  }

  /** The call that claimed it did not come about. */
  unclaim(id: string): void {
    const record = this.#pool.record(id)
    if (record !== undefined) this.ejection.release(record)
  }

  #claim(instance: IndexedInstance | undefined, as: 'claim' | 'look'): IndexedInstance | undefined {
    const record = as === 'claim' && instance !== undefined ? this.#pool.record(instance.row.id) : undefined
    if (record !== undefined) this.ejection.claim(record)
    return instance
  }

  async #choose(
    context: unknown,
    tried: ReadonlySet<string>,
    draw: 'take' | 'peek',
    as: 'claim' | 'look' = 'look',
  ): Promise<IndexedInstance | undefined> {
    if (this.#state === 'closed') throw new BoardClosedError()
    const lineUp = this.#linedUp()
    const { choosing, strategy, selector } = this.#inForce
    if (selector !== undefined) {
      const candidates = tried.size === 0 ? lineUp.candidates : lineUp.candidates.filter((each) => !tried.has(each.id))
      const chosen = await choose(this.type.key, selector, candidates, context)
      return this.#claim(chosen === null ? undefined : lineUp.members.find((each) => each.row.id === chosen.id), as)
    }
    if (lineUp.members.length === 0) return undefined
    if (choosing === 'priority') {
      const first = tried.size === 0 ? this.#firstInOrder() : lineUp.members[lineUp.pick(0, tried)]
      return this.#claim(first, as)
    }
    const at = this.#draws[draw](strategy, context)
    return this.#claim(lineUp.members[lineUp.pick(at, tried)], as)
  }

  /** Where a call of a type that selects by priority goes first: while the first of a new order is being built, to where `get` goes. */
  #firstInOrder(): IndexedInstance | undefined {
    const { members } = this.#linedUp()
    const serving = this.#served?.instance.row.id
    return members.find((each) => each.row.id === serving || this.ejection.isOnTrial(each.row.id)) ?? members[0]
  }

  /** Those that could be selected if none were ejected. */
  #usable(): readonly IndexedInstance[] {
    return those(this.#selectable, (each) => this.#pool.isUsable(each.row.id))
  }

  /** What calls may go to now. */
  #linedUp(): LineUp {
    const known = this.#lineUp
    if (known !== undefined && (known.until === Number.POSITIVE_INFINITY || known.until > this.#scope.elapsed())) return known
    const usable = this.#usable()
    const inService = those(usable, (each) => !this.ejection.isOut(each.row.id))
    // Where nobody else is left, better one that fails than none.
    const members = inService.length === 0 ? usable : inService
    const proven = those(members, (each) => !this.ejection.isOnTrial(each.row.id))
    const retries = this.#selectable.map((each) => this.#pool.failure(each.row.id)?.retryAt ?? Number.POSITIVE_INFINITY)
    const now = this.#scope.elapsed()
    this.#lineUp = new LineUp({
      inForce: this.#inForce,
      members,
      settled: proven.length === 0 ? members : proven,
      ready: (id) => this.#pool.ready(id),
      until: retries.reduce((least, at) => (at > now ? Math.min(least, at) : least), Number.POSITIVE_INFINITY),
    })
    return this.#lineUp
  }

  /** Says that other instances may be usable now, or another object at hand for one. */
  outdate(): void {
    this.#lineUp = undefined
    this.#plain = undefined
  }

  /** One was ejected, is on trial or is back: `get` goes elsewhere, to one at hand at once, and to one that must be built as soon as it is. */
  #healthChanged(): void {
    this.#outdateAll()
    if (this.#state !== 'ready' || this.#inForce.choosing !== 'priority') return
    const { settled } = this.#linedUp().parts
    const next = settled.find((each) => this.#pool.ready(each.row.id) !== undefined)
    const previous = this.#served
    if (next !== undefined && next.row.id !== previous?.instance.row.id) {
      this.#serve(this.#pool.ready(next.row.id))
      this.#tell(previous, this.#served)
    }
    this.#looked?.()
    if (next === settled[0]) return
    this.isDue = true
    this.#scope.due()
  }

  /**
   * Selects for a context and builds on demand: the first the selector chooses that can be built.
   *
   * @param take How the object is taken: leased, or lent.
   */
  async resolve(context: unknown, take: 'acquire' | 'lend'): Promise<Built | undefined> {
    const tried = new Set<string>()
    for (;;) {
      const instance = await this.select(context, tried)
      if (instance === undefined) return undefined
      const built = await unlessUnloadable(() => this[take](instance))
      if (built !== undefined) return built
      tried.add(instance.row.id)
    }
  }

  /** The id of the instance that the next call would get, `null` for none. It is built where that has not happened, and nothing is used up. */
  async preview(context: unknown): Promise<string | null> {
    const [standIn] = this.#standIns
    if (standIn !== undefined) return standIn.view.id
    const tried = new Set<string>()
    for (;;) {
      const instance = await this.#choose(context, nothingTried, 'peek')
      if (instance === undefined) return null
      const { id } = instance.row
      // One that can't be built has left the line-up; what comes back all the same is tried once.
      if (tried.has(id) || (await unlessUnloadable(() => this.#pool.ensure(instance))) !== undefined) return id
      tried.add(id)
    }
  }

  /** Takes in the instances as they stand; builds nothing. */
  look(): void {
    this.#selectable = those(this.#index.ordered(this.type), isSelectable)
    this.#inForce = strategyInForce(
      this.type,
      this.#index.rowsOf(this.type).map((row) => row.strategy),
    )
    this.#outdateAll()
    // What is switched off is not given any more, as soon as another one is at hand; else until the next one is built.
    this.#letGo({ evenForNone: false })
    this.#looked?.()
  }

  /** Has instances to let go of, once the next settling has swapped others in. */
  leave(ids: Iterable<string>): void {
    for (const id of ids) this.#leaving.add(id)
    this.isDue = true
  }

  /** Brings what calls get up to date with the rows. */
  settle(): Promise<void> {
    this.isDue = false
    return this.#settling.start()
  }

  /** Ends when the settlings that are under way have. */
  get settled(): Promise<void> {
    return this.#settling.ended()
  }

  /** Why the last settling failed: the database could not be read. It is due again. */
  get failure(): Error | undefined {
    return this.#failure
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.#state === 'closed') return
    try {
      await work()
    } catch (error) {
      this.isDue = true
      this.#letGo({ evenForNone: true })
      this.#failure = error instanceof Error ? error : new StoreError('The database could not be read.', { cause: error })
      throw error
    }
  }

  /** Gives what is at hand instead of what can't be selected any more; nothing, where `evenForNone`. */
  #letGo({ evenForNone }: { readonly evenForNone: boolean }): void {
    const id = this.#served?.instance.row.id
    if (id === undefined || isSelectable(this.#index.instance(id))) return
    const next = this.#byService(this.#selectable).find((each) => this.#pool.ready(each.row.id) !== undefined)
    if (next === undefined && !evenForNone) return
    const previous = this.#served
    this.#serve(next && this.#pool.ready(next.row.id))
    this.#tell(previous, this.#served)
  }

  #serve(built: Built | undefined): void {
    this.#served = built
    this.#current = this.#standIns[0] ?? built
    this.#outdateAll()
  }

  #outdateAll(): void {
    this.lent = undefined
    this.outdate()
  }

  /** Recomputes the order, builds what `get` can return, and only then swaps it in. */
  async #swap(): Promise<void> {
    this.look()
    // Those that leave meanwhile are let go of by the settling that sees them gone.
    const leaving = [...this.#leaving]
    let head: Built | undefined
    if (this.#inForce.choosing === 'priority') head = await this.#buildHead()
    else if (this.#isAskedByGet()) await this.#buildAhead(this.#selectable)
    if (this.#isClosed()) return
    const previous = this.#served
    // While it was being waited for, another one may have taken its place.
    this.#serve(head?.state === 'serving' ? head : head && this.#pool.ready(head.instance.row.id))
    this.#state = 'ready'
    this.#tell(previous, this.#served)
    for (const id of leaving) {
      this.#leaving.delete(id)
      if (!isSelectable(this.#index.instance(id))) this.#pool.drop(id)
    }
  }

  /** What is at hand and changed is built anew as well: a failover after a save must not meet the old config. The next swap does not wait for it. */
  async #renew(): Promise<void> {
    const outdated = this.#selectable.filter((each) => this.#pool.isOutdated(each))
    await Promise.all(outdated.map((instance) => unlessUnloadable(() => this.#pool.current(instance))))
    this.#failure = undefined
  }

  /** Builds the first that can be built. One that takes its time is not waited for any more once another stands before it. */
  async #buildHead(): Promise<Built | undefined> {
    const failed = new Set<string>()
    for (;;) {
      const next = this.#byService(this.#selectable).find((each) => !failed.has(each.row.id))
      if (next === undefined) return undefined
      const build = unlessUnloadable(() => this.#pool.current(next))
      const overtaken = new Promise<'overtaken'>((resolve) => {
        this.#looked = () => {
          const first = this.#byService(this.#selectable).find((each) => !failed.has(each.row.id))
          if (first?.row.id !== next.row.id) resolve('overtaken')
        }
      })
      try {
        const head = await Promise.race([build, overtaken])
        if (head === 'overtaken') build.catch(() => {})
        else if (head !== undefined) return head
        else failed.add(next.row.id)
      } finally {
        this.#looked = undefined
      }
    }
  }

  /** In the order in which `get` would have them: those in service first. */
  #byService(selectable: readonly IndexedInstance[]): readonly IndexedInstance[] {
    const isProven = ({ row }: IndexedInstance): boolean => !this.ejection.isOut(row.id) && !this.ejection.isOnTrial(row.id)
    return [...selectable.filter(isProven), ...selectable.filter((each) => !isProven(each))]
  }

  /** Builds as many as `get` may choose from; those that can't be built are passed over. */
  async #buildAhead(selectable: readonly IndexedInstance[]): Promise<void> {
    let wanting = builtAhead
    for (let start = 0; start < selectable.length && wanting > 0;) {
      const batch = selectable.slice(start, start + wanting)
      const built = await Promise.all(batch.map((instance) => unlessUnloadable(() => this.#pool.current(instance))))
      start += batch.length
      wanting -= built.filter((each) => each !== undefined).length
    }
  }

  /** Whether `get` can answer, and chooses among several. */
  #isAskedByGet(): boolean {
    const { choosing, selector } = this.#inForce
    return choosing === 'weighted' || choosing === 'round-robin' || typeof selector === 'object'
  }

  replace(previous: Built, next: Built): void {
    if (this.#served === previous) this.#serve(next)
    // What is configured anew begins anew.
    if (next.instance.plugin?.type === this.type) this.ejection.reinstate(next.record)
  }

  close(): void {
    this.#state = 'closed'
    this.#selectable = []
    this.#standIns = []
    this.#serve(undefined)
  }

  /** Every instance with the reason it is no candidate, in selection order. */
  considered(): Considered[] {
    const [standIn] = this.#standIns
    if (standIn !== undefined) {
      const candidate = { ...candidateOf(standIn.instance), status: standIn.view.status }
      return [{ candidate, note: 'Stands in for the instances, in a test.' }]
    }
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
      const error = this.#pool.unloadable(instance)
      if (error === undefined) return this.#outOfService(instance, candidate)
      const serving = this.#pool.ready(row.id)
      if (serving !== undefined) {
        const note = `Serving config revision ${serving.configRevision}; ${row.configRevision} failed: ${failureText(error)}`
        return { candidate, note }
      }
      return { candidate, excluded: { reason: error.reason, text: error.message } }
    })
  }

  /** What ejection has to say of an instance. */
  #outOfService({ row }: IndexedInstance, candidate: Considered['candidate']): Considered {
    const health = this.#pool.record(row.id)?.health
    if (health === undefined || health.state === 'healthy') return { candidate }
    const isOutOfService = true
    const isMember = this.#linedUp().members.some((each) => each.row.id === row.id)
    if (health.state === 'on_trial') {
      if (isMember) return { candidate, isOutOfService, note: 'On trial: its next call decides whether it is back.' }
      return { candidate, isOutOfService, excluded: { reason: 'on_trial', text: 'On trial: one call decides whether it is back.' } }
    }
    const left = health.until - this.#scope.elapsed()
    const text = Number.isFinite(left) ? `Ejected, back in ${minutes(left)}` : 'Ejected until it is put back'
    const by = health.by === 'operator' ? 'by an operator' : 'its calls failed'
    if (isMember) return { candidate, isOutOfService, note: `${text} (${by}), but nobody else is left.` }
    return { candidate, isOutOfService, excluded: { reason: 'ejected', text: `${text}: ${by}.` } }
  }

  /** A method, since the state may change while something is awaited. */
  #isClosed(): boolean {
    return this.#state === 'closed'
  }

  #tell(previous: Built | undefined, next: Built | undefined): void {
    const from = previous?.instance
    const to = next?.instance
    if (this.#inForce.choosing !== 'priority' || from?.row.id === to?.row.id) return
    const named = (each: IndexedInstance | undefined): { id: string; name: string; plugin: string } | null =>
      each === undefined ? null : { id: each.row.id, name: each.row.name, plugin: each.pluginKey }
    this.#events.emit('selected', { type: this.type.key, from: named(from), to: named(to) })
  }
}

/** `0:47` */
function minutes(duration: number): string {
  const seconds = Math.max(Math.ceil(duration / 1_000), 0)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
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
