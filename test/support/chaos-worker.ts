/** A process of its own that does random operations on one database, and says each that was acknowledged, and each error. */
import { writeSync } from 'node:fs'
import { createBoard, type Board } from '../../src/index.ts'
import { Bank, Cash, Gateway } from './gateways.ts'
import { storeAt } from './store-at.ts'

const name = process.env['NAME'] ?? ''
const count = Number(process.env['COUNT'])
const actor = { id: name, name }
const say = (what: object): void => void writeSync(1, `${JSON.stringify({ by: name, ...what })}\n`)

const board: Board = createBoard({
  plugins: [Bank, Cash],
  store: storeAt(process.env['BOARD_FILE']),
  keys: process.env['PLUGBOARD_KEYS'],
  migrate: 'on-start',
  sync: 'on-start',
  refreshEvery: 50,
})
process.on('unhandledRejection', (error) => say({ error: 'unhandled', message: String(error) }))
await board.ready()
const gateway = board.use(Gateway)

let seed = Number(process.env['SEED'])
const random = (below: number): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return Math.floor((seed / 2_147_483_648) * below)
}
const removed: string[] = []

async function step(n: number): Promise<void> {
  const all = board.instances(Gateway).filter((each) => each.plugin === 'bank')
  const one = all[random(all.length)]
  const kind = all.length < 4 || one === undefined ? 0 : random(11)
  const tag = `${name}${n}`
  const ack = (op: string, id: string, over: object = {}): void => say({ op, id, ...over })
  if (kind === 0) {
    if (all.length > 12) return
    const made = await board.admin.create(
      {
        type: Gateway,
        plugin: 'bank',
        name: `n${random(20)}`,
        config: { apiKey: `secret-${tag}`, note: tag },
        status: 'active',
        tags: [tag],
      },
      { actor },
    )
    return ack('create', made.id, { tag })
  }
  if (one === undefined) return
  const { id } = one
  if (kind <= 3) {
    const saved = await board.admin.update(id, { config: { note: tag }, tags: [tag] }, { actor })
    const head = board.internals.runtime.slot(Gateway).current
    if (head?.instance.row.id === id && head.configRevision < saved.configRevision) say({ error: 'served_older', message: id })
    return ack('update', id, { tag })
  }
  if (kind === 4) {
    await board.admin.update(id, { name: `n${random(20)}`, tags: [tag] }, { actor })
    return ack('update', id, { tag })
  }
  if (kind === 5) {
    await board.admin.setStatus(id, (['active', 'reserved', 'disabled'] as const)[random(3)] ?? 'active', { actor })
    return
  }
  if (kind === 6) {
    const { ids, orderRevision } = await board.admin.order(Gateway)
    await board.admin.reorder(Gateway, [...ids].toReversed(), { actor, orderRevision })
    return
  }
  if (kind === 7) return void (await board.admin.move(id, { to: random(2) === 0 ? 'first' : 'last' }, { actor }))
  if (kind === 8) {
    await board.admin.remove(id, { actor })
    removed.push(id)
    return ack('remove', id)
  }
  if (kind === 9) {
    const back = removed.pop()
    if (back === undefined) return
    await board.admin.restore(back, { actor })
    return ack('restore', back)
  }
  const entries = await board.admin.history({ instance: id })
  const entry = entries[random(entries.length)]
  if (entry !== undefined) await board.admin.rollback(id, entry.id, { actor })
}

for (let n = 0; n < count; n++) {
  const work = Array.from({ length: 1 + random(3) }, (_, k) =>
    step(n * 4 + k).catch((error: { code?: string; message?: string }) => say({ error: error.code ?? 'none', message: error.message })),
  )
  work.push(
    gateway.charge('x').then(
      () => {},
      (error: { code?: string; message?: string }) => say({ error: error.code ?? 'none', message: `charge: ${error.message}` }),
    ),
  )
  await Promise.all(work)
}
say({ done: true })
await board.close()
