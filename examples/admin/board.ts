import { createBoard, generateKey, Plugin, PluginType, type Board, type Methods } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'
import { z } from 'zod'

/** Sends a text message. */
export abstract class Sms extends PluginType('sms', { label: 'Text messages' }) {
  static readonly methods: Methods<Sms> = { send: 'once' }
  abstract send(to: string, text: string): Promise<string>
}

class Kavenegar extends Plugin(Sms, {
  key: 'kavenegar',
  label: 'Kavenegar',
  config: z.object({ apiKey: z.string(), sender: z.string() }),
  secrets: { apiKey: {} },
}) {
  async send(to: string, text: string): Promise<string> {
    return `${this.config.sender} → ${to}: ${text}`
  }
}

/** The board of the application whose admin the recipes mount. */
export async function openBoard(): Promise<Board> {
  const board = createBoard({
    plugins: [Kavenegar],
    store: sqlite(':memory:'),
    keys: generateKey('k1'),
    migrate: 'on-start',
    sync: 'on-start',
  })
  await board.ready()
  return board
}
