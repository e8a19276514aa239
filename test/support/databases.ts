import { describe } from 'vitest'
import type { StoreFactory } from '../../src/index.ts'
import { type Skip, type SkippableTest, skipWithReason } from '../skip.ts'
import { mariadbDatabase, mysqlDatabases } from './mysql-test-database.ts'
import { postgresDatabase } from './postgres-test-database.ts'
import { sqliteDatabase } from './sqlite-test-database.ts'

/** An empty database of a test's own. Disposing of it removes it. */
export interface TestDatabase extends AsyncDisposable {
  /** Each `open()` is a store with connections of its own, as another process would have. */
  readonly factory: StoreFactory
  /** What `storeAt` makes the same factory of, in another process. */
  readonly place: string
  /** A statement by somebody else, on a connection of their own and committed at once. Values stand in it. */
  sql(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** All that is stored, as a thief would have it: every byte of the files, or of every row of every table. */
  dump(): Promise<Buffer>
}

/** A database that the tests run on. */
export interface DatabaseKind {
  readonly name: string
  /** Why it can't be used here, and how it could. */
  readonly wanting?: Skip | undefined
  open(): Promise<TestDatabase>
}

/** Every database that the store-dependent tests run on. */
export const databases: readonly DatabaseKind[] = [sqliteDatabase, postgresDatabase, mariadbDatabase, ...mysqlDatabases]

/**
 * Registers tests once for each database. `test` skips, with its reason, where the database is wanting.
 *
 * @example
 * describeEachDatabase((kind, test) => {
 *   test('[31] sync is atomic', async () => {
 *     await using database = await kind.open()
 *   })
 * })
 */
export function describeEachDatabase(body: (kind: DatabaseKind, test: SkippableTest) => void): void {
  for (const kind of databases) {
    describe(`on ${kind.name}`, () => {
      body(kind, skipWithReason(kind.wanting))
    })
  }
}
