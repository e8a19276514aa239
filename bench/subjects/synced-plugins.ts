import { createBoard, generateKey, type Board } from 'plugboard'
import { postgres } from 'plugboard/postgres'
import { countedStore } from './counted-store.ts'
import { manyPlugins } from './many-plugins.ts'
import { benchSchema, postgresUrl, type BenchSchema } from './postgres.ts'

/** A board that registers so many plugins, on a PostgreSQL schema of its own, migrated and not synced. */
export interface SyncSubject extends AsyncDisposable {
  readonly board: Board
  readonly bench: BenchSchema
  /** The statements of one sync, in order; looks for changes aside, which every process makes when it hears of a write. */
  statementsOf(sync: () => Promise<unknown>): Promise<readonly string[]>
}

/** One statement that brings what changed: made by whoever hears of a write, once or twice, as it happens. */
const isLook = (sql: string): boolean => sql.includes('"boardEpoch"')

export async function syncSubject(plugins: number): Promise<SyncSubject> {
  const bench = await benchSchema()
  const statements: string[] = []
  const store = countedStore(postgres(postgresUrl, { schema: bench.schema }), statements)
  const board = createBoard({ plugins: manyPlugins(plugins), store, keys: generateKey('k1'), migrate: 'on-start', refreshEvery: 60_000 })
  await board.ready()
  return {
    board,
    bench,
    statementsOf: async (sync) => {
      const from = statements.length
      await sync()
      return statements.slice(from).filter((sql) => !isLook(sql))
    },
    [Symbol.asyncDispose]: async () => {
      await board.close()
      await bench[Symbol.asyncDispose]()
    },
  }
}
