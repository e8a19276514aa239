/** A process of its own that edits one instance again and again, and says each number once it is saved. */
import { writeSync } from 'node:fs'
import { createBoard } from '../../src/index.ts'
import { actor, Bank, Cash } from './gateways.ts'
import { storeAt } from './store-at.ts'

const board = createBoard({ plugins: [Bank, Cash], store: storeAt(process.env['BOARD_FILE']), keys: process.env['PLUGBOARD_KEYS'] })
const id = process.env['INSTANCE'] ?? ''
const { config } = await board.admin.get(id)
for (let n = Number((config as { note: string }).note) + 1; n < 100_000; n++) {
  await board.admin.update(id, { tags: [`t${n}`], config: { note: String(n) } }, { actor })
  writeSync(1, `${n}\n`)
}
