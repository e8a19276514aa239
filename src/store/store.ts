// Long because it is the one interface between the board and a database, and its docblocks are what a driver is written by.
import type {
  CataloguePlugin,
  HealthRow,
  HistoryRow,
  InstanceRow,
  LeaseRow,
  MetaRow,
  PluginRow,
  ProcessRow,
  SealedConfig,
  SealedHistory,
  SealedInstance,
  SnapshotPlugin,
  Status,
  TypeRow,
} from './rows.ts'
import type { ChangeListener, ChangeWatch } from './watch.ts'

/** What `migrate` did. */
export interface MigrationReport {
  readonly from: number
  readonly to: number
  /** Names of the migrations applied, in order. */
  readonly applied: readonly string[]
}

/** What a store works with, each with its version: `better-sqlite3 12.4.1`, `SQLite 3.50.4`. */
export interface StoreAbout {
  readonly driver: string
  readonly server: string
}

/** What `migrate` would do now. */
export interface MigrationPlan {
  readonly from: number
  readonly to: number
  /** Names of the migrations that are missing, in order. */
  readonly migrations: readonly string[]
  /** Their statements, whole, without an end mark. */
  readonly statements: readonly string[]
  /** Whether they take effect together where they are run in one transaction. */
  readonly transactional: boolean
}

/** Which instances to read. Absent filters match all. Removed ones are among them only with `since` or `removed: true`. In the order of creation; with `since` in that of the last touch. */
export interface InstanceFilter {
  /** Only rows touched after this board revision, removed ones included. */
  readonly since?: number
  readonly ids?: readonly string[]
  readonly typeId?: string
  readonly removed?: boolean
}

/** Which history to read, newest first. */
export interface HistoryFilter {
  readonly instanceId?: string
  readonly typeId?: string
  /** At most so many; default 50. */
  readonly limit?: number
  /** Only entries of a lower revision: the keyset of the page before. */
  readonly before?: { readonly revision: number; readonly id: string }
}

/** Which sealed tokens to read: a page in the order of ids. */
export interface SealedPage {
  /** Goes on after this id. */
  readonly after?: string
  /** At most so many rows; fewer where they are megabytes, but one at least. */
  readonly limit: number
}

/** How many rows hold a sealed config. */
export interface SealedCounts {
  readonly instances: number
  readonly history: number
}

/** Which history to delete. */
export interface HistoryPurge {
  /** Entries of before this time, milliseconds since the epoch. */
  readonly before: number
  /** So many newest entries of each instance stay, however old. */
  readonly keepLast: number
  /** Removed instances of before this time go too, with their history of before `before`; `null`: none does. */
  readonly tombstonesBefore: number | null
}

/** What such a purge deletes. */
export interface PurgeCounts {
  readonly entries: number
  readonly tombstones: number
}

/** Which removed instances to read: the last removed first. */
export interface RemovedFilter {
  /** Of these types; default all. */
  readonly typeIds?: readonly string[]
  readonly limit: number
  /** Goes on after this one: the keyset of the page before. */
  readonly after?: { readonly removedAt: number; readonly id: string }
}

/** A request that made an instance. */
export interface MadeOnce {
  /** Of who asked and what they called the request: a digest. */
  readonly id: string
  /** Of what was asked for: a digest. */
  readonly fingerprint: string
  readonly instanceId: string
}

/** How many instances a plugin has. */
export interface InstanceCount {
  readonly pluginId: string
  readonly typeId: string
  readonly live: number
  readonly removed: number
}

/** What was written since a revision. */
export type Changes = { readonly head: Pick<MetaRow, 'epoch' | 'revision'> } & (
  | {
      readonly more: false
      /** Instances touched since, removed ones included. */
      readonly instances: readonly InstanceRow[]
      /** Their configs, but for those that are too long to come along. */
      readonly configs: readonly SealedConfig[]
    }
  /** More than comes along: `read` tells. */
  | { readonly more: true }
)

