/** A process of its own that brings configs forward, two rows a batch. `HOLD` stops it at a point: after a write of its, or inside one that is not yet committed. */
import { writeSync } from 'node:fs'
import { createBoard, type StoreFactory } from '../../src/index.ts'
import { storeAt } from './store-at.ts'
import type { Store, StoreWriter } from '../../src/store/index.ts'
import { actor } from './gateways.ts'
import { Third } from './versions.ts'

const hold = process.env['HOLD'] ?? ''

/** Says where it is, then stands still until it is killed. */
async function at(point: string): Promise<void> {
  if (point !== hold) return
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
      await at(`before-${writes}`)
      const result = await write(async (writer) => {
        const done = await work(writer)
        await at(`open-${writes}`)
        return done
      })
      await at(`after-${writes}`)
      return result
    }
    return inner
  },
}

const board = createBoard({ plugins: [Third], store, keys: process.env['PLUGBOARD_KEYS'] })
await board.admin.migrateConfigs({ batch: 2 }, { actor })
console.log('migrated')
await board.close()
