// Long because it is the board's whole public face, and its docblocks are the reference; each method only hands on to the room that does the work.
import type { AnyContract, Contract, DirectHandle, Handle, Hooks, InstanceStatus, InstanceView, PluginClass } from './contract/index.ts'
import { parseKeyring, type Keyring } from './crypto/index.ts'
import { InstanceNotFoundError, KeyringError, RegistrationError, messageOf, type RegistrationProblem } from './errors/index.ts'
import { Operations } from './operations/index.ts'
import { buildRegistry, durationProblem, type Registry } from './registry/index.ts'
import { release } from './release.ts'
import {
  callWithFailover,
  makeDirectHandle,
  makeHandle,
  Runtime,
  type BoardEvents,
  type Built,
  type EventName,
  type Freshness,
  type IndexedInstance,
  type Logger,
} from './runtime/index.ts'
import { explainChoice, type Explained } from './selection/index.ts'
import type { MigrationReport, ProcessRow, Store, StoreFactory } from './store/index.ts'
import { applySync, type SyncOptions, type SyncReport } from './sync/index.ts'

/** What a board is made of. */
export interface BoardOptions {
  /** The plugin classes; each brings its type. */
  readonly plugins: readonly PluginClass[]
  /** Types that have no plugin here yet. */
  readonly types?: readonly AnyContract[]
  /** `sqlite('plugboard.db')` */
  readonly store: StoreFactory
  /** The keyring, `id:base64` pairs separated by commas; usually `process.env.PLUGBOARD_KEYS`. Needed where a plugin has a config. */
  readonly keys?: string | undefined
  /** `on-start`: `ready()` syncs. Default: never by itself. */
  readonly sync?: 'on-start'
  /** `on-start`: `ready()` migrates. Default: never by itself. */
  readonly migrate?: 'on-start'
  /** Milliseconds between two looks for changes by other processes: the bound within which they are seen. Default 1,000; at least 50. */
  readonly refreshEvery?: number
  /** Milliseconds an object that `get`, `resolve` or `load` lent lives after it was replaced. Default 60,000. */
  readonly disposeAfter?: number
  /** Milliseconds that validating a config, a plugin's construction with `onStart`, and its `onDispose`, may take each. Default 10,000. */
  readonly buildDeadline?: number
  /** Milliseconds `close()` waits for calls in flight. Default 10,000. */
  readonly closeDeadline?: number
  /** Anything with pino's method shapes. Default: silent. */
  readonly logger?: Logger
}

/** A context, where the type's selector takes one. */
export type ContextOption<Context> = [Context] extends [never]
  ? { readonly context?: unknown }
  : undefined extends Context
    ? { readonly context?: Context }
    : { readonly context: Context }
/** Options that are required where a context is. */
export type WithContext<Context, More = object> = [Context] extends [never]
  ? [options?: ContextOption<Context> & More]
  : undefined extends Context
    ? [options?: ContextOption<Context> & More]
    : [options: ContextOption<Context> & More]

/** Metadata of an instance, as the application sees it. Nothing of its config. */
export interface InstanceInfo<T = unknown> {
  /** UUID; stable, so the application's own tables can point at it. */
  readonly id: string
  readonly type: string
  readonly plugin: string
  readonly name: string
  readonly status: InstanceStatus
  readonly priority: number
  readonly weight: number
  readonly tags: readonly string[]
  /** Builds it where that has not happened, and lends the object. @throws InstanceUnloadableError */
  load(): Promise<T>
}

/** An object held until it is released. */
export interface Lease<T> extends AsyncDisposable {
  readonly object: T
  readonly instance: InstanceView
  /** Gives the object back; a second call does nothing. */
  release(): void
}

/** How the board stands. */
export interface BoardStatus {
  readonly ready: boolean
  /** Revision served; `undefined` before the first load. */
  readonly revision: number | undefined
  readonly epoch: string | undefined
  readonly freshness: Freshness
  /** Where the rows are: `sqlite (orders.db)`. */
  readonly store: string
  readonly keys: { readonly primary: string | undefined; readonly ids: readonly string[] }
  readonly unloadable: readonly {
    readonly id: string
    readonly name: string
    readonly type: string
    readonly reason: string
    readonly text: string
  }[]
  /** Processes on this database that were seen in the last minute; empty while it can't be read. */
  readonly processes: readonly ProcessRow[]
}

const leastRefresh = 50

