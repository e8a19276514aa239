import { createBoard, generateKey, type Board, type BoardOptions } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'
import { Mail } from './mail.ts'
import { Twilio } from './twilio.ts'
import { Vonage } from './vonage.ts'

/** In memory, so that nothing is left behind; yours has a file or a server, and its keys from `process.env.PLUGBOARD_KEYS`. */
export function makeBoard(options: Partial<BoardOptions> = {}): Board {
  const store = sqlite(':memory:')
  const plugins = [Twilio, Vonage, Mail]
  return createBoard({ plugins, store, keys: generateKey('k1'), migrate: 'on-start', sync: 'on-start', ...options })
}
