import { createBoard, generateKey, type Board } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'
import { Oidc } from './oidc.ts'

/** In memory, so that nothing is left behind; yours has a file or a server, and its keys from `process.env.PLUGBOARD_KEYS`. */
export async function openBoard(): Promise<Board> {
  const store = sqlite(':memory:')
  const board = createBoard({ plugins: [Oidc], store, keys: generateKey('k1'), migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  return board
}
