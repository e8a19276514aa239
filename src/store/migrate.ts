import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { SchemaTooNewError } from '../errors/index.ts'
import type { Connections, Dialect } from './dialect.ts'
import { migrations, schemaVersion } from './migrations/index.ts'
import { toNumber } from './row-mapping.ts'
import type { MigrationReport } from './store.ts'
import type { TableNames, Tables } from './tables.ts'

export interface MigrateOptions {
  readonly dialect: Dialect
  readonly names: TableNames
  readonly prefix: string
}

/** What the database says of its own schema. Version 0: there is none. */
export interface SchemaState {
  readonly version: number
  readonly oldestReader: number
}

export async function schemaState(db: Kysely<Tables>, { dialect, names }: Omit<MigrateOptions, 'prefix'>): Promise<SchemaState> {
  if (!(await dialect.tableExists(db, names.meta))) return { version: 0, oldestReader: 0 }
  const row = await db.selectFrom(names.meta).select(['schema_version', 'oldest_reader']).executeTakeFirst()
  return { version: toNumber(row?.schema_version ?? 0), oldestReader: toNumber(row?.oldest_reader ?? 0) }
}

/** Refuses a database that only a newer release reads. */
export function assertReadable({ oldestReader }: SchemaState): void {
  if (oldestReader > schemaVersion) throw new SchemaTooNewError(oldestReader, schemaVersion)
}

/**
 * Applies what is missing in one transaction that no other migration can run beside. Where nothing is missing nothing is locked, so that
 * hundreds of processes can ask at start.
 */
export async function migrate({ reads, writes }: Connections, options: MigrateOptions): Promise<MigrationReport> {
  const seen = await schemaState(reads, options)
  assertReadable(seen)
  if (seen.version >= schemaVersion) return { from: seen.version, to: seen.version, applied: [] }
  return writes.transaction().execute(async (db) => {
    await options.dialect.lockMigrations?.(db)
    const state = await schemaState(db, options)
    assertReadable(state)
    const missing = migrations.slice(state.version)
    for (const migration of missing) await migration.up({ db, ...options })
    await recordVersion(db, options.names, state.version)
    return { from: state.version, to: Math.max(state.version, schemaVersion), applied: missing.map(({ name }) => name) }
  })
}

async function recordVersion(db: Kysely<Tables>, names: TableNames, from: number): Promise<void> {
  const last = migrations.at(-1)
  if (last === undefined || from >= schemaVersion) return
  const version = { schema_version: schemaVersion, oldest_reader: last.oldestReader }
  if (from > 0) await db.updateTable(names.meta).set(version).execute()
  else
    await db
      .insertInto(names.meta)
      .values({ id: 1, epoch: randomUUID(), revision: 0, key_check: null, ...version })
      .execute()
}
