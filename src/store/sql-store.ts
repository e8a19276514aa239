import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { v7 as uuid } from 'uuid'
import { SchemaMissingError, StoreError } from '../errors/index.ts'
import { upsertRows } from './bulk.ts'
import { claimLease } from './claim-lease.ts'
import type { Connections, Dialect, WatchOptions } from './dialect.ts'
import { ExclusiveWork } from './exclusive-work.ts'
import { findDrift } from './schema/drift.ts'
import { assertReadable, migrate, planMigration, schemaState, type SchemaState } from './schema/migrate.ts'
import { schemaVersion } from './migrations/index.ts'
import { toNumber } from './row-mapping.ts'
import { ChangesQuery } from './read-changes.ts'
import { retryConflicts } from './retry-conflicts.ts'
import type { HealthRow, LeaseRow, MetaRow, ProcessRow } from './rows.ts'
import { SqlReader } from './sql-reader.ts'
import { SqlWriter } from './sql-writer.ts'
import { madeStorable, storableText } from './storable-text.ts'
import type { Changes, MigrationPlan, MigrationReport, Store, StoreAbout, StoreOptions, StoreReader, StoreWriter } from './store.ts'
import { storeProblem } from './store-problem.ts'
import type { TableNames, Tables } from './tables.ts'
import { tableNames } from './tables.ts'
import type { ChangeListener, ChangeWatch } from './watch.ts'

export interface SqlStoreOptions extends StoreOptions {
  readonly dialect: Dialect
  readonly prefix: string
  /** Where the database has schemas: the tables'. Absent: the connection's own. */
  readonly schema?: string | undefined
}

/** The Store on any database that has a `Dialect`. Connects on first use; a connection that failed is tried again at the next call. */
export class SqlStore implements Store {
  readonly description: string
  readonly changeMark?: () => Promise<number>
  readonly watch?: (changed: ChangeListener) => ChangeWatch
  readonly about?: () => Promise<StoreAbout>
  readonly #dialect: Dialect
  readonly #prefix: string
  readonly #names: TableNames
  readonly #options: StoreOptions
  readonly #work = new ExclusiveWork()
  readonly #changes: ChangesQuery
  #connections: Promise<Connections> | undefined

