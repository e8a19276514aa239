import type { Kysely } from 'kysely'
import type { Dialect } from '../dialect.ts'
import type { TableNames, Tables } from '../tables.ts'

/** What a migration works with. */
export interface MigrationContext {
  readonly db: Kysely<Tables>
  readonly dialect: Dialect
  readonly names: TableNames
  readonly prefix: string
}

/** One step of the schema. Its place in the list is its version. */
export interface Migration {
  readonly name: string
  /** The lowest schema version a release must know to work with the database afterwards. Within a major it stays: migrations only expand. */
  readonly oldestReader: number
  up(context: MigrationContext): Promise<void>
}
