import { describe, expect, test } from 'vitest'
import { testStore } from '../../testing/test-store.ts'
import { sqlite } from './sqlite.ts'
import { temporaryFolder } from './temporary-folder.ts'

testStore(
  { describe, test, expect },
  {
    name: 'a file',
    database: async () => {
      const folder = await temporaryFolder()
      return { factory: sqlite(folder.file('plugboard.db')), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
    },
  },
)

testStore(
  { describe, test, expect },
  {
    name: 'in memory',
    single: 'a database in memory is private to its one connection',
    database: async () => ({ factory: sqlite(':memory:'), [Symbol.asyncDispose]: async () => {} }),
  },
)
