import { join } from 'node:path'
import { root } from '../parts/root.mjs'
import { keptOf, reportOf, rooms } from './rooms.mjs'

const name = process.env['PLUGBOARD_MUTANTS'] ?? ''
const room = rooms[name]
if (room === undefined) throw new Error('Run it through npm run mutants: it says which room.')

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner', join(root, 'scripts', 'mutants', 'prose.mjs')],
  mutate: room.mutate,
  ignorers: ['prose'],
  vitest: { configFile: 'scripts/mutants/vitest.config.mjs', related: false },
  coverageAnalysis: 'perTest',
  // What the tests of these rooms read, copied; all else stays where it is.
  ignorePatterns: ['/*', '!/src', '!/test', '!/docs', '!/scripts', '!/package.json', '!/tsconfig.json'],
  // It would be rewritten with the API of TypeScript before 7; nothing here reads it.
  tsconfigFile: 'none',
  tempDirName: '.tmp/stryker',
  incremental: true,
  incrementalFile: keptOf(name),
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: reportOf(name) },
  concurrency: 2,
  // The machine may be busy: a mutant that never ends is told by this and by how often it passes its own line.
  timeoutMS: 30_000,
  timeoutFactor: 4,
  allowConsoleColors: false,
}
