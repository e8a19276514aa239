// Long because it is the board's whole public face, and its docblocks are the reference; each method only hands on to the room that does the work.
import type { AnyContract, Contract, DirectHandle, Handle, Hooks, InstanceStatus, InstanceView, PluginClass } from './contract/index.ts'
import { parseKeyring, type Keyring } from './crypto/index.ts'
import { InstanceNotFoundError, KeyringError, RegistrationError, messageOf, type RegistrationProblem } from './errors/index.ts'
import {
  checkAll,
  Operations,
  ScheduledChecks,
  type CheckAllOptions,
  type CheckedInstance,
  type OperationScope,
} from './operations/index.ts'
import { readAllowList, References, type ReferenceOptions } from './references/index.ts'
import { buildRegistry, durationProblem, type Registry, type TypeReference } from './registry/index.ts'
import { release } from './release.ts'
import {
  Caller,
  limitsOf,
  makeDirectHandle,
  makeHandle,
  Runtime,
  syncChannel,
  systemClock,
  traced,
  type BoardEvents,
  type CallLimits,
  type Clock,
  type Built,
  type EventName,
  type Freshness,
  type IndexedInstance,
  type Logger,
} from './runtime/index.ts'
import { explainChoice, type Choosing, type Explained } from './selection/index.ts'
import {
  livingProcesses,
  type MigrationPlan,
  type MigrationReport,
  type Notifier,
  type ProcessRow,
  type Store,
  type StoreFactory,
} from './store/index.ts'
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
  /** What secrets may refer to instead of being stored: environment variables, files, schemes of your own. Default: nothing. */
  readonly references?: ReferenceOptions
  /** `on-start`: `ready()` syncs. Default: never by itself. */
  readonly sync?: 'on-start'
  /** `on-start`: `ready()` migrates. Default: never by itself. */
  readonly migrate?: 'on-start'
  /**
   * Milliseconds between two looks for changes by other processes. They are heard of at once, as a rule, by what the database or a notifier tells; this
   * is the bound for what that loses. Default 1,000; at least 50.
   */
  readonly refreshEvery?: number
  /** Carries word of changes between processes, where the database does not: `redis(…)` from `plugboard/redis`. */
  readonly notifier?: Notifier
  /** Tests every instance now and then, as {@link CheckSchedule} says. Default: never by itself. */
  readonly checks?: CheckSchedule
  /** Milliseconds an object that `get`, `resolve` or `load` lent lives after it was replaced. Default 60,000. */
  readonly disposeAfter?: number
  /** Milliseconds that validating a config, a plugin's construction with `onStart`, and its `onDispose`, may take each. Default 10,000. */
  readonly buildDeadline?: number
  /** Milliseconds `close()` waits for calls in flight. Default 10,000. */
  readonly closeDeadline?: number
  /** Anything with pino's method shapes. Default: silent. */
  readonly logger?: Logger
  /** What time it is. Default: the machine's; in a test `fakeClock()` from `plugboard/testing`. */
  readonly clock?: Clock
}

/**
 * How each instance's `onTest` is run now and then: once across all processes that run the same plugins, disabled ones left out. The outcomes are the
 * instances' health; the `health` event tells, in the process that checked, when one changes.
 */
export interface CheckSchedule {
  /** Milliseconds between two checks of one instance, a tenth more or less; at least 50. */
  readonly every: number
  /** Milliseconds each `onTest` may take. Default 10,000. */
  readonly deadline?: number
  /** So many at a time. Default 4. */
  readonly concurrency?: number
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

/** How long to wait for an object: to be selected, and built where that has not happened. */
export interface WaitLimits {
  /** Milliseconds. Default: no end. */
  readonly deadline?: number
  readonly signal?: AbortSignal
}

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
  /** Instances that this process passes over since their calls failed, or an operator ejected them; and those on trial. */
  readonly ejected: readonly { readonly id: string; readonly name: string; readonly type: string; readonly text: string }[]
  /** Types that select otherwise than their code says, or are told to and can't: `note` says why. */
  readonly strategies: readonly {
    readonly type: string
    readonly strategy: Choosing
    readonly stored: string
    readonly note: string | null
  }[]
  /** By what changes of other processes are heard of at once. `listening: false`: not just now; then the look every `refreshEvery` ms finds them. */
  readonly sources: readonly { readonly name: string; readonly listening: boolean }[]
  /**
   * Processes on this database that were seen in the last minute, each with the revision it serves (of others as of up to 2 s ago); empty while it
   * can't be read.
   */
  readonly processes: readonly ProcessRow[]
}

