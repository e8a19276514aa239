// Long because every way of calling stands beside what its caller may be told.
/** A process of the soak: calls in every way there is, tells each call's end, and watches over its plugin objects. It may be killed at any moment. */
import { setTimeout as after } from 'node:timers/promises'
import { getHeapCodeStatistics } from 'node:v8'
import { createBoard, PlugboardError, type Board } from '../../src/index.ts'
import { randomOf } from '../support/random.ts'
import { storeAt } from '../support/store-at.ts'
import { Gateway, plugins, Post, settingsOf, witness } from './contracts.ts'
import type { Seen } from './expected.ts'
import { kinds, outcomes, type Kind, type Outcome } from './ledger.ts'
import type { Order, Said } from './messages.ts'

const env = (name: string): string => process.env[name] ?? ''
witness.process = env('NAME')
const random = randomOf(Number(env('SEED')))
const say = (what: Said): void => void process.send?.(what)
const problem = (text: string): void => say({ say: 'problem', text: `${witness.process}: ${text}` })
process.on('unhandledRejection', (error) => problem(`unhandled rejection: ${error instanceof Error ? error.stack : String(error)}`))
process.on('uncaughtException', (error) => problem(`uncaught: ${error.stack ?? ''}`))
// Who is left alone ends.
process.on('disconnect', () => process.exit(1))

const board: Board = createBoard({
  plugins,
  store: storeAt(env('BOARD_FILE')),
  keys: env('PLUGBOARD_KEYS'),
  refreshEvery: 500,
  disposeAfter: 1_000,
})
const counts = { failovers: 0, ejected: 0, recovered: 0, changes: 0, unloadable: 0 }
board.on('failover', () => counts.failovers++)
board.on('ejected', () => counts.ejected++)
board.on('recovered', () => counts.recovered++)
board.on('change', () => counts.changes++)
board.on('unloadable', ({ instance, error }) => {
  counts.unloadable++
  problem(`${instance.name} could not be built: ${error.message}`)
})

const user = (): { readonly user: string } => ({ user: `u${random.below(100)}` })
const context = user
/** Held for the life of the process. */
const gateway = board.use(Gateway, { context, deadline: 250, attemptDeadline: 120 })
const charging = board.use(Gateway, { context, deadline: 250 })
const post = board.use(Post)

/** What the caller of an error knows. */
function outcomeOf(error: unknown): Outcome {
  const code = error instanceof PlugboardError ? error.code : ''
  if (code === 'rejected') return 'rejected'
  if (code === 'unavailable' || code === 'all_instances_failed' || code === 'no_instance' || code === 'selection_needs_context')
    return 'nothing_done'
  const isKnown = code === 'deadline' || (code === '' && error instanceof Error && known.has(error.message))
  if (!isKnown) problem(`a call ended with ${error instanceof Error ? error.stack : String(error)}`)
  return 'uncertain'
}
const known: ReadonlySet<string> = new Set(['500', 'no answer', 'read ECONNRESET', 'gave up'])

/** The answer must be that of the own question. */
async function answered(call: number, answer: Promise<string>): Promise<void> {
  const text = await answer
  if (text !== String(call)) problem(`call ${call} got the answer of ${text}`)
}

const calls: Readonly<Record<Kind, (call: number) => Promise<void>>> = {
  charge: (call) => answered(call, charging.charge(call)),
  aborted: (call) => {
    const giving = new AbortController()
    const timer = setTimeout(() => giving.abort(new Error('gave up')), random.below(60))
    const once = board.use(Gateway, { context: user(), signal: giving.signal })
    return answered(call, once.charge(call)).finally(() => clearTimeout(timer))
  },
  run: (call) =>
    answered(
      call,
      board.run(Gateway, (object) => object.charge(call), { context: user(), deadline: 250 }),
    ),
  get: (call) => answered(call, (board.getByKey('gateway') as Gateway).charge(call)),
  lease: async (call) => {
    await using lease = await board.lease(Gateway, { context: user(), deadline: 5_000 })
    await answered(call, lease.object.charge(call))
  },
  direct: (call) => answered(call, direct.charge(call)),
  quote: (call) => answered(call, gateway.quote(call)),
  deliver: (call) => answered(call, post.deliver(call)),
  stream: async (call) => {
    const count = 1 + random.below(5)
    const most = random.below(4) === 0 ? random.below(count) : count
    let next = 0
    for await (const item of gateway.items(call, count)) {
      if (item !== next++) problem(`item ${item} of stream ${call} came where ${next - 1} was due`)
      if (next > most) break
    }
    if (most === count && next !== count) problem(`stream ${call} ended after ${next} of ${count} items`)
  },
}
// The type lets operators choose a strategy that needs a context; then this says so.
const direct = board.use(Gateway as never, { failover: false }) as Pick<Gateway, 'charge'>

