import { StoreError } from '../../errors/index.ts'
import { toNumber } from '../row-mapping.ts'
import type { Stored } from '../tables.ts'

/** What a connection is set to, as far as it matters to us. It is the user's: we look, and change nothing. */
export interface MysqlHabits {
  /** Each statement outside of a transaction is one by itself. */
  readonly autocommit: boolean
  /** Bytes that the server takes at once. */
  readonly largestPacket: number
}

export const habitsQuery: string =
  'select @@autocommit as autocommit, @@character_set_client as client, @@character_set_results as results, @@sql_mode as mode, @@max_allowed_packet as packet'

/** Reads what `habitsQuery` gave; refuses what would change text in silence. */
export function habitsOf(description: string, rows: unknown): MysqlHabits {
  const [row] = rows as readonly { autocommit: Stored; client: string; results: string; mode: string; packet: Stored }[]
  if (row === undefined) throw new StoreError(`${description} did not say how its connections are set.`)
  for (const charset of [row.client, row.results]) {
    if (charset !== 'utf8mb4') {
      throw new StoreError(
        `${description} has connections with the character set ${charset}, which loses text. Give the pool { charset: 'utf8mb4' }.`,
      )
    }
  }
  if (row.mode.includes('EMPTY_STRING_IS_NULL')) {
    throw new StoreError(`${description} has connections with sql_mode EMPTY_STRING_IS_NULL, which loses empty text. Take it out.`)
  }
  return { autocommit: toNumber(row.autocommit) === 1, largestPacket: toNumber(row.packet) }
}