/** Reads, all from one consistent snapshot of the database. */
export interface StoreReader {
  meta(): Promise<MetaRow>
  /** Types touched after `since`, removed ones included; without `since` the live ones. */
  types(since?: number): Promise<readonly TypeRow[]>
  plugins(since?: number): Promise<readonly PluginRow[]>
  instances(filter?: InstanceFilter): Promise<readonly InstanceRow[]>
  /** All that a snapshot holds, in no order: what was touched after `since`, removed rows included; without `since` the live rows. */
  snapshot(since?: number): Promise<SnapshotRows>
  /** Types and plugins, pruned ones included; plugins in no order, and `whole` with what the code owns. */
  catalogue(options: { readonly whole: boolean }): Promise<Catalogue>
  /** The first instances of each of these types in selection order, disabled and removed ones left out: of each status at most `most`. */
  heads(typeIds: readonly string[], most: number): Promise<readonly InstanceRow[]>
  /** Removed instances, a page at a time. */
  removed(filter: RemovedFilter): Promise<readonly InstanceRow[]>
  /** Whether there are more live instances than this. It looks at no more than so many. */
  hasMoreInstancesThan(count: number): Promise<boolean>
  instanceCounts(): Promise<readonly InstanceCount[]>
  /** Sealed configs by instance id, removed instances included. */
  configs(ids: readonly string[]): Promise<readonly SealedConfig[]>
  history(filter?: HistoryFilter): Promise<readonly HistoryRow[]>
  /** Instances that hold a sealed config, removed ones included, in the order of ids. Ends with an empty page. */
  sealedInstances(page: SealedPage): Promise<readonly SealedInstance[]>
  /** History entries that hold a sealed config, in the order of ids. Ends with an empty page. */
  sealedHistory(page: SealedPage): Promise<readonly SealedHistory[]>
  sealedCounts(): Promise<SealedCounts>
  /** What `purgeHistory` would delete. */
  purgeable(purge: HistoryPurge): Promise<PurgeCounts>
  processes(): Promise<readonly ProcessRow[]>
  health(ids?: readonly string[]): Promise<readonly HealthRow[]>
  /** `null` where nobody has it. */
  lease(name: string): Promise<LeaseRow | null>
}

/** Rows as one consistent read gives them. */
export interface SnapshotRows {
  readonly types: readonly TypeRow[]
  readonly plugins: readonly SnapshotPlugin[]
  readonly instances: readonly InstanceRow[]
}

/** What the database knows of code. */
export interface Catalogue {
  readonly types: readonly TypeRow[]
  readonly plugins: readonly CataloguePlugin[]
  readonly counts: readonly InstanceCount[]
}

export type NewType = Pick<TypeRow, 'key' | 'label' | 'description'>
export type NewPlugin = Pick<
  PluginRow,
  'typeId' | 'key' | 'label' | 'description' | 'configurable' | 'schema' | 'defaultPriority' | 'defaulted'
>
export interface NewInstance {
  /** From `store.newId()`: the sealed config is bound to it. */
  readonly id: string
  readonly typeId: string
  readonly pluginId: string
  readonly name: string
  readonly status: Status
  readonly priority: number
  readonly weight: number
  readonly tags: readonly string[]
  readonly config: string | null
  readonly keyId: string | null
  readonly configVersion: number
  readonly managedBy: string | null
}
export type TypeChange = Partial<Pick<TypeRow, 'key' | 'label' | 'description' | 'strategy' | 'removedAt'>> & {
  readonly id: string
  readonly reordered?: true
}
export type PluginChange = Partial<
  Pick<PluginRow, 'key' | 'label' | 'description' | 'configurable' | 'schema' | 'defaultPriority' | 'defaulted' | 'removedAt'>
> & { readonly id: string }
export interface InstanceChange {
  readonly id: string
  readonly name?: string
  readonly status?: Status
  readonly priority?: number
  readonly weight?: number
  readonly tags?: readonly string[]
  readonly config?: string | null
  readonly keyId?: string | null
  readonly configVersion?: number
  readonly managedBy?: string | null
  readonly removedAt?: number | null
  /** Raises `configRevision`: the object must be rebuilt. */
  readonly rebuild?: true
  /** Leaves `revision` as it is: a reorder or a re-sealing. */
  readonly quiet?: true
}
/** Where a sealed config stands: in an instance's row, or in an entry of the history. */
export type TokenPlace = 'instance' | 'history-before' | 'history-after'
/** One token in the place of another. */
export interface Resealing {
  /** Of the row. */
  readonly id: string
  /** The token that was read: where another one stands by now, the row is left alone. */
  readonly was: string
  readonly token: string
  readonly keyId: string
}
export type NewHistory = Omit<HistoryRow, 'id' | 'revision' | 'at'>

