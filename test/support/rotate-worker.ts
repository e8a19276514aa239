/** A process of its own that rotates keys, two rows a batch. `HOLD` stops it at a point: after a write of its, or inside one that is not yet committed. */
import { writeSync } from 'node:fs'
import { createBoard, type StoreFactory } from '../../src/index.ts'
import type { Store, StoreWriter } from '../../src/store/index.ts'
import { actor, Bank, Cash } from './gateways.ts'
import { storeAt } from './store-at.ts'

const hold = process.env['HOLD'] ?? ''

/** Says where it is, then stands still until it is killed. */
async function at(...points: readonly string[]): Promise<void> {
  if (!points.includes(hold)) return
  writeSync(1, `holding ${hold}\n`)
  setInterval(() => {}, 1_000)
  await new Promise(() => {})
}

const factory = storeAt(process.env['BOARD_FILE'])
let writes = 0
const store: StoreFactory = {
  description: factory.description,
  open(options): Store {
    const inner = factory.open(options)
    const write = inner.write.bind(inner)
    inner.write = async <T>(work: (writer: StoreWriter) => Promise<T>): Promise<T> => {
      writes++
      if (writes === 1) await at('before-first')
      let isFinal = false
      const result = await write(async (writer) => {
        const append = writer.appendHistory.bind(writer)
        writer.appendHistory = (rows) => {
          isFinal = true
          return append(rows)
        }
        const done = await work(writer)
        await at(isFinal ? 'final-open' : `batch-${writes}-open`)
        return done
      })
      await at(isFinal ? 'after-final' : `batch-${writes}`)
      return result
    }
    return inner
  },
}

const board = createBoard({ plugins: [Bank, Cash], store, keys: process.env['PLUGBOARD_KEYS'] })
await board.admin.rotateKeys({ batch: 2 }, { actor })
console.log('rotated')
await board.close()
