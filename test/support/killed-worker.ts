/**
 * A process of its own that works on a database until it kills itself with SIGKILL, at the statement `KILL_AT` of its work, or to the end. What it has done
 * it says, a JSON line for each.
 */
import { writeSync } from 'node:fs'
import { createBoard, type StoreFactory } from '../../src/index.ts'
import { actor, Bank, Cash, Gateway } from './gateways.ts'
import { randomOf } from './random.ts'
import { storeAt } from './store-at.ts'

const work = process.env['WORK'] ?? ''
const killAt = Number(process.env['KILL_AT'])
const random = randomOf(Number(process.env['SEED']))
const say = (what: object): void => void writeSync(1, `${JSON.stringify(what)}\n`)

let statements = 0
let counting = false
const inner = storeAt(process.env['BOARD_FILE'])
const store: StoreFactory = {
  description: inner.description,
  open: (options) =>
    inner.open({
      ...options,
      onStatement: () => {
        if (counting && ++statements === killAt) process.kill(process.pid, 'SIGKILL')
      },
    }),
}

const board = createBoard({ plugins: [Bank, Cash], store, keys: process.env['PLUGBOARD_KEYS'] })
const rounds = 200
const works: Readonly<Record<string, () => Promise<void>>> = {
  migrate: async () => {
    counting = true
    await board.migrate()
  },
  sync: async () => {
    await board.internals.store.checkSchema()
    counting = true
    await board.sync()
  },
  rotate: async () => {
    await board.admin.order(Gateway)
    counting = true
    await board.admin.rotateKeys({ batch: 2 }, { actor })
  },
  reorder: async () => {
    let { ids, orderRevision } = await board.admin.order(Gateway)
    counting = true
    for (let n = 0; n < rounds; n++) {
      const wanted = random.shuffled(ids)
      say({ trying: wanted })
      ;({ ids, orderRevision } = await board.admin.reorder(Gateway, wanted, { actor, orderRevision }))
      say({ done: wanted })
    }
  },
  edit: async () => {
    const id = process.env['INSTANCE'] ?? ''
    const { config } = await board.admin.get(id)
    counting = true
    for (let n = Number((config as { note: string }).note) + 1; n < rounds; n++) {
      say({ trying: n })
      await board.admin.update(id, { name: `n${n}`, tags: [`t${n}`], config: { note: String(n) } }, { actor })
      say({ done: n })
    }
  },
}
await works[work]?.()
say({ ended: true, statements })
await board.close()
