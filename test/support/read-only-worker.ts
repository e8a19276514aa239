/**
 * A process of its own, of a user who may read a database's file and not write it. It serves, tries to write at each line that it is sent, and says what came of it,
 * a JSON line each.
 */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createBoard } from '../../src/index.ts'
import { loadSqlite } from '../../src/store/sqlite/load-sqlite.ts'
import { actor, Bank, Cash, Gateway } from './gateways.ts'
import { storeAt } from './store-at.ts'

const say = (what: object): void => void writeSync(1, `${JSON.stringify(what)}\n`)
const told = (error: unknown): object => {
  const { name, code, message } = error as Error & { readonly code?: string }
  return { name, code, message }
}
// The driver is loaded while this process may still read everything. Root may write what nobody may: it becomes nobody.
await loadSqlite()
if (process.getuid?.() === 0) {
  process.setgid?.(65_534)
  process.setuid?.(65_534)
}
const board = createBoard({
  plugins: [Bank, Cash],
  store: storeAt(process.env['BOARD_FILE']),
  keys: process.env['PLUGBOARD_KEYS'],
  migrate: 'on-start',
  sync: 'on-start',
  refreshEvery: 50,
})
board.on('change', () => say({ changed: true }))
board.on('stale', () => say({ stale: true }))
const id = process.env['INSTANCE'] ?? ''
const outcome = async (work: () => Promise<unknown>): Promise<object> => {
  try {
    await work()
    return { written: true }
  } catch (error) {
    return told(error)
  }
}
try {
  await board.ready()
} catch (error) {
  say({ refused: told(error) })
  process.exit()
}
say({ ready: true })
for await (const line of createInterface(process.stdin)) {
  if (line === 'end') break
  say({
    serving: (board.get(Gateway) as Bank).note,
    called: await board.use(Gateway).charge('o'),
    writes: [
      await outcome(() => board.admin.update(id, { config: { note: 'mine' } }, { actor })),
      await outcome(() => board.admin.setStatus(id, 'disabled', { actor })),
      await outcome(() =>
        board.admin.create({ type: Gateway, plugin: 'bank', name: 'New', config: { apiKey: 'key-1' }, status: 'active' }, { actor }),
      ),
      await outcome(() => board.admin.remove(id, { actor })),
    ],
    after: (board.get(Gateway) as Bank).note,
  })
}
await board.close()
say({ ended: true })
