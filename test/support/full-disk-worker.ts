/**
 * A process of its own that writes to a database in a file until the file may not grow, looks what serves then, and, where it is given room again, writes on.
 * What it did it says, a JSON line each.
 */
import { spawnSync } from 'node:child_process'
import { writeSync } from 'node:fs'
import { createBoard } from '../../src/index.ts'
import { actor, Bank, Cash, Gateway } from './gateways.ts'
import { storeAt } from './store-at.ts'

const say = (what: object): void => void writeSync(1, `${JSON.stringify(what)}\n`)
const id = process.env['INSTANCE'] ?? ''
const board = createBoard({
  plugins: [Bank, Cash],
  store: storeAt(process.env['BOARD_FILE']),
  keys: process.env['PLUGBOARD_KEYS'],
  refreshEvery: 50,
})
board.on('stale', () => say({ stale: true }))
await board.ready()

const edit = (n: number): Promise<unknown> => board.admin.update(id, { config: { note: `${n} ${'x'.repeat(20_000)}` } }, { actor })
const told = (error: unknown): object => {
  const { name, code, message } = error as Error & { readonly code?: string }
  return { name, code, message }
}

let last = 0
for (let refused = 0; refused < 5;) {
  try {
    await edit(last + 1)
    say({ accepted: ++last })
  } catch (error) {
    refused++
    say({ refused: told(error) })
  }
}
const note = (): number => Number.parseInt((board.get(Gateway) as Bank).note, 10)
say({ serving: note(), called: await board.use(Gateway).charge('o'), state: (await board.admin.get(id)).state.ok, last })

if (process.env['ROOM'] !== undefined) {
  spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited'])
  await edit(last + 1)
  say({ withRoom: last + 1, serving: note() })
}
await board.close()
say({ ended: true })
