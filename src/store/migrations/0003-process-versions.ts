import type { Migration } from './migration.ts'

/** What versions of plugins' configs each process reads, so that nobody brings configs forward under a release that could not build them. */
export const processVersions: Migration = {
  name: '0003-process-versions',
  oldestReader: 1,
  adds: [{ addTo: 'processes', column: 'config_versions', kind: 'text?' }],
}
