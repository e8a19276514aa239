/** A process of its own that edits at random, reads without pause what it serves, and at the end tells what it wrote and read, and when. */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as after } from 'node:timers/promises'
import { ConflictError, createBoard, StoreError, type StoreFactory } from '../../src/index.ts'
import { redis } from '../../src/integrations/redis.ts'
import type { Store } from '../../src/store/index.ts'
import type { Observed, Run, Saved } from './follow-report.ts'
import { Bank, Cash, Gateway } from './gateways.ts'
import { storeAt } from './store-at.ts'

const env = (name: string): string => process.env[name] ?? ''
const name = env('NAME')
const actor = { id: name, name }
/** Milliseconds on a clock that all processes of the machine share and nobody sets. */
const clock = (): number => Number(process.hrtime.bigint()) / 1e6

let written = 0
const inner = storeAt(env('BOARD_FILE'))
/** Knows the revision of what this process wrote; with `DEAF` it hears of no change: what remains is the poll. */
const store: StoreFactory = {
  description: inner.description,
  open(options): Store {
    const onWritten = (revision: number): void => {
      written = revision
      options.onWritten?.(revision)
    }
    const opened = inner.open({ ...options, onWritten })
    return env('DEAF') === '' ? opened : Object.assign(opened, { watch: undefined })
  },
}
const board = createBoard({
  plugins: [Bank, Cash],
  store,
  keys: env('PLUGBOARD_KEYS'),
  refreshEvery: Number(env('EVERY')),
  ...(env('REDIS') !== '' && { notifier: redis(env('REDIS')) }),
})
await board.ready()

let seed = Number(env('SEED'))
const random = (below: number): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return Math.floor((seed / 2_147_483_648) * below)
}

const runs: Run[] = []
const problems: string[] = []

function read(): void {
  const object = board.get(Gateway)
  const serves = object instanceof Bank ? object.note : 'cash'
  const revision = board.internals.runtime.revision ?? 0
  const last = runs.at(-1)
  const at = clock()
  if (last?.revision === revision && last.serves === serves) {
    last.until = at
    last.reads++
  } else runs.push({ revision, serves, from: at, until: at, reads: 1 })
}

async function edit(n: number): Promise<void> {
  const banks = board.instances(Gateway).filter((each) => each.plugin === 'bank')
  const one = banks[random(banks.length)]
  if (one === undefined) throw new Error('there is no instance to edit')
  const kind = random(10)
  if (kind < 6) {
    const note = `${name}-${n}`
    const saved = await board.admin.update(one.id, { config: { note }, tags: [note] }, { actor })
    const now = board.internals.runtime.slot(Gateway).current
    if (now?.instance.row.id === one.id && now.configRevision < saved.configRevision)
      problems.push(`served an older config after saving ${note}`)
  } else if (kind < 8) await board.admin.setStatus(one.id, one.status === 'active' ? 'reserved' : 'active', { actor })
  else await board.admin.move(one.id, { to: kind === 8 ? 'first' : 'last' }, { actor })
}

const ending = new AbortController()
const readings = (async () => {
  while (!ending.signal.aborted) {
    read()
    await after(Number(env('READ_EVERY')))
  }
})()

writeSync(1, 'ready\n')
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
await lines.next()
const saved: Saved[] = []
for (let n = 0; n < Number(env('COUNT')); n++) {
  written = 0
  await edit(n).catch((error: unknown) => {
    // Somebody else edited the same instance each time it was tried, or held the lock for too long: told, and not written.
    if (!(error instanceof ConflictError || error instanceof StoreError)) throw error
    written = 0
  })
  // A status that stands already is no write.
  if (written > 0) {
    saved.push({ revision: written, at: clock() })
    read()
    if ((board.internals.runtime.revision ?? 0) < written) problems.push(`did not serve its own revision ${written}`)
  }
  await after(random(Number(env('PAUSE'))))
}
writeSync(1, 'edited\n')
await lines.next()
ending.abort()
await readings
const observed: Observed = { name, saved, runs, problems, revision: board.internals.runtime.revision ?? 0 }
process.stdout.write(`${JSON.stringify(observed)}\n`)
await board.close()
process.stdin.destroy()
