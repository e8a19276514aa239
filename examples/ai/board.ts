import { createBoard, generateKey, type Board, type BoardOptions } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'
import { Anthropic } from './anthropic.ts'
import { OpenAi } from './open-ai.ts'

/** In memory, so that nothing is left behind; yours has a file or a server, and its keys from `process.env.PLUGBOARD_KEYS`. */
export function makeBoard(options: Partial<BoardOptions> = {}): Board {
  return createBoard({
    plugins: [OpenAi, Anthropic],
    store: sqlite(':memory:'),
    keys: generateKey('k1'),
    migrate: 'on-start',
    sync: 'on-start',
    ...options,
  })
}
