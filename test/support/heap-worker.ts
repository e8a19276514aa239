/**
 * A process of its own that makes many calls and changes, and says how much its heap has grown. Run with --expose-gc. It says what the engine has compiled apart:
 * that grows for as long as something that was rare becomes frequent, whatever is kept.
 */
import { getHeapCodeStatistics } from 'node:v8'
import { createBoard, Unavailable } from '../../src/index.ts'
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
const create = async (name: string, priority: number): Promise<string> => {
  const config = { apiKey: `key-${name}` }
  return (await board.admin.create({ type: Gateway, plugin: 'bank', name, config, status: 'active', priority }, { actor })).id
}
const id = await create('one', 1)
await create('two', 2)

let calls = 0
Bank.act = (bank, call) => {
  // Now and then one fails, and the next one answers; sometimes so often in a row that it is ejected for a while.
  if (call === 'charge' && bank.instanceName === 'one' && calls % 2_000 < 20) throw new Unavailable('down')
}
const gateway = board.use(Gateway)
const limited = board.use(Gateway, { deadline: 10_000, attemptDeadline: 5_000 })
const call = async (): Promise<void> => {
  const n = calls++
  await (n % 2 === 0 ? gateway : limited).charge('x')
  if (n % 10 === 0) board.get(Gateway)
  if (n % 100 !== 0) return
  await using lease = await board.lease(Gateway)
  await lease.object.quote('x')
  // A handle of its own for a request, whose first call does not know yet whether it streams, and whose caller could give up.
  await board.use(Gateway, { signal: new AbortController().signal }).quote('x')
  await board.run(Gateway, (object) => object.quote('x'), { deadline: 1_000 })
}
let changes = 0
const change = async (): Promise<void> => {
  const n = changes++
  if (n % 20 === 19) {
    const other = await create(`other ${n}`, 5)
    await board.admin.move(other, { to: 'first' }, { actor })
    await gateway.charge('x')
    await board.admin.remove(other, { actor })
  } else await board.admin.update(id, { config: { apiKey: 'key-one', note: String(n) } }, { actor })
  await gateway.charge('x')
}
/** Calls between changes, as in life. */
const work = async (howManyCalls: number, howManyChanges: number): Promise<void> => {
  const between = Math.ceil(howManyCalls / howManyChanges)
  for (let n = 0; n < howManyChanges; n++) {
    await change()
    for (let m = 0; m < between; m++) await call()
  }
}
const heap = async (): Promise<{ readonly bytes: number; readonly code: number }> => {
  for (let n = 0; n < 5; n++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc?.()
  }
  const { code_and_metadata_size: code, bytecode_and_metadata_size: bytecode } = getHeapCodeStatistics()
  return { bytes: process.memoryUsage().heapUsed, code: code + bytecode }
}
const [howManyCalls, howManyChanges] = [Number(process.env['CALLS']), Number(process.env['CHANGES'])]
await work(howManyCalls / 10, howManyChanges / 10)
log.length = 0
const [builtBefore, before] = [Bank.built, await heap()]
await work((howManyCalls * 9) / 10, (howManyChanges * 9) / 10)
const disposed = log.length
log.length = 0
console.log(JSON.stringify({ calls, changes, before, after: await heap(), built: Bank.built - builtBefore, disposed }))
await board.close()
// Nothing is left that keeps the process: it ends by itself.
