import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests of the board whose promises depend on the store: run again on each server, under the roles that docs/guide/databases.md grants. */
const onEachDatabase = [
  'src/board.test.ts',
  'src/operations/*.test.ts',
  'src/runtime/runtime.test.ts',
  'src/sync/shared-database.test.ts',
  'src/sync/sync.test.ts',
  'test/attack/operations.test.ts',
  'test/attack/second-operations.test.ts',
  'test/attack/secrets.test.ts',
]
const onDatabase = (name: string, kind: string): { readonly test: object } => ({
  test: {
    name,
    include: onEachDatabase,
    globalSetup: ['test/support/run-setup.ts'],
    env: { PLUGBOARD_TEST_DATABASE: kind },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})

/** `unit` needs nothing but the sources and dist; `browser` drives Chromium on the page in dist; `packed` installs the packed tarball outside the repository. */
export default defineConfig({
  test: {
    // By itself Vitest leaves one core free, and on two cores that is half of them.
    maxWorkers: availableParallelism(),
    allowOnly: process.env['CI'] === undefined,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'ui/src/**/*.test.ts',
            'test/**/*.test.ts',
            'examples/**/*.test.ts',
            'scripts/**/*.test.mjs',
            'bench/**/*.test.ts',
          ],
          // The last ones are the matrix's: it may leave out what says nothing of a Node.
          exclude: [
            '**/node_modules/**',
            'test/packed/**',
            'test/browser/**',
            'test/bench/**',
            ...(process.env['PLUGBOARD_TEST_EXCLUDE'] ?? '').split(',').filter(Boolean),
          ],
          globalSetup: ['test/support/run-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      onDatabase('on-postgres', 'postgres-restricted'),
      onDatabase('on-mariadb', 'mariadb-restricted'),
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/run-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'bench',
          include: ['test/bench/**/*.test.ts'],
          globalSetup: ['test/support/run-setup.ts'],
          // A row is tried three times before it fails, each in a process of its own that fills databases first: on a busy machine that takes as long as it takes.
          testTimeout: 900_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'packed',
          include: ['test/packed/**/*.test.ts'],
          globalSetup: ['test/packed/install.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/**/*.test.ts'], reportsDirectory: 'coverage' },
  },
})
