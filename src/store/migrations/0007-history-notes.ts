import type { Migration } from './migration.ts'

/** Why somebody did what the history tells, in their words. */
export const historyNotes: Migration = {
  name: '0007-history-notes',
  oldestReader: 1,
  adds: [{ addTo: 'history', column: 'note', kind: 'text?' }],
}