  constructor({ dialect, prefix, schema, ...options }: SqlStoreOptions) {
    this.description = dialect.description
    this.#dialect = dialect
    this.#prefix = prefix
    this.#names = tableNames(prefix, schema)
    this.#changes = new ChangesQuery(this.#names)
    this.#options = options
    const changeMark = dialect.changeMark?.bind(dialect)
    if (changeMark !== undefined) this.changeMark = () => this.#run('changeMark', 'read', ({ reads }) => changeMark(reads))
    const watch = dialect.watch?.bind(dialect)
    if (watch !== undefined) this.watch = (changed) => watch({ ...this.#watched, changed })
    const about = dialect.about?.bind(dialect)
    if (about !== undefined) this.about = () => this.#run('about', 'read', ({ reads }) => about(reads))
  }

  newId(): string {
    return uuid()
  }

  migrate(): Promise<MigrationReport> {
    return this.#run('migrate', 'write', (connections) => migrate(connections, this.#schema))
  }

  planMigration(): Promise<MigrationPlan> {
    return this.#run('planMigration', 'read', ({ reads }) => planMigration(reads, this.#schema))
  }

  async findDrift(): Promise<readonly string[]> {
    return this.#run('findDrift', 'read', async ({ reads }) => {
      const state = await schemaState(reads, this.#schema)
      assertCurrent(state)
      return findDrift(reads, this.#schema, schemaVersion)
    })
  }

  async checkSchema(): Promise<void> {
    assertCurrent(await this.#run('checkSchema', 'read', ({ reads }) => schemaState(reads, this.#schema)))
  }

  head(): Promise<Pick<MetaRow, 'epoch' | 'revision'>> {
    return this.#run('head', 'read', async ({ reads }) => {
      const row = await reads.selectFrom(this.#names.meta).select(['epoch', 'revision']).executeTakeFirst()
      if (row === undefined) throw new SchemaMissingError(0, schemaVersion)
      return { epoch: row.epoch, revision: toNumber(row.revision) }
    })
  }

  changes(since: number): Promise<Changes> {
    return this.#run('changes', 'read', ({ reads }) => this.#changes.read(reads, since))
  }

  read<T>(work: (reader: StoreReader) => Promise<T>): Promise<T> {
    return this.#run('read', 'read', ({ reads }) =>
      reads
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((db) => this.#theirs(() => work(new SqlReader({ db, dialect: this.#dialect, names: this.#names })))),
    )
  }

  async write<T>(work: (writer: StoreWriter) => Promise<T>): Promise<T> {
    let written = 0
    const result = await this.#writing('write', async (db) => {
      const revision = await this.#raise(db)
      const now = this.#options.now()
      const done = await this.#theirs(() =>
        work(new SqlWriter({ db, dialect: this.#dialect, names: this.#names, revision, now, newId: () => this.newId() })),
      )
      written = revision
      return done
    })
    this.#options.onWritten?.(written)
    return result
  }

  initKeyCheck(token: string): Promise<string> {
    return this.#writing('initKeyCheck', async (db) => {
      const { meta } = this.#names
      await db
        .updateTable(meta)
        .set({ key_check: storableText('keyCheck', token) })
        .where('key_check', 'is', null)
        .execute()
      const row = await db.selectFrom(meta).select('key_check').executeTakeFirst()
      if (row === undefined || row.key_check === null) throw new SchemaMissingError(0, schemaVersion)
      return row.key_check
    })
  }

