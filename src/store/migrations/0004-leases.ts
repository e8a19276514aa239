import type { Migration } from './migration.ts'

/** Work that one process does for all: who does it, and how often they said so. */
export const leases: Migration = {
  name: '0004-leases',
  oldestReader: 1,
  adds: [{ table: 'leases', columns: { name: 'name', holder: 'id', beat: 'bigint', seen_at: 'bigint' } }],
}
