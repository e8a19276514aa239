import { createBoard, type Board, type BoardOptions } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'
import { Chat } from './chat.ts'
import { Mail } from './mail.ts'

/** The board of the application. At work `keys` is `process.env.PLUGBOARD_KEYS`. */
export async function openBoard(file: string, keys: string, options: Partial<BoardOptions> = {}): Promise<Board> {
  const board = createBoard({ plugins: [Mail, Chat], store: sqlite(file), keys, migrate: 'on-start', sync: 'on-start', ...options })
  await board.ready()
  return board
}
