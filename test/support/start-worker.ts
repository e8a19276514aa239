/** A process of its own that migrates and syncs on start, and says what it sees. `HOLD` stops it at a point inside sync's transaction. */
import { writeSync } from 'node:fs'
import { createBoard, type StoreFactory } from '../../src/index.ts'
import type { Store, StoreWriter } from '../../src/store/index.ts'
import { Bank, Cash, Gateway } from './gateways.ts'
import { storeAt } from './store-at.ts'

const hold = process.env['HOLD'] ?? ''

/** Says where it is, then stands still until it is killed. */
function stop(): Promise<never> {
  writeSync(1, `holding ${hold}\n`)
  setInterval(() => {}, 1_000)
  return new Promise(() => {})
}

function holding(writer: StoreWriter): StoreWriter {
  const after = (point: string, name: 'insertTypes' | 'insertPlugins' | 'insertInstances') => async (rows: never) => {
    const result = await (writer[name] as (rows: never) => Promise<unknown>).call(writer, rows)
    return hold === point ? stop() : result
  }
  const replaced: Record<string, unknown> = {
    insertTypes: after('after-types', 'insertTypes'),
    insertPlugins: after('after-plugins', 'insertPlugins'),
    insertInstances: after('after-instances', 'insertInstances'),
  }
  return new Proxy(writer, {
    get: (target, name) => {
      const value: unknown = replaced[String(name)] ?? Reflect.get(target, name)
      return typeof value === 'function' ? (value as (...args: never) => unknown).bind(target) : value
    },
  })
}

const factory = storeAt(process.env['BOARD_FILE'])
const store: StoreFactory = {
  description: factory.description,
  open(options): Store {
    const inner = factory.open(options)
    return new Proxy(inner, {
      get: (target, name) => {
        if (name === 'write') {
          return <T>(work: (writer: StoreWriter) => Promise<T>) =>
            target.write(async (writer) => {
              const result = await work(holding(writer))
              return hold === 'before-commit' ? stop() : result
            })
        }
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value as (...args: never) => unknown).bind(target) : value
      },
    })
  },
}

try {
  const board = createBoard({ plugins: [Bank, Cash], store, keys: process.env['PLUGBOARD_KEYS'], migrate: 'on-start', sync: 'on-start' })
  await board.ready()
  const types = await board.internals.store.read((reader) => reader.types())
  console.log(JSON.stringify({ ok: true, types: types.length, names: board.instances(Gateway).map((each) => each.name) }))
  await board.close()
} catch (error) {
  console.log(JSON.stringify({ ok: false, types: 0, names: [], error: String(error) }))
}
