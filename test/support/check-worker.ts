/** A process of its own that checks instances on schedule, and says each check. */
import { writeSync } from 'node:fs'
import { createBoard } from '../../src/index.ts'
import { Bank, Cash } from './gateways.ts'
import { storeAt } from './store-at.ts'

Bank.act = (bank, call) => {
  if (call === 'onTest') writeSync(1, `checked ${bank.instanceName}\n`)
}
const board = createBoard({
  plugins: [Bank, Cash],
  store: storeAt(process.env['BOARD_FILE']),
  keys: process.env['PLUGBOARD_KEYS'],
  checks: { every: 300 },
})
await board.ready()
writeSync(1, 'ready\n')
// A board keeps no process alive by itself.
setInterval(() => {}, 1_000)