/** Reads and writes in one transaction, under the lock of the meta row. Rolled back when the work throws. */
export interface StoreWriter extends StoreReader {
  /** The board revision this write makes. */
  readonly revision: number
  /** Milliseconds since the epoch, one value for the whole write. */
  readonly now: number
  /** Inserts in a constant number of statements; gives the rows' ids in the same order. */
  insertTypes(rows: readonly NewType[]): Promise<readonly string[]>
  insertPlugins(rows: readonly NewPlugin[]): Promise<readonly string[]>
  /** Throws `UniqueViolationError` where a plugin already has a live instance of that name. */
  insertInstances(rows: readonly NewInstance[]): Promise<void>
  updateTypes(changes: readonly TypeChange[]): Promise<void>
  updatePlugins(changes: readonly PluginChange[]): Promise<void>
  updateInstances(changes: readonly InstanceChange[]): Promise<void>
  /** New priorities of one type's instances, in a constant number of statements; leaves their revisions. */
  reprioritise(priorities: readonly { readonly id: string; readonly priority: number }[]): Promise<void>
  appendHistory(rows: readonly NewHistory[]): Promise<void>
  /**
   * Puts tokens in the place of those that were read, in a constant number of statements. It is no edit: it leaves `revision`, `configRevision` and
   * `updatedAt`.
   *
   * @returns How many were replaced: fewer than given where somebody was faster.
   */
  reseal(place: TokenPlace, changes: readonly Resealing[]): Promise<number>
  /**
   * Deletes old history. Of each instance that is kept, whatever an entry that stays refers to stays: the state at each can still be told, and the
   * newest entry that holds a config is always there.
   */
  purgeHistory(purge: HistoryPurge): Promise<PurgeCounts>
  setKeyCheck(token: string): Promise<void>
  /**
   * Notes that a request makes an instance, and forgets those of before `forgetBefore`.
   *
   * @returns What was noted under its id before; `null` where nothing was, and it is noted now.
   */
  noteRequest(request: MadeOnce, forgetBefore: number): Promise<MadeOnce | null>
}

/** The database as the board sees it: rows and sealed configs. It knows no plugin class and no key. */
export interface Store {
  /** For messages: `sqlite (orders.db)`. Holds no password. */
  readonly description: string
  /** A new UUID v7; later ones sort after earlier ones within a process. */
  newId(): string
  /** Applies what is missing, under a lock; safe in many processes at once. */
  migrate(): Promise<MigrationReport>
  /** What `migrate` would do, statement by statement; for people who apply migrations themselves. Writes nothing. */
  planMigration(): Promise<MigrationPlan>
  /**
   * In what tables, columns and indexes differ from those that the migrations make; nothing where they don't. Throws as `checkSchema` does where the schema is
   * another version's.
   */
  findDrift(): Promise<readonly string[]>
  /** Throws `SchemaMissingError` or `SchemaTooNewError` where this release can't work with the database. */
  checkSchema(): Promise<void>
  /** Epoch and revision now: the cheap question of the safety poll. */
  head(): Promise<Pick<MetaRow, 'epoch' | 'revision'>>
  /** Epoch and revision now, and what was written after `since`, as one consistent read that costs one message. */
  changes(since: number): Promise<Changes>
  read<T>(work: (reader: StoreReader) => Promise<T>): Promise<T>
  /**
   * Runs `work` in one transaction whose first statement raises the revision. Where the database ends the transaction in favour of another (a deadlock),
   * it is run again, a few times at most: what it does beside the writer must bear that.
   */
  write<T>(work: (writer: StoreWriter) => Promise<T>): Promise<T>
  /**
   * Sets the key check where none is set yet. Gives the one that stands afterwards. Raises no revision.
   */
  initKeyCheck(token: string): Promise<string>
  /** Records that this process lives; drops processes not seen for `forgetAfter` ms, where that is given. Raises no revision. */
  heartbeat(row: ProcessRow, forgetAfter?: number): Promise<void>
  /** Takes this process out of the list. */
  forgetProcess(id: string): Promise<void>
  /**
   * Takes or keeps a lease: where the row still is what was seen of it (`null`: none), `holder` has it afterwards and its beat is raised.
   * Raises no revision.
   *
   * @returns The row as it stands then: another holder's where somebody was faster.
   */
  claimLease(name: string, holder: string, seen: LeaseRow | null): Promise<LeaseRow>
  /** Gives a lease back, where `holder` has it. */
  releaseLease(name: string, holder: string): Promise<void>
  /** Records outcomes of tests. Raises no revision. */
  recordHealth(rows: readonly HealthRow[]): Promise<void>
  /**
   * A cheap, local sign that something may have changed, where the database has one (SQLite's `data_version`): a value that differs
   * from the last one when another connection has written. `undefined` where only `head()` tells.
   */
  changeMark?(): Promise<number>
  /**
   * Listens for writes of other processes, where the database can tell of them at once. Never throws, and mends itself. What it tells is a hint and may
   * be lost; the poll finds it then.
   */
  watch?(changed: ChangeListener): ChangeWatch
  /** Which driver and server this is, for people who look for what is wrong. */
  about?(): Promise<StoreAbout>
  close(): Promise<void>
}

/** Opens a store; what `sqlite(...)` gives to `createBoard({ store })`. Connects on first use. */
export interface StoreFactory {
  readonly description: string
  open(options: StoreOptions): Store
}

export interface StoreOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Sees every statement sent to the database, values left out; beginning and ending a transaction is none. For tests and tracing. */
  readonly onStatement?: (sql: string) => void
  /** Told after each committed write, with the revision it made: for notifiers. */
  readonly onWritten?: (revision: number) => void
}