  async heartbeat(row: ProcessRow, forgetAfter?: number): Promise<void> {
    const { processes } = this.#names
    const sign = {
      id: row.id,
      host: row.host,
      pid: row.pid,
      release: row.release,
      key_ids: JSON.stringify(row.keyIds),
      revision: row.revision,
      started_at: row.startedAt,
      seen_at: row.seenAt,
      registered: row.registered === null ? null : JSON.stringify(row.registered),
      config_versions: row.configVersions === null ? null : JSON.stringify(row.configVersions),
    }
    const write = async ({ writes: db }: Connections): Promise<void> => {
      await upsertRows({ db, dialect: this.#dialect, table: processes }, 'id', [sign])
      if (forgetAfter === undefined) return
      const long = this.#options.now() - forgetAfter
      await db.deleteFrom(processes).where('seen_at', '<', long).where('id', '<>', row.id).execute()
    }
    // Each statement by itself: a sign of life is one message.
    await this.#run('heartbeat', 'write', (connections) =>
      retryConflicts(
        () => write(connections),
        (error) => this.#isConflict(error),
      ),
    )
  }

  async forgetProcess(id: string): Promise<void> {
    await this.#writing('forgetProcess', (db) => db.deleteFrom(this.#names.processes).where('id', '=', id).execute())
  }

  claimLease(name: string, holder: string, seen: LeaseRow | null): Promise<LeaseRow> {
    return this.#writing('claimLease', (db) =>
      claimLease({ db, dialect: this.#dialect, names: this.#names }, { name, holder, seen, now: this.#options.now() }),
    )
  }

  async releaseLease(name: string, holder: string): Promise<void> {
    await this.#writing('releaseLease', (db) =>
      db.deleteFrom(this.#names.leases).where('name', '=', name).where('holder', '=', holder).execute(),
    )
  }

  async recordHealth(rows: readonly HealthRow[]): Promise<void> {
    if (rows.length === 0) return
    const latest = new Map(rows.map((row) => [row.instanceId, row]))
    await this.#writing('recordHealth', (db) =>
      upsertRows(
        { db, dialect: this.#dialect, table: this.#names.health },
        'instance_id',
        // In one order, so that two processes don't wait for each other.
        Array.from(latest.values(), (row) => ({
          instance_id: row.instanceId,
          at: row.at,
          ok: Number(row.ok),
          latency_ms: row.latencyMs,
          message: madeStorable(row.message),
        })).toSorted((a, b) => (a.instance_id < b.instance_id ? -1 : 1)),
      ),
    )
  }

  async close(): Promise<void> {
    await this.#work.close()
    const opened = this.#connections
    this.#connections = undefined
    const connections = await opened?.catch(() => undefined)
    await connections?.close()
  }

  get #watched(): Omit<WatchOptions, 'changed'> {
    return {
      connect: () => this.#connect(),
      head: () => this.head(),
      mark: () => this.changeMark?.() ?? Promise.reject(new StoreError(`${this.description} has no change mark.`)),
      prefix: this.#prefix,
    }
  }

  get #schema(): { dialect: Dialect; names: TableNames; prefix: string } {
    return { dialect: this.#dialect, names: this.#names, prefix: this.#prefix }
  }

  /** Raises the revision, and so takes the lock of the meta row, before anything is read. */
  async #raise(db: Kysely<Tables>): Promise<number> {
    const { meta } = this.#names
    const raised = db
      .updateTable(meta)
      .set({ revision: sql`revision + 1` })
      .where('id', '=', 1)
    const columns = ['revision', 'schema_version as version', 'oldest_reader as oldestReader'] as const
    if (!this.#dialect.returning) await raised.execute()
    const announced = this.#dialect.announcement?.(this.#prefix)
    const given = announced === undefined ? raised.returning(columns) : raised.returning([...columns, announced.as('announced')])
    const row = await (this.#dialect.returning ? given : db.selectFrom(meta).select(columns)).executeTakeFirst()
    const version = toNumber(row?.version ?? 0)
    // Another release may have migrated while this process ran.
    if (row !== undefined) assertReadable({ version, oldestReader: toNumber(row.oldestReader) })
    if (row === undefined || version < schemaVersion) throw new SchemaMissingError(version, schemaVersion)
    return toNumber(row.revision)
  }

  #writing<T>(asked: string, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.#run(asked, 'write', ({ writes }) =>
      retryConflicts(
        () => writes.transaction().setIsolationLevel('read committed').execute(work),
        (error) => this.#isConflict(error),
      ),
    )
  }

  /** Whether the database ended the transaction in favour of another one. What was asked in the caller's work is an error of ours already. */
  #isConflict(error: unknown): boolean {
    const thrown = error instanceof Thrown ? error.thrown : error
    return this.#dialect.problem(thrown instanceof StoreError ? thrown.cause : thrown) === 'conflict'
  }

  /** Runs the caller's work: what it throws reaches the caller as it is, also where rolling back fails afterwards. */
  async #theirs<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw new Thrown(error)
    }
  }

  #run<T>(asked: string, kind: 'read' | 'write', work: (connections: Connections) => Promise<T>): Promise<T> {
    return this.#work.run(asked, kind, async () => {
      try {
        return await work(await this.#connect())
      } catch (error) {
        if (error instanceof Thrown) throw error.thrown
        throw storeProblem(error, this.#dialect)
      }
    })
  }

  async #connect(): Promise<Connections> {
    this.#connections ??= this.#dialect.connect(this.#options)
    const connecting = this.#connections
    try {
      return await connecting
    } catch (error) {
      if (this.#connections === connecting) this.#connections = undefined
      throw error
    }
  }
}

function assertCurrent(state: SchemaState): void {
  assertReadable(state)
  if (state.version < schemaVersion) throw new SchemaMissingError(state.version, schemaVersion)
}

/** Carries what the caller's work threw through Kysely's transaction. */
class Thrown extends Error {
  readonly thrown: unknown
  constructor(thrown: unknown) {
    super('thrown by the work')
    this.thrown = thrown
  }
}