/**
 * Registers and checks plugins and types. Connects to nothing yet.
 *
 * @throws RegistrationError listing every problem, the keyring's included.
 * @example
 * export const board = createBoard({ plugins: [Zarinpal, Stripe], store: sqlite('plugboard.db'), keys: process.env.PLUGBOARD_KEYS })
 */
export function createBoard(options: BoardOptions): Board {
  const problems: RegistrationProblem[] = []
  const report = (code: string, subject: string, message: string): void => void problems.push({ code, subject, message })
  let registry: Registry | undefined
  let keyring: Keyring | undefined
  try {
    registry = buildRegistry(options)
  } catch (error) {
    if (!(error instanceof RegistrationError)) throw error
    problems.push(...error.problems)
  }
  const { keys }: { readonly keys?: unknown } = options
  try {
    if (keys === undefined || typeof keys === 'string') keyring = parseKeyring(keys)
    // What it is instead may be key material: it is not quoted.
    else report('keys_invalid', 'createBoard({ keys })', `is ${keys === null ? 'null' : `of type ${typeof keys}`}, not text: id:base64, …`)
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error
    report('keys_invalid', 'createBoard({ keys })', messageOf(error))
  }
  if (typeof (options.store as Partial<StoreFactory> | undefined)?.open !== 'function') {
    report('store_invalid', 'createBoard({ store })', "is no store. Give one, e.g. sqlite('plugboard.db') from 'plugboard/sqlite'")
  }
  const durations = ['refreshEvery', 'disposeAfter', 'buildDeadline', 'closeDeadline'] as const
  for (const name of durations) {
    const problem = options[name] === undefined ? undefined : durationProblem(options[name], name === 'refreshEvery' ? leastRefresh : 0)
    if (problem !== undefined) report('duration_invalid', `createBoard({ ${name} })`, problem)
  }
  if (problems.length > 0 || registry === undefined) throw new RegistrationError(problems)
  return new Board(options, registry, keyring)
}

/** The registered plugins joined to the stored instances. Made by {@link createBoard}. */
export class Board implements AsyncDisposable {
  /** What an operator does: create, update, order, test, remove, history. Every change takes an actor. */
  readonly admin: Operations
  readonly #runtime: Runtime
  readonly #store: Store
  readonly #registry: Registry
  readonly #keyring: Keyring | undefined
  readonly #closeDeadline: number
  #closing: Promise<void> | undefined

  /** @internal */
  constructor(options: BoardOptions, registry: Registry, keyring: Keyring | undefined) {
    const now = (): number => Date.now()
    const elapsed = (): number => performance.now()
    this.#registry = registry
    this.#keyring = keyring
    this.#closeDeadline = options.closeDeadline ?? 10_000
    this.#store = options.store.open({ now })
    const buildDeadline = options.buildDeadline ?? 10_000
    this.#runtime = new Runtime({
      registry,
      keyring,
      store: this.#store,
      logger: options.logger,
      refreshEvery: options.refreshEvery ?? 1_000,
      disposeAfter: options.disposeAfter ?? 60_000,
      buildDeadline,
      release,
      now,
      elapsed,
      prepare: async () => {
        if (options.migrate === 'on-start') await this.#store.migrate()
        if (options.sync !== 'on-start') return
        await this.#store.checkSchema()
        await applySync(this.#store, registry)
      },
    })
    const scope = { registry, keyring, store: this.#store, runtime: this.#runtime, now, elapsed }
    this.admin = new Operations({ ...scope, validateDeadline: buildDeadline, testDeadline: 10_000 })
  }

  /**
   * Connects, checks schema and keys, loads the snapshot and builds what `get` can return. Call it once at start-up.
   *
   * @throws SchemaMissingError, SchemaTooNewError, KeysMissingError, WrongKeyError, StoreError. It can be called again.
   */
  ready(): Promise<void> {
    return this.#runtime.ready()
  }

  /**
   * The object of the instance selected now: synchronous, no SQL, as cheap as a Map look-up. It is lent: use it now, don't keep it.
   *
   * @throws NoInstanceError saying what to do; NotReadyError; SelectionNeedsContextError where the selector needs a context; UnknownTypeError
   */
  get<T extends Hooks>(type: Contract<T, undefined>): T {
    const slot = this.#runtime.slot(type)
    const built = slot.find()
    if (built === undefined) throw slot.none()
    // The registry has checked that this object's class implements the contract.
    return built.object as T
  }

  /** The same, `undefined` where there is no instance. @throws NotReadyError, SelectionNeedsContextError, UnknownTypeError */
  find<T extends Hooks>(type: Contract<T, undefined>): T | undefined {
    return this.#runtime.slot(type).find()?.object as T | undefined
  }

