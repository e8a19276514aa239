import { defineConfig } from 'vitest/config'
import { LightFirst } from './light-first.mjs'
import { leftOut, rooms } from './rooms.mjs'
import { stayingThread } from './staying-thread.mjs'

/** The tests of one room, PLUGBOARD_MUTANTS, as Stryker runs them: in threads of one process, over a copy of the repository. */
export default defineConfig({
  plugins: [stayingThread],
  test: {
    include: rooms[process.env['PLUGBOARD_MUTANTS'] ?? '']?.tests ?? Object.values(rooms).flatMap((room) => room.tests),
    exclude: ['**/node_modules/**', ...leftOut],
    setupFiles: ['scripts/mutants/forget-mutant.mjs'],
    sequence: { sequencer: LightFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
