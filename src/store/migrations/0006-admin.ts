import type { Migration, NewTable } from './migration.ts'

/** Requests that made something, so that the same request sent twice makes it once. No foreign key: it outlives what it made. */
const requests: NewTable = {
  table: 'requests',
  columns: { id: 'id', fingerprint: 'id', instance_id: 'id', at: 'bigint' },
  indexes: { at: ['at'] },
}

/** What the admin over HTTP needs: creating once, and removed instances a page at a time. */
export const admin: Migration = {
  name: '0006-admin',
  oldestReader: 1,
  adds: [requests, { indexOf: 'instances', end: 'removed', columns: ['removed_at', 'id'] }],
}
