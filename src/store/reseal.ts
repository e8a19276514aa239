import { sql } from 'kysely'
import { batches, type BulkTarget } from './bulk.ts'
import type { Resealing, TokenPlace } from './store.ts'

const columns: Readonly<Record<TokenPlace, string>> = {
  instance: 'config',
  'history-before': 'sealed_before',
  'history-after': 'sealed_after',
}

/**
 * Puts tokens in the place of those that were read, and compares in the same statement. One statement, unless the tokens are megabytes.
 *
 * @returns How many were replaced.
 */
export async function resealRows(target: BulkTarget, place: TokenPlace, changes: readonly Resealing[], stamp: number): Promise<number> {
  const column = sql.id(columns[place])
  const rows = changes.map(({ id, was, token, keyId }) => ({ id, was, token, key_id: keyId }))
  let replaced = 0
  for (const { json, kinds } of batches(rows)) {
    const from = target.dialect.jsonRows(json, kinds)
    const table = sql`${sql.table(target.table)} as t`
    const isSame = sql`t.id = r.id and t.${column} = r.was`
    // The history has no key id and no stamp: its entries are not followed.
    const of = target.dialect.updateFrom === 'from' ? sql`` : sql`t.`
    const set = [sql`${of}${column} = r.token`]
    if (place === 'instance') set.push(sql`${of}key_id = r.key_id`, sql`${of}stamp = ${stamp}`)
    const statement =
      target.dialect.updateFrom === 'from'
        ? sql`update ${table} set ${sql.join(set)} from ${from} where ${isSame}`
        : sql`update ${table} join ${from} on ${isSame} set ${sql.join(set)}`
    const { numAffectedRows } = await statement.execute(target.db)
    replaced += Number(numAffectedRows ?? 0)
  }
  return replaced
}
