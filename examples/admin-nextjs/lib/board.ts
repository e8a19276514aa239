import { createBoard, Plugin, PluginType, type Board, type Methods } from 'plugboard'
import { sqlite } from 'plugboard/sqlite'
import { z } from 'zod'
import { LocalDisk } from './local-disk'
import { S3 } from './s3'

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

// Next.js may load a module more than once; the process has one board.
const held: { board?: Board } = ((globalThis as { [key: symbol]: unknown })[Symbol.for('app.board')] ??= {}) as never

/** The board of the application. */
export function board(): Board {
  return (held.board ??= createBoard({
    plugins: [Kavenegar, LocalDisk, S3],
    store: sqlite(process.env['PLUGBOARD_DB'] ?? 'plugboard.db'),
    keys: process.env['PLUGBOARD_KEYS'],
    migrate: 'on-start',
    sync: 'on-start',
  }))
}