const leastRefresh = 50

/**
 * Registers and checks plugins and types. Connects to nothing yet.
 *
 * @throws RegistrationError listing every problem, those of the keyring and of `references` included.
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
  const allowed = readAllowList(options.references, problems)
  if (typeof (options.store as Partial<StoreFactory> | undefined)?.open !== 'function') {
    report('store_invalid', 'createBoard({ store })', "is no store. Give one, e.g. sqlite('plugboard.db') from 'plugboard/sqlite'")
  }
  if (options.notifier !== undefined && typeof (options.notifier as Partial<Notifier> | null)?.open !== 'function') {
    report('notifier_invalid', 'createBoard({ notifier })', "is no notifier. Give one, e.g. redis(client) from 'plugboard/redis'")
  }
  const durations = ['refreshEvery', 'disposeAfter', 'buildDeadline', 'closeDeadline'] as const
  for (const name of durations) {
    const problem = options[name] === undefined ? undefined : durationProblem(options[name], name === 'refreshEvery' ? leastRefresh : 0)
    if (problem !== undefined) report('duration_invalid', `createBoard({ ${name} })`, problem)
  }
  checkSchedule(options.checks, report)
  if (problems.length > 0 || registry === undefined) throw new RegistrationError(problems)
  return new Board(options, registry, keyring, new References({ allowed, env: process.env, keys: options.keys }))
}

function checkSchedule(checks: CheckSchedule | undefined, report: (code: string, subject: string, message: string) => void): void {
  if (checks === undefined) return
  const { every, deadline = 1, concurrency = 1 } = checks
  const problems = { every: durationProblem(every, leastRefresh), deadline: durationProblem(deadline, 1) }
  for (const [name, problem] of Object.entries(problems)) {
    if (problem !== undefined) report('duration_invalid', `createBoard({ checks: { ${name} } })`, problem)
  }
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1_000)
    report('checks_invalid', 'createBoard({ checks: { concurrency } })', `is ${concurrency}, not a whole number from 1 to 1,000`)
}

/** The registered plugins joined to the stored instances. Made by {@link createBoard}. */
export class Board implements AsyncDisposable {
  /** What an operator does: create, update, order, test, remove, history. Every change takes an actor. */
  readonly admin: Operations
  readonly #runtime: Runtime
  /** Of the runtime: the one look-up of a warm `get`. */
  readonly #asked: Runtime['asked']
  readonly #store: Store
  readonly #registry: Registry
  readonly #keyring: Keyring | undefined
  readonly #closeDeadline: number
  readonly #scope: OperationScope
  readonly #checks: ScheduledChecks | undefined
  readonly #now: () => number
  #closing: Promise<void> | undefined

