import { initial } from './0001-initial.ts'
import type { Migration } from './migration.ts'

/** All migrations, in order; never reordered, never changed once released. */
export const migrations: readonly Migration[] = [initial]

/** The schema version this release makes and needs. */
export const schemaVersion: number = migrations.length

export type { Migration, MigrationContext } from './migration.ts'
