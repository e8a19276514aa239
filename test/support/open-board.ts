import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBoard, generateKey, type Board, type BoardOptions } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { Bank, Cash, log } from './gateways.ts'

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
  readonly file: string
  /** Statements sent so far; cleared by assigning `length = 0`. */
  readonly statements: string[]
  /** Another board on the same file, as another process would have. */
  another(options?: Partial<BoardOptions>): Promise<Board>
}

/** A board on a file of its own, ready, with the test's gateways. Closed and removed at the end of the block. */
export async function openBoard(options: Partial<BoardOptions> = {}): Promise<TestBoard> {
  Bank.act = () => {}
  Bank.built = 0
  log.length = 0
  const folder = new TempFolder()
  const statements: string[] = []
  const opened: Board[] = []
  const open = async (over: Partial<BoardOptions>): Promise<Board> => {
    const store = sqlite(folder.file)
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
    await board.ready()
    return board
  }
  const board = await open(options)
  return {
    board,
    file: folder.file,
    statements,
    another: (over = {}) => open({ ...options, ...over }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((each) => each.close()))
      folder[Symbol.dispose]()
    },
  }
}

/** Waits until something holds, by looking again: for what another process or timer brings about. Fails after `limit` ms. */
export async function until(holds: () => boolean | Promise<boolean>, limit: number = 10_000): Promise<void> {
  const end = performance.now() + limit
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It did not come to hold within ${limit} ms: ${holds.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
