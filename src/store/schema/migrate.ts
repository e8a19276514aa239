import { randomUUID } from 'node:crypto'
import type { Kysely, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { SchemaTooNewError } from '../../errors/index.ts'
import type { Connections, FoundTable } from '../dialect.ts'
import { migrations, schemaVersion, type Addition, type Migration } from '../migrations/index.ts'
import { toNumber } from '../row-mapping.ts'
import type { MigrationPlan, MigrationReport } from '../store.ts'
import type { TableNames, Tables } from '../tables.ts'
import { laterIndex, statementsFor, type SchemaPlace } from './statements.ts'

/** What the database says of its own schema. Version 0: there is none. */
export interface SchemaState {
  readonly version: number
  readonly oldestReader: number
}

export async function schemaState(db: Kysely<Tables>, { dialect, names }: Omit<SchemaPlace, 'prefix'>): Promise<SchemaState> {
  if (!(await dialect.tableExists(db, names.meta))) return { version: 0, oldestReader: 0 }
  const row = await db.selectFrom(names.meta).select(['schema_version', 'oldest_reader']).executeTakeFirst()
  return { version: toNumber(row?.schema_version ?? 0), oldestReader: toNumber(row?.oldest_reader ?? 0) }
}

/** Refuses a database that only a newer release reads. */
export function assertReadable({ oldestReader }: SchemaState): void {
  if (oldestReader > schemaVersion) throw new SchemaTooNewError(oldestReader, schemaVersion)
}

/**
 * Applies what is missing, while no other migration can run beside: in one transaction, where the database can make tables in one. Where nothing is
 * missing nothing is locked, so that hundreds of processes can ask at start.
 */
export async function migrate({ reads, writes }: Connections, place: SchemaPlace): Promise<MigrationReport> {
  const seen = await schemaState(reads, place)
  assertReadable(seen)
  if (seen.version >= schemaVersion) return { from: seen.version, to: seen.version, applied: [] }
  const { dialect } = place
  const apply = async (db: Kysely<Tables>): Promise<MigrationReport> => {
    const work = (): Promise<MigrationReport> => applyMissing(db, place)
    return dialect.lockMigrations === undefined ? work() : dialect.lockMigrations(db, work)
  }
  return dialect.transactionalSchema ? writes.transaction().execute(apply) : writes.connection().execute(apply)
}

/** The statements that `migrate` would run now. */
export async function planMigration(db: Kysely<Tables>, place: SchemaPlace): Promise<MigrationPlan> {
  const { state, missing, statements } = await whatIsMissing(db, place)
  const texts = statements.map((statement) => statement.compile(db).sql)
  return {
    from: state.version,
    to: Math.max(state.version, schemaVersion),
    migrations: missing.map(({ name }) => name),
    statements: texts,
    transactional: place.dialect.transactionalSchema,
  }
}

async function applyMissing(db: Kysely<Tables>, place: SchemaPlace): Promise<MigrationReport> {
  const { state, missing, statements } = await whatIsMissing(db, place)
  for (const statement of statements) await statement.execute(db)
  return { from: state.version, to: Math.max(state.version, schemaVersion), applied: missing.map(({ name }) => name) }
}

interface Missing {
  readonly state: SchemaState
  readonly missing: readonly Migration[]
  readonly statements: readonly RawBuilder<unknown>[]
}

async function whatIsMissing(db: Kysely<Tables>, place: SchemaPlace): Promise<Missing> {
  const { dialect, names } = place
  const state = await schemaState(db, place)
  assertReadable(state)
  const missing = migrations.slice(state.version)
  if (missing.length === 0) return { state, missing, statements: [] }
  // What an interrupted migration has made already stays.
  const found = dialect.transactionalSchema ? new Map<string, FoundTable>() : await dialect.inspect(db, Object.values(names))
  const additions = missing.flatMap(({ adds }) => adds).filter((addition) => !isThere(found, place, addition))
  const groundwork = (await dialect.groundwork?.(db)) ?? []
  const making = additions.flatMap((addition) => statementsFor(place, addition))
  return { state, missing, statements: [...groundwork, ...making, version(names, state.version)] }
}

function isThere(found: ReadonlyMap<string, FoundTable>, place: SchemaPlace, addition: Addition): boolean {
  const { names } = place
  if ('indexOf' in addition) return found.get(names[addition.indexOf])?.indexes.has(laterIndex(place, addition).name) === true
  if ('addTo' in addition) return found.get(names[addition.addTo])?.columns.has(addition.column) === true
  return found.has(names[addition.table])
}

/** Values stand in the text: people may apply it themselves. All are numbers, but for the epoch, which is drawn here. */
function version(names: TableNames, from: number): RawBuilder<unknown> {
  const meta = sql.table(names.meta)
  const to = sql.lit(schemaVersion)
  const oldestReader = sql.lit(migrations.at(-1)?.oldestReader ?? schemaVersion)
  return from > 0
    ? sql`update ${meta} set schema_version = ${to}, oldest_reader = ${oldestReader} where id = 1`
    : sql`insert into ${meta} (id, epoch, revision, schema_version, oldest_reader) values (1, ${sql.lit(randomUUID())}, 0, ${to}, ${oldestReader})`
}
