/** A process of its own that makes many calls and changes, and says how much its heap has grown. Run with --expose-gc. */
import { createBoard } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { actor, Bank, Cash, Gateway, log } from './gateways.ts'

const board = createBoard({
  plugins: [Bank, Cash],
  store: sqlite(process.env['BOARD_FILE'] ?? ''),
  keys: process.env['PLUGBOARD_KEYS'],
  migrate: 'on-start',
  sync: 'on-start',
  disposeAfter: 0,
})
await board.ready()
const { id } = await board.admin.create(
  { type: Gateway, plugin: 'bank', name: 'one', config: { apiKey: 'key-one' }, status: 'active', priority: 1 },
  { actor },
)
const gateway = board.use(Gateway)
const calls = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) {
    await gateway.charge('x')
    if (n % 10 === 0) board.get(Gateway)
    if (n % 100 === 0) {
      await using lease = await board.lease(Gateway)
      await lease.object.quote('x')
      // A handle of its own for a request, whose first call does not know yet whether it streams.
      await board.use(Gateway).quote('x')
    }
  }
}
const changes = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) {
    await board.admin.update(id, { config: { apiKey: 'key-one', note: String(Math.random()) } }, { actor })
    await gateway.charge('x')
  }
}
const heap = async (): Promise<number> => {
  for (let n = 0; n < 5; n++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed
}
await calls(2_000)
await changes(50)
log.length = 0
const before = await heap()
await calls(20_000)
await changes(500)
const disposed = log.length
log.length = 0
const after = await heap()
console.log(JSON.stringify({ grown: after - before, before, disposed }))
await board.close()
// Nothing is left that keeps the process: it ends by itself.
