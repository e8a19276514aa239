import { createBoard, generateKey, type Board, type BoardOptions } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'
import { HttpCarrier } from './http-carrier.ts'
import { OwnVan } from './own-van.ts'

/** The board of the shop. In memory, so that nothing is left behind; yours has a file or a server, and its keys from `process.env.PLUGBOARD_KEYS`. */
export async function openBoard(options: Partial<BoardOptions> = {}): Promise<Board> {
  const board = createBoard({
    plugins: [HttpCarrier, OwnVan],
    store: sqlite(':memory:'),
    keys: generateKey('k1'),
    migrate: 'on-start',
    sync: 'on-start',
    ...options,
  })
  await board.ready()
  return board
}
