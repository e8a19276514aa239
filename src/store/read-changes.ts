import type { CompiledQuery, InferResult, Kysely } from 'kysely'
import { sql } from 'kysely'
import { SchemaMissingError } from '../errors/index.ts'
import { instanceColumns } from './columns.ts'
import { schemaVersion } from './migrations/index.ts'
import { toInstances, toNumber, type InstanceColumns } from './row-mapping.ts'
import type { Changes } from './store.ts'
import type { Flag, Stored, TableNames, Tables } from './tables.ts'

/** More changed instances than this are a snapshot's work. */
const mostInstances = 100
/** Characters of a config that comes along with its instance; a longer one is read when it is built. */
const longestConfig = 16_384

/** Stands for the revision while the statement is made: no revision is negative. */
const anyRevision = -1

/**
 * What was written since, by one statement: it is a consistent read by itself, without the four messages of a transaction. It is compiled once: to make its
 * text takes about as long as the database takes to answer it.
 */
export class ChangesQuery {
  readonly #names: TableNames
  #compiled: CompiledQuery<ChangedRow> | undefined

  constructor(names: TableNames) {
    this.#names = names
  }

  async read(db: Kysely<Tables>, since: number): Promise<Changes> {
    const compiled = (this.#compiled ??= changesSince(db, this.#names, anyRevision).compile())
    const parameters = compiled.parameters.map((each) => (each === anyRevision ? since : each))
    return changesOf((await db.executeQuery<ChangedRow>({ ...compiled, parameters })).rows)
  }
}

type ChangedRow = InferResult<ReturnType<typeof changesSince>>[number]

/**
 * One row of meta, joined to what changed: with `id = 1` every database takes it for one row and seeks the others by the index of stamps, up to the limit.
 * Nothing is sorted: a database that sorts rows with long texts in them does so on its disk.
 */
function changesSince(db: Kysely<Tables>, names: TableNames, since: number) {
  const touched = (table: TableNames['types'] | TableNames['plugins']) =>
    db
      .selectFrom(table)
      .select(sql<Stored>`count(*)`.as('touched'))
      .where('stamp', '>', since)
  return db
    .selectFrom(`${names.meta} as m`)
    .leftJoin(`${names.instances} as i`, (join) => join.on('i.stamp', '>', since))
    .where('m.id', '=', 1)
    .select(['m.epoch as boardEpoch', 'm.revision as boardRevision'])
    .select([touched(names.types).as('types'), touched(names.plugins).as('plugins')])
    .select(instanceColumns.map((column) => `i.${column}` as const))
    .select([
      sql<Flag>`case when i.config is null then 0 else 1 end`.as('hasConfig'),
      sql<string | null>`case when length(i.config) <= ${longestConfig} then i.config end`.as('config'),
    ])
    .limit(mostInstances + 1)
}

function changesOf(rows: readonly ChangedRow[]): Changes {
  const [first] = rows
  if (first === undefined) throw new SchemaMissingError(0, schemaVersion)
  const head = { epoch: first.boardEpoch, revision: toNumber(first.boardRevision) }
  if (toNumber(first.types ?? 0) + toNumber(first.plugins ?? 0) > 0 || rows.length > mostInstances) return { head, more: true }
  const found = rows.filter(isInstance)
  const configs = found.map(({ id, config, configVersion, configRevision }) => ({
    id,
    config,
    configVersion: toNumber(configVersion),
    configRevision: toNumber(configRevision),
  }))
  return {
    head,
    more: false,
    instances: toInstances(found),
    // One that is too long is not there, and is not `null` either.
    configs: configs.filter(({ config }, index) => config !== null || Number(found[index]?.hasConfig) === 0),
  }
}

/** An outer join gives a row of the first table alone where there is nothing to join. */
function isInstance<R extends { readonly id: string | null }>(row: R): row is R & InstanceColumns {
  return row.id !== null
}
