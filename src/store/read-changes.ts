import type { Kysely } from 'kysely'
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

/**
 * What was written since, by one statement: it is a consistent read by itself, without the four messages of a transaction. The ids are found first: a
 * database that sorts rows with long texts in them does so on its disk.
 */
export async function readChanges(db: Kysely<Tables>, names: TableNames, since: number): Promise<Changes> {
  const changed = db
    .selectFrom(names.instances)
    .select('id as changed')
    .where('stamp', '>', since)
    .orderBy('stamp')
    .orderBy('id')
    .limit(mostInstances + 1)
  const touched = (table: TableNames['types'] | TableNames['plugins']) =>
    db
      .selectFrom(table)
      .select(sql<Stored>`count(*)`.as('touched'))
      .where('stamp', '>', since)
  const rows = await db
    .selectFrom(`${names.meta} as m`)
    .leftJoin(changed.as('c'), (join) => join.onTrue())
    .leftJoin(`${names.instances} as i`, 'i.id', 'c.changed')
    .select(['m.epoch as boardEpoch', 'm.revision as boardRevision'])
    .select([touched(names.types).as('types'), touched(names.plugins).as('plugins')])
    .select(instanceColumns.map((column) => `i.${column}` as const))
    .select([
      sql<Flag>`case when i.config is null then 0 else 1 end`.as('hasConfig'),
      sql<string | null>`case when length(i.config) <= ${longestConfig} then i.config end`.as('config'),
    ])
    .execute()
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
