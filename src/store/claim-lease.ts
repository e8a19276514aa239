import { sql } from 'kysely'
import { insertRows } from './bulk.ts'
import type { LeaseRow } from './rows.ts'
import { SqlReader, type SqlContext } from './sql-reader.ts'

export interface LeaseClaim {
  readonly name: string
  readonly holder: string
  /** The lease as it was seen last: it is taken over where it still is that. */
  readonly seen: LeaseRow | null
  readonly now: number
}

/** See `Store.claimLease`. */
export async function claimLease(context: SqlContext, { name, holder, seen, now }: LeaseClaim): Promise<LeaseRow> {
  const { db, dialect, names } = context
  const current = (): Promise<LeaseRow | null> => new SqlReader(context).lease(name)
  if (seen !== null) {
    await db
      .updateTable(names.leases)
      .set({ holder, beat: sql`beat + 1`, seen_at: now })
      .where('name', '=', name)
      .where('holder', '=', seen.holder)
      .where('beat', '=', seen.beat)
      .execute()
  }
  const found = await current()
  if (found !== null) return found
  // Two may find none: the lock of the meta row lets one of them look again.
  await db
    .updateTable(names.meta)
    .set({ id: sql`id` })
    .where('id', '=', 1)
    .execute()
  const other = await current()
  if (other !== null) return other
  await insertRows({ db, dialect, table: names.leases }, [{ name, holder, seen_at: now, beat: 1 }])
  return { name, holder, beat: 1 }
}