  /** @internal */
  constructor(options: BoardOptions, registry: Registry, keyring: Keyring | undefined, references: References) {
    const { clock = systemClock } = options
    const now = (): number => clock.now()
    const elapsed = (): number => clock.elapsed()
    const after: Clock['after'] = (...timer) => clock.after(...timer)
    this.#now = now
    this.#registry = registry
    this.#keyring = keyring
    this.#closeDeadline = options.closeDeadline ?? 10_000
    this.#store = options.store.open({ now, onWritten: (revision) => this.#runtime.written(revision) })
    const buildDeadline = options.buildDeadline ?? 10_000
    this.#runtime = new Runtime({
      registry,
      keyring,
      references,
      store: this.#store,
      logger: options.logger,
      notifier: options.notifier,
      refreshEvery: options.refreshEvery ?? 1_000,
      disposeAfter: options.disposeAfter ?? 60_000,
      buildDeadline,
      release,
      now,
      elapsed,
      after,
      isExact: clock.isExact === true,
      started: () => this.#checks?.start(),
      random: Math.random,
      prepare: async () => {
        if (options.migrate === 'on-start') await this.#store.migrate()
        if (options.sync !== 'on-start') return
        await this.#store.checkSchema()
        await this.#applySync({})
      },
    })
    this.#asked = this.#runtime.asked
    const tools = { registry, keyring, references, store: this.#store, runtime: this.#runtime, now, elapsed, after }
    this.#scope = { ...tools, validateDeadline: buildDeadline, testDeadline: 10_000 }
    this.admin = new Operations(this.#scope)
    this.#checks =
      options.checks &&
      new ScheduledChecks({
        scope: this.#scope,
        deadline: 10_000,
        concurrency: 4,
        ...options.checks,
        holder: this.#runtime.processId,
        logger: options.logger,
        random: Math.random,
      })
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
    // The registry has checked that this object's class implements the contract.
    return (this.#asked.get(type)?.lent ?? this.#getSlow(type)) as T
  }

  #getSlow(type: TypeReference): Hooks {
    const slot = this.#runtime.slot(type)
    const built = slot.find()
    if (built === undefined) throw slot.none()
    return built.object
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
    return this.#getSlow(key)
  }

  /**
   * Selects for a context, and builds on demand. The object is lent.
   *
   * @throws NoInstanceError; what the type's selector throws; SelectionRefusedError; DeadlineError; the reason of `signal`
   */
  async resolve<T extends Hooks, Context = never>(type: Contract<T, Context>, ...[options]: WithContext<Context, WaitLimits>): Promise<T> {
    const built = await this.#select(type, options, 'lend')
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
  async lease<T extends Hooks, Context = never>(
    type: Contract<T, Context>,
    ...[options]: WithContext<Context, WaitLimits>
  ): Promise<Lease<T>> {
    const built = await this.#select(type, options, 'acquire', (late) => late.release())
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
   * @param options.deadline Milliseconds for a whole call; `options.attemptDeadline` for each attempt. Default: the type's.
   * @param options.signal Ends the wait of each call when it aborts; a function is asked at each call.
   * @throws InvalidInputError for a deadline that is none
   */
  use<T extends Hooks>(type: Contract<T, undefined>, options: { readonly failover: false }): DirectHandle<T>
  use<T extends Hooks, Context = never>(
    type: Contract<T, Context>,
    ...options: WithContext<Context | (() => Context), CallLimits & { readonly failover?: true }>
  ): Handle<T>
  use(type: AnyContract, options: CallLimits & { readonly failover?: boolean; readonly context?: unknown } = {}): object {
    const slot = this.#runtime.slot(type)
    if (options.failover === false) return makeDirectHandle(slot, slot.type.methods)
    return makeHandle(this.#runtime.scope(slot), slot.type.methods, {
      context: options.context,
      limits: limitsOf(slot.type.limits, options),
    })
  }

  /**
   * Failover around any work with the contract. The object is held until the work has ended.
   *
   * @param options.repeatable Whether the work may be done again elsewhere after any error but `Rejected`. Default false: only after `Unavailable`.
   * @throws AllInstancesFailedError, NoInstanceError, DeadlineError, the reason of `signal`, or what `work` threw
   */
  run<T extends Hooks, R, Context = never>(
    type: Contract<T, Context>,
    work: (object: T, instance: InstanceView) => R | PromiseLike<R>,
    ...[options]: WithContext<Context, CallLimits & { readonly repeatable?: boolean }>
  ): Promise<R> {
    const slot = this.#runtime.slot(type)
    const caller = new Caller(this.#runtime.scope(slot), {
      method: 'run',
      kind: options?.repeatable === true ? 'repeatable' : 'once',
      isWork: true,
      context: contextOf(options?.context),
      limits: limitsOf(slot.type.limits, options ?? {}),
    })
    // What the work gives is what comes back.
    return caller.start((object, built) => work(object as T, built.view)) as Promise<R>
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
    const slot = this.#runtime.slot(type)
    if (!slot.isStoodIn) await this.#runtime.whenReady()
    const chosen = await slot.preview(options?.context)
    return explainChoice(slot.considered(), chosen, slot.inForce.choosing)
  }

  /** Makes the stored types and plugins equal to what the code registers. See {@link SyncOptions}. @throws SchemaMissingError, StoreError */
  async sync(options: SyncOptions = {}): Promise<SyncReport> {
    await this.#store.checkSchema()
    const done = await this.#applySync(options)
    if (done.changed && !done.dryRun && this.#runtime.revision !== undefined) await this.#runtime.refresh()
    return done
  }

  #applySync(options: SyncOptions): Promise<SyncReport> {
    const begun = { mode: options.mode ?? ('create' as const), dryRun: options.dryRun === true, changed: undefined }
    return traced(
      syncChannel,
      () => ({ ...begun }),
      async (message) => {
        const report = await applySync({ store: this.#store, registry: this.#registry, now: this.#now }, options)
        if (message !== undefined) message.changed = report.changed
        return report
      },
    )
  }

  /** Creates or updates the tables; safe in many processes at once. */
  migrate(): Promise<MigrationReport> {
    return this.#store.migrate()
  }

  /** What `migrate` would do now, statement by statement, for people who apply migrations themselves. Writes nothing. @throws SchemaTooNewError, StoreError */
  planMigration(): Promise<MigrationPlan> {
    return this.#store.planMigration()
  }

  /**
   * In what tables, columns and indexes differ from those that the migrations make: one sentence for each difference, none where all is as it should be.
   *
   * @throws SchemaMissingError, SchemaTooNewError, StoreError
   */
  findDrift(): Promise<readonly string[]> {
    return this.#store.findDrift()
  }

  /** Looks for changes now, instead of at the next poll. */
  async refresh(): Promise<void> {
    await this.#runtime.ready()
    await this.#runtime.refresh()
  }

  /**
   * Runs `onTest` of every instance that may be selected, now: for who has a job runner of their own. It takes no lease: whoever calls it runs it.
   *
   * @throws UnknownTypeError, InvalidInputError, StoreError, or the signal's reason
   * @example
   * const failed = (await board.checkAll({ signal: AbortSignal.timeout(60_000) })).filter(({ outcome }) => !outcome.ok)
   */
  checkAll(options: CheckAllOptions = {}): Promise<readonly CheckedInstance[]> {
    return checkAll(this.#scope, options)
  }

  /** How the board stands: revision, keys, processes, and what can't be loaded and why. */
  async status(): Promise<BoardStatus> {
    const runtime = this.#runtime
    const considered = [...this.#registry.types.values()].flatMap((type) =>
      runtime
        .slot(type.key)
        .considered()
        .map((each) => Object.assign({ type: type.key }, each)),
    )
    const unloadable = considered
      .filter(({ excluded, note, isOutOfService }) => isOutOfService === undefined && (note !== undefined || excluded !== undefined))
      .filter(({ excluded }) => excluded?.reason !== 'disabled')
      .map(({ type, candidate: { id, name }, excluded, note }) => ({
        id,
        name,
        type,
        reason: excluded?.reason ?? 'build_failed',
        text: excluded?.text ?? note ?? '',
      }))
    const ejected = considered
      .filter(({ isOutOfService }) => isOutOfService === true)
      .map(({ type, candidate: { id, name }, excluded, note }) => ({ id, name, type, text: excluded?.text ?? note ?? '' }))
    return {
      ready: runtime.isReady,
      revision: runtime.revision,
      epoch: runtime.epoch,
      freshness: runtime.freshness,
      store: this.#store.description,
      keys: { primary: this.#keyring?.primary, ids: this.#keyring?.ids ?? [] },
      unloadable,
      ejected,
      strategies: [...this.#registry.types.values()].flatMap(({ key }) => {
        const { choosing, stored, note } = runtime.slot(key).inForce
        return stored === null ? [] : [{ type: key, strategy: choosing, stored, note }]
      }),
      sources: runtime.sources,
      processes: await this.#processes(),
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
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    // The checks need the database until they have ended, to keep what came out and to give their lease back.
    if (this.#checks !== undefined) await this.#checks.stop(this.#closeDeadline)
    await this.#runtime.close(this.#closeDeadline)
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

  async #select(
    type: AnyContract,
    options: (WaitLimits & { readonly context?: unknown }) | undefined,
    take: 'acquire' | 'lend',
    late?: (built: Built) => void,
  ): Promise<Built> {
    const slot = this.#runtime.slot(type)
    const select = async (): Promise<Built> => {
      if (!slot.isStoodIn) await this.#runtime.whenServing()
      const built = await slot.resolve(options?.context, take)
      if (built === undefined) throw slot.none()
      return built
    }
    return this.#runtime.waitFor(select, options, `Selecting an instance of '${slot.type.key}'`, late)
  }

  async #processes(): Promise<readonly ProcessRow[]> {
    const { revision, processId } = this.#runtime
    if (revision === undefined) return []
    const rows = await this.#store.read((reader) => reader.processes()).catch(() => [])
    return livingProcesses(rows, this.#now()).map((row) => (row.id === processId ? Object.assign({}, row, { revision }) : row))
  }

  async #lend(instance: IndexedInstance): Promise<Hooks> {
    return (await this.#runtime.pool.lendCurrent(instance)).object
  }
}

/** As it is, a function too: only a handle asks one. */
function contextOf(context: unknown): unknown {
  return () => context
}
