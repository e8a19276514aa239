import { initial } from './0001-initial.ts'
import { processCode } from './0002-process-code.ts'
import { processVersions } from './0003-process-versions.ts'
import { leases } from './0004-leases.ts'
import { selectionOrder } from './0005-selection-order.ts'
import { admin } from './0006-admin.ts'
import { historyNotes } from './0007-history-notes.ts'
import type { Migration } from './migration.ts'

/** All migrations, in order; never reordered, never changed once released. */
export const migrations: readonly Migration[] = [initial, processCode, processVersions, leases, selectionOrder, admin, historyNotes]

/** The schema version this release makes and needs. */
export const schemaVersion: number = migrations.length

export type { Addition, ColumnKind, Migration, NewColumn, NewIndex, NewTable } from './migration.ts'
