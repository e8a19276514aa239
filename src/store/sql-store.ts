import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { v7 as uuid } from 'uuid'
import { SchemaMissingError } from '../errors/index.ts'
import { upsertRows } from './bulk.ts'
import type { Connections, Dialect } from './dialect.ts'
import { ExclusiveWork } from './exclusive-work.ts'
import { assertReadable, migrate, schemaState } from './migrate.ts'
import { schemaVersion } from './migrations/index.ts'
import { toNumber } from './row-mapping.ts'
import type { HealthRow, MetaRow, ProcessRow } from './rows.ts'
import { SqlReader } from './sql-reader.ts'
import { SqlWriter } from './sql-writer.ts'
import { madeStorable, storableText } from './storable-text.ts'
import type { MigrationReport, Store, StoreOptions, StoreReader, StoreWriter } from './store.ts'
import { storeProblem } from './store-problem.ts'
import type { TableNames, Tables } from './tables.ts'
import { tableNames } from './tables.ts'

export interface SqlStoreOptions extends StoreOptions {
  readonly dialect: Dialect
  readonly prefix: string
}

/** The Store on any database that has a `Dialect`. Connects on first use; a connection that failed is tried again at the next call. */
export class SqlStore implements Store {
  readonly description: string
  readonly changeMark?: () => Promise<number>
  readonly #dialect: Dialect
  readonly #prefix: string
  readonly #names: TableNames
  readonly #options: StoreOptions
  readonly #work = new ExclusiveWork()
  #connections: Promise<Connections> | undefined

  constructor({ dialect, prefix, ...options }: SqlStoreOptions) {
    this.description = dialect.description
    this.#dialect = dialect
    this.#prefix = prefix
    this.#names = tableNames(prefix)
    this.#options = options
    const changeMark = dialect.changeMark?.bind(dialect)
    if (changeMark !== undefined) this.changeMark = () => this.#run('changeMark', 'read', ({ reads }) => changeMark(reads))
  }

  newId(): string {
    return uuid()
  }

  migrate(): Promise<MigrationReport> {
    return this.#run('migrate', 'write', (connections) => migrate(connections, this.#schema))
  }

  async checkSchema(): Promise<void> {
    const state = await this.#run('checkSchema', 'read', ({ reads }) => schemaState(reads, this.#schema))
    assertReadable(state)
    if (state.version < schemaVersion) throw new SchemaMissingError(state.version, schemaVersion)
  }

  head(): Promise<Pick<MetaRow, 'epoch' | 'revision'>> {
    return this.#run('head', 'read', async ({ reads }) => {
      const row = await reads.selectFrom(this.#names.meta).select(['epoch', 'revision']).executeTakeFirst()
      if (row === undefined) throw new SchemaMissingError(0, schemaVersion)
      return { epoch: row.epoch, revision: toNumber(row.revision) }
    })
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

  write<T>(work: (writer: StoreWriter) => Promise<T>): Promise<T> {
    return this.#writing('write', async (db) => {
      const revision = await this.#raise(db)
      const now = this.#options.now()
      return this.#theirs(() =>
        work(new SqlWriter({ db, dialect: this.#dialect, names: this.#names, revision, now, newId: () => this.newId() })),
      )
    })
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

  async heartbeat(row: ProcessRow, forgetAfter: number): Promise<void> {
    await this.#writing('heartbeat', async (db) => {
      const { processes } = this.#names
      await upsertRows({ db, dialect: this.#dialect, table: processes }, 'id', [
        {
          id: row.id,
          host: row.host,
          pid: row.pid,
          release: row.release,
          key_ids: JSON.stringify(row.keyIds),
          revision: row.revision,
          started_at: row.startedAt,
          seen_at: row.seenAt,
        },
      ])
      await db
        .deleteFrom(processes)
        .where('seen_at', '<', this.#options.now() - forgetAfter)
        .where('id', '<>', row.id)
        .execute()
    })
  }

  async forgetProcess(id: string): Promise<void> {
    await this.#writing('forgetProcess', (db) => db.deleteFrom(this.#names.processes).where('id', '=', id).execute())
  }

  async recordHealth(rows: readonly HealthRow[]): Promise<void> {
    if (rows.length === 0) return
    const latest = new Map(rows.map((row) => [row.instanceId, row]))
    await this.#writing('recordHealth', (db) =>
      upsertRows(
        { db, dialect: this.#dialect, table: this.#names.health },
        'instance_id',
        Array.from(latest.values(), (row) => ({
          instance_id: row.instanceId,
          at: row.at,
          ok: Number(row.ok),
          latency_ms: row.latencyMs,
          message: madeStorable(row.message),
        })),
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

  get #schema(): { dialect: Dialect; names: TableNames; prefix: string } {
    return { dialect: this.#dialect, names: this.#names, prefix: this.#prefix }
  }

  /** Raises the revision, and so takes the lock of the meta row, before anything is read. */
  async #raise(db: Kysely<Tables>): Promise<number> {
    const { meta } = this.#names
    const raised = db.updateTable(meta).set({ revision: sql`revision + 1` })
    const columns = ['revision', 'schema_version as version', 'oldest_reader as oldestReader'] as const
    if (!this.#dialect.returning) await raised.execute()
    const row = await (this.#dialect.returning ? raised.returning(columns) : db.selectFrom(meta).select(columns)).executeTakeFirst()
    const version = toNumber(row?.version ?? 0)
    // Another release may have migrated while this process ran.
    if (row !== undefined) assertReadable({ version, oldestReader: toNumber(row.oldestReader) })
    if (row === undefined || version < schemaVersion) throw new SchemaMissingError(version, schemaVersion)
    return toNumber(row.revision)
  }

  #writing<T>(asked: string, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.#run(asked, 'write', ({ writes }) => writes.transaction().setIsolationLevel('read committed').execute(work))
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

/** Carries what the caller's work threw through Kysely's transaction. */
class Thrown extends Error {
  readonly thrown: unknown
  constructor(thrown: unknown) {
    super('thrown by the work')
    this.thrown = thrown
  }
}