  /**
   * The same by the type's key, untyped.
   *
   * @throws as `get`
   */
  getByKey(key: string): unknown {
    const slot = this.#runtime.slot(key)
    const built = slot.find()
    if (built === undefined) throw slot.none()
    return built.object
  }

  /**
   * Selects for a context, and builds on demand. The object is lent.
   *
   * @throws NoInstanceError; what the type's selector throws; SelectionRefusedError
   */
  async resolve<T extends Hooks, Context = never>(type: Contract<T, Context>, ...[options]: WithContext<Context>): Promise<T> {
    const built = await this.#select(type, options?.context, (instance) => this.#runtime.pool.lend(instance))
    return built.object as T
  }

  /**
   * One instance's object, lent.
   *
   * @throws InstanceNotFoundError for an unknown, malformed, other type's or disabled id; InstanceUnloadableError where it can't be built.
   */
  async getById<T extends Hooks>(type: Contract<T>, id: string, options: { readonly allowDisabled?: boolean } = {}): Promise<T> {
    await this.#runtime.whenReady()
    const slot = this.#runtime.slot(type)
    const wellFormed = typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
    if (!wellFormed) throw new InstanceNotFoundError(id, 'malformed', slot.type.key)
    const instance = this.#runtime.index.instance(id.toLowerCase())
    if (instance === undefined) throw new InstanceNotFoundError(id, 'unknown', slot.type.key)
    if (instance.typeKey !== slot.type.key) throw new InstanceNotFoundError(id, 'other_type', slot.type.key)
    if (instance.row.status === 'disabled' && options.allowDisabled !== true) throw new InstanceNotFoundError(id, 'disabled', slot.type.key)
    return (await this.#lend(instance)) as T
  }

  /**
   * Holds the selected object until the end of the block, or `release()`.
   *
   * @example
   * await using lease = await board.lease(PaymentGateway)
   * await lease.object.charge(order)
   */
  async lease<T extends Hooks, Context = never>(type: Contract<T, Context>, ...[options]: WithContext<Context>): Promise<Lease<T>> {
    const built = await this.#select(type, options?.context, (instance) => this.#runtime.pool.acquire(instance))
    let held = true
    const letGo = (): void => {
      if (held) built.release()
      held = false
    }
    return {
      object: built.object as T,
      instance: built.view,
      release: letGo,
      [Symbol.asyncDispose]: async () => letGo(),
    }
  }

  /**
   * Metadata of a type's instances in selection order. Nothing is decrypted.
   *
   * @throws NotReadyError, UnknownTypeError
   */
  instances<T extends Hooks>(type: Contract<T>, options: { readonly status?: InstanceStatus } = {}): readonly InstanceInfo<T>[] {
    const slot = this.#runtime.slot(type)
    if (!this.#runtime.isReady) throw slot.none()
    return this.#runtime.index
      .ordered(slot.type)
      .filter((instance) => options.status === undefined || instance.row.status === options.status)
      .map((instance) => ({
        id: instance.row.id,
        type: instance.typeKey,
        plugin: instance.pluginKey,
        name: instance.row.name,
        status: instance.row.status,
        priority: instance.row.priority,
        weight: instance.row.weight,
        tags: instance.row.tags,
        load: async () => (await this.#lend(this.#runtime.index.instance(instance.row.id) ?? instance)) as T,
      }))
  }

  /**
   * A handle: the contract's methods, each call of which goes to what is selected at that moment, and on to the next instance where `methods` allows it.
   * Inject it once; it follows every change.
   *
   * With `{ failover: false }` it is the contract itself: calls pass straight through, and synchronous methods stay synchronous.
   *
   * @param options.context For the type's selector; a function is asked at each call.
   */
  use<T extends Hooks>(type: Contract<T, undefined>, options: { readonly failover: false }): DirectHandle<T>
  use<T extends Hooks, Context = never>(
    type: Contract<T, Context>,
    ...options: WithContext<Context | (() => Context), { readonly failover?: true }>
  ): Handle<T>
  use(type: AnyContract, options: { readonly failover?: boolean; readonly context?: unknown } = {}): object {
    const slot = this.#runtime.slot(type)
    return options.failover === false
      ? makeDirectHandle(slot, slot.type.methods)
      : makeHandle(this.#runtime.scope(slot), slot.type.methods, options.context)
  }

  /**
   * Failover around any work with the contract. The object is held until the work has ended.
   *
   * @param options.repeatable Whether the work may be done again elsewhere after any error but `Rejected`. Default false: only after `Unavailable`.
   * @throws AllInstancesFailedError, NoInstanceError, or what `work` threw
   */
  run<T extends Hooks, R, Context = never>(
    type: Contract<T, Context>,
    work: (object: T, instance: InstanceView) => R | PromiseLike<R>,
    ...[options]: WithContext<Context, { readonly repeatable?: boolean }>
  ): Promise<R> {
    const slot = this.#runtime.slot(type)
    const call = { method: 'run', kind: options?.repeatable === true ? 'repeatable' : 'once', context: options?.context } as const
    return callWithFailover(this.#runtime.scope(slot), call, (object, built) => work(object as T, built.view))
  }

  /**
   * Every instance of a type with the reason it was chosen or passed over. What it says is chosen is what a call would get.
   *
   * @throws what the type's selector throws
   */
  async explain<T extends Hooks, Context = never>(
    type: Contract<T, Context> | string,
    ...[options]: WithContext<Context>
  ): Promise<readonly Explained[]> {
    await this.#runtime.whenReady()
    const slot = this.#runtime.slot(type)
    const chosen = await slot.resolve(options?.context, (instance) => this.#runtime.pool.ensure(instance))
    return explainChoice(slot.considered(), chosen?.instance.row.id ?? null, slot.type.select === 'priority' ? 'priority' : 'function')
  }

  /** Makes the stored types and plugins equal to what the code registers. See {@link SyncOptions}. @throws SchemaMissingError, StoreError */
  async sync(options: SyncOptions = {}): Promise<SyncReport> {
    await this.#store.checkSchema()
    const done = await applySync(this.#store, this.#registry, options)
    if (done.changed && !done.dryRun && this.#runtime.revision !== undefined) await this.#runtime.refresh()
    return done
  }

  /** Creates or updates the tables; safe in many processes at once. */
  migrate(): Promise<MigrationReport> {
    return this.#store.migrate()
  }

  /** Looks for changes now, instead of at the next poll. */
  async refresh(): Promise<void> {
    await this.#runtime.ready()
    await this.#runtime.refresh()
  }

  /** How the board stands: revision, keys, processes, and what can't be loaded and why. */
  async status(): Promise<BoardStatus> {
    const runtime = this.#runtime
    const unloadable = [...this.#registry.types.values()].flatMap((type) =>
      runtime
        .slot(type.key)
        .considered()
        .filter(({ excluded, note }) => note !== undefined || (excluded !== undefined && excluded.reason !== 'disabled'))
        .map(({ candidate, excluded, note }) => ({
          id: candidate.id,
          name: candidate.name,
          type: type.key,
          reason: excluded?.reason ?? 'build_failed',
          text: excluded?.text ?? note ?? '',
        })),
    )
    return {
      ready: runtime.isReady,
      revision: runtime.revision,
      epoch: runtime.epoch,
      freshness: runtime.freshness,
      store: this.#store.description,
      keys: { primary: this.#keyring?.primary, ids: this.#keyring?.ids ?? [] },
      unloadable,
      processes: runtime.revision === undefined ? [] : await this.#store.read((reader) => reader.processes()).catch(() => []),
    }
  }

  /**
   * Listens.
   *
   * @returns A function that ends it.
   */
  on<N extends EventName>(event: N, listener: (event: BoardEvents[N]) => void): () => void {
    return this.#runtime.events.on(event, listener)
  }

  /** Waits for calls in flight, disposes every object, closes what the board opened. Calls afterwards throw BoardClosedError. */
  close(): Promise<void> {
    this.#closing ??= this.#runtime.close(this.#closeDeadline)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** @internal What is registered and stored, for the command line and the admin. */
  get internals(): {
    readonly registry: Registry
    readonly runtime: Runtime
    readonly store: Store
    readonly keyring: Keyring | undefined
  } {
    return { registry: this.#registry, runtime: this.#runtime, store: this.#store, keyring: this.#keyring }
  }

  async #select(type: AnyContract, context: unknown, take: (instance: IndexedInstance) => Promise<Built>): Promise<Built> {
    const slot = this.#runtime.slot(type)
    await this.#runtime.whenReady()
    const built = await slot.resolve(context, take)
    if (built === undefined) throw slot.none()
    return built
  }

  async #lend(instance: IndexedInstance): Promise<Hooks> {
    return (await this.#runtime.pool.lendCurrent(instance)).object
  }
}
