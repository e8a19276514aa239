import type {
  HealthRow,
  HistoryRow,
  InstanceRow,
  MetaRow,
  PluginRow,
  ProcessRow,
  SealedConfig,
  SealedHistory,
  SealedInstance,
  Status,
  TypeRow,
} from './rows.ts'

/** What `migrate` did. */
export interface MigrationReport {
  readonly from: number
  readonly to: number
  /** Names of the migrations applied, in order. */
  readonly applied: readonly string[]
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

/** How many instances a plugin has. */
export interface InstanceCount {
  readonly pluginId: string
  readonly typeId: string
  readonly live: number
  readonly removed: number
}

/** Reads, all from one consistent snapshot of the database. */
export interface StoreReader {
  meta(): Promise<MetaRow>
  /** Types touched after `since`, removed ones included; without `since` the live ones. */
  types(since?: number): Promise<readonly TypeRow[]>
  plugins(since?: number): Promise<readonly PluginRow[]>
  instances(filter?: InstanceFilter): Promise<readonly InstanceRow[]>
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
}

/** The database as the board sees it: rows and sealed configs. It knows no plugin class and no key. */
export interface Store {
  /** For messages: `sqlite (orders.db)`. Holds no password. */
  readonly description: string
  /** A new UUID v7; later ones sort after earlier ones within a process. */
  newId(): string
  /** Applies what is missing, under a lock; safe in many processes at once. */
  migrate(): Promise<MigrationReport>
  /** Throws `SchemaMissingError` or `SchemaTooNewError` where this release can't work with the database. */
  checkSchema(): Promise<void>
  /** Epoch and revision now: the cheap question of the safety poll. */
  head(): Promise<Pick<MetaRow, 'epoch' | 'revision'>>
  read<T>(work: (reader: StoreReader) => Promise<T>): Promise<T>
  /** Runs `work` in one transaction whose first statement raises the revision. */
  write<T>(work: (writer: StoreWriter) => Promise<T>): Promise<T>
  /**
   * Sets the key check where none is set yet. Gives the one that stands afterwards. Raises no revision.
   */
  initKeyCheck(token: string): Promise<string>
  /** Records that this process lives; drops processes not seen for `forgetAfter` ms. Raises no revision. */
  heartbeat(row: ProcessRow, forgetAfter: number): Promise<void>
  /** Takes this process out of the list. */
  forgetProcess(id: string): Promise<void>
  /** Records outcomes of tests. Raises no revision. */
  recordHealth(rows: readonly HealthRow[]): Promise<void>
  /**
   * A cheap, local sign that something may have changed, where the database has one (SQLite's `data_version`): a value that differs
   * from the last one when another connection has written. `undefined` where only `head()` tells.
   */
  changeMark?(): Promise<number>
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
}
