import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { HistoryPurge } from './store.ts'
import type { TableNames } from './tables.ts'

/** Ids of removed instances that a purge deletes. */
export function purgeableTombstones({ instances }: TableNames, { tombstonesBefore }: HistoryPurge): RawBuilder<unknown> {
  // Nothing was removed before time began.
  // `distinct` keeps MySQL from reading the table that a DELETE empties.
  return sql`select distinct id from ${sql.table(instances)} where removed_at is not null and removed_at < ${tombstonesBefore ?? 0}`
}

/**
 * Ids of the entries that a purge deletes. Of each instance the newest entries stay, down to the oldest one that is young enough or among the last to
 * keep, whatever the clock did in between; and, where that one holds no config, the entry below that says which config held then.
 */
export function purgeableEntries(names: TableNames, purge: HistoryPurge): RawBuilder<unknown> {
  const history = sql.table(names.history)
  const { before, keepLast } = purge
  // Each entry's place among those of its instance, the newest first.
  const placed = sql`
    select id, instance_id, at, case when sealed_after is null then 0 else 1 end as sealed,
      row_number() over (partition by instance_id order by revision desc, id desc) as place
    from ${history} where instance_id is not null`
  const kept = sql`
    select id, instance_id, at, sealed, place,
      coalesce(max(case when at >= ${before} or place <= ${keepLast} then place end) over (partition by instance_id), 0) as last_kept
    from (${placed}) as placed`
  const sourced = sql`
    select id, instance_id, at, place, last_kept,
      min(case when sealed = 1 and place >= last_kept then place end) over (partition by instance_id) as source
    from (${kept}) as kept`
  return sql`
    select id from ${history} where instance_id is null and at < ${before}
    union all
    select id from (${sourced}) as sourced
    where (place > last_kept and place <> coalesce(source, 0)) or (at < ${before} and instance_id in (${purgeableTombstones(names, purge)}))`
}
