import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBoard, generateKey, type Board, type BoardOptions } from '../../src/index.ts'
import type { DatabaseKind, TestDatabase } from './databases.ts'
import { Bank, Cash, log } from './gateways.ts'
import { sqliteDatabase } from './sqlite-test-database.ts'

export const testKeys: string = generateKey('k1')

/** A folder of its own, gone at the end of the block. */
export class TempFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), 'plugboard-test-'))
  get file(): string {
    return join(this.path, 'board.db')
  }
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

export interface TestBoard extends AsyncDisposable {
  readonly board: Board
  readonly database: TestDatabase
  /** The database's place: a file where it is SQLite's. */
  readonly file: string
  /** Statements sent so far; cleared by assigning `length = 0`. */
  readonly statements: string[]
  /** Another board on the same database, as another process would have. */
  readonly another: (options?: Partial<BoardOptions>) => Promise<Board>
  /** The same, but never ready: it looks for nothing by itself, so that every statement is of what the test does. */
  readonly idle: (options?: Partial<BoardOptions>) => Board
}

/** A board on a database of its own, ready, with the test's gateways. Closed and removed at the end of the block. */
export async function openBoard(options: Partial<BoardOptions> = {}, kind?: DatabaseKind): Promise<TestBoard> {
  Bank.act = () => {}
  Bank.built = 0
  log.length = 0
  const database = await (kind ?? (await usualDatabase())).open()
  const statements: string[] = []
  const opened: Board[] = []
  const make = (over: Partial<BoardOptions>): Board => {
    const store = database.factory
    const board = createBoard({
      plugins: [Bank, Cash],
      store: { ...store, open: (storeOptions) => store.open({ ...storeOptions, onStatement: (sql) => void statements.push(sql) }) },
      keys: testKeys,
      migrate: 'on-start',
      sync: 'on-start',
      refreshEvery: 50,
      ...over,
    })
    opened.push(board)
    return board
  }
  const open = async (over: Partial<BoardOptions>): Promise<Board> => {
    const board = make(over)
    await board.ready()
    return board
  }
  const board = await open(options)
  return {
    board,
    database,
    file: database.place,
    statements,
    another: (over = {}) => open({ ...options, ...over }),
    idle: (over = {}) => make({ ...options, ...over }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((each) => each.close()))
      await database[Symbol.asyncDispose]()
    },
  }
}

/** SQLite, unless the run is one on another database: PLUGBOARD_TEST_DATABASE names it. */
async function usualDatabase(): Promise<DatabaseKind> {
  const name = process.env['PLUGBOARD_TEST_DATABASE']
  if (name === undefined) return sqliteDatabase
  // Loaded only there: it asks the servers whether they answer.
  const [{ databases }, { restrictedMariadb, restrictedPostgres }] = await Promise.all([
    import('./databases.ts'),
    import('./restricted-databases.ts'),
  ])
  const kinds: readonly DatabaseKind[] = [...databases, restrictedPostgres, restrictedMariadb]
  const kind = kinds.find((each) => each.name === name)
  if (kind === undefined) throw new Error(`PLUGBOARD_TEST_DATABASE=${name} is none of ${kinds.map((each) => each.name).join(', ')}`)
  return kind
}

/** Waits until something holds, by looking again: for what another process or timer brings about. Fails after `limit` ms. */
export async function until(holds: () => boolean | Promise<boolean>, limit: number = 30_000): Promise<void> {
  const end = performance.now() + limit
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It did not come to hold within ${limit} ms: ${holds.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
