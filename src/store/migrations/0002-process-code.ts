import type { Migration } from './migration.ts'

/** What code each process registers, so that nobody prunes or renames what another release or application is running on. */
export const processCode: Migration = {
  name: '0002-process-code',
  oldestReader: 1,
  adds: [{ addTo: 'processes', column: 'registered', kind: 'text?' }],
}