/** Each as often as it is likely. */
const mix: readonly Kind[] = (
  [
    ['charge', 46],
    ['quote', 18],
    ['deliver', 14],
    ['get', 5],
    ['direct', 4],
    ['run', 4],
    ['lease', 3],
    ['stream', 3],
    ['aborted', 3],
  ] as const
).flatMap(([kind, often]) => Array.from({ length: often }, () => kind))

let next = 0
const state = { isResting: false, isEnding: false }
let told: number[] = []
const flush = (): void => {
  if (told.length > 0) say({ say: 'told', calls: told })
  told = []
  for (const text of witness.problems.splice(0)) problem(text)
}
const flushing = setInterval(flush, 25)

async function caller(pause: number): Promise<void> {
  while (!state.isEnding) {
    if (state.isResting) {
      await after(20)
      continue
    }
    const call = next++
    if (call > 0 && call % weighEvery === 0) {
      state.isResting = true
      say({ say: 'due', calls: call })
    }
    const kind = mix[random.below(mix.length)] as Kind
    // Awaited first: what is told is another list by then.
    const outcome = await outcomeOfCall(kind, call)
    told.push(call, kinds.indexOf(kind), outcomes.indexOf(outcome))
    if (pause > 0) await after(random.below(pause))
  }
}

async function outcomeOfCall(kind: Kind, call: number): Promise<Outcome> {
  try {
    await calls[kind](call)
    return 'ok'
  } catch (error) {
    return outcomeOf(error)
  }
}

/** Once all calls have ended, and what was replaced is gone. */
async function weigh(): Promise<void> {
  await after(2_500)
  flush()
  for (let n = 0; n < 5; n++) {
    await after(50)
    globalThis.gc?.()
  }
  const compiled = getHeapCodeStatistics()
  const code = compiled.code_and_metadata_size + compiled.bytecode_and_metadata_size
  say({ say: 'heap', calls: next, bytes: process.memoryUsage().heapUsed, code })
  state.isResting = false
}

async function serves(): Promise<void> {
  const rows: Record<string, Seen[]> = {}
  for (const [key, type] of Object.entries({ gateway: Gateway, post: Post })) {
    const seen: Seen[] = []
    for (const each of board.instances<Gateway | Post>(type)) {
      seen.push({ ...each, config: settingsOf(await each.load()) })
    }
    rows[key] = seen
  }
  say({ say: 'serves', revision: board.internals.runtime.revision ?? 0, rows })
}

async function end(): Promise<void> {
  state.isEnding = true
  await callers
  clearInterval(flushing)
  await board.close()
  flush()
  if (witness.built !== witness.disposed) problem(`of ${witness.built} objects ${witness.disposed} were disposed`)
  say({ say: 'ended', calls: next, counts: { built: witness.built, disposed: witness.disposed, ...counts } })
  process.removeAllListeners('disconnect')
  process.disconnect()
}

const obey: Readonly<Record<Order, () => void>> = {
  rest: () => {
    state.isResting = true
  },
  look: () => void serves().catch((error: unknown) => problem(`could not say what it serves: ${String(error)}`)),
  weigh: () => void weigh(),
  end: () => void end(),
}
process.on('message', (order: Order) => obey[order]())

const weighEvery = Number(env('WEIGH_EVERY'))
await board.ready()
say({ say: 'ready' })
const callers = Promise.all(Array.from({ length: Number(env('CALLERS')) }, () => caller(Number(env('PAUSE')))))
