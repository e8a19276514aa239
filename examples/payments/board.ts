import { createBoard, generateKey, type Board } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'
import { SquareGateway } from './square-gateway.ts'
import { StripeGateway } from './stripe-gateway.ts'

/** In memory, so that nothing is left behind; yours has a file or a server, and its keys from `process.env.PLUGBOARD_KEYS`. */
export async function openBoard(): Promise<Board> {
  const board = createBoard({
    plugins: [StripeGateway, SquareGateway],
    store: sqlite(':memory:'),
    keys: generateKey('k1'),
    migrate: 'on-start',
    sync: 'on-start',
  })
  await board.ready()
  return board
}
