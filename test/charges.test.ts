import { expect, test } from 'vitest'
import { Plugin, PluginType, Rejected, Unavailable, type Board, type Methods } from '../src/index.ts'
import { actor } from './support/gateways.ts'
import { openBoard, type TestBoard } from './support/open-board.ts'

/** Another run: `SEED=7 npx vitest run --project unit test/charges.test.ts`. */
const seed = Number(process.env['SEED'] ?? 38)

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What the provider does with one request: whether it charges, and what its client sees. */
type Fate =
  | 'fine'
  | 'refused'
  | 'busy'
  | 'declined'
  | 'charged_then_silent'
  | 'silent'
  | 'charged_then_late'
  | 'charged_then_reset'
  | 'reset'
const certain: readonly Fate[] = ['refused', 'busy']
const any: readonly Fate[] = [
  ...certain,
  'declined',
  'charged_then_silent',
  'silent',
  'charged_then_late',
  'charged_then_reset',
  'reset',
  'fine',
  'fine',
]

abstract class Gateway extends PluginType('gateway', { strategies: ['priority', 'weighted', 'round-robin'] }) {
  static readonly methods: Methods<Gateway> = { charge: 'once', refund: 'repeatable' }
  abstract charge(order: string): Promise<string>
  abstract refund(order: string): Promise<string>
}

/** The providers: what each of them was asked, and which orders were charged how often. */
class World {
  readonly charges = new Map<string, number>()
  fateOf: (instance: string) => Fate = () => 'fine'

  async request(instance: string, order: string): Promise<string> {
    const fate = this.fateOf(instance)
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    if (fate === 'refused') throw new Unavailable('connect ECONNREFUSED')
    if (fate === 'busy') {
      await new Promise((resolve) => setImmediate(resolve))
      throw new Unavailable('503')
    }
    if (fate === 'declined') throw new Rejected('card declined')
    if (fate === 'reset') throw reset
    if (fate === 'silent') return new Promise(() => {})
    this.charges.set(order, (this.charges.get(order) ?? 0) + 1)
    if (fate === 'charged_then_silent') return new Promise(() => {})
    if (fate === 'charged_then_reset') throw reset
    if (fate === 'charged_then_late') await new Promise((resolve) => setTimeout(resolve, 60))
    return `${instance} charged ${order}`
  }
}
let world = new World()

class Card extends Plugin(Gateway, { key: 'card' }) {
  async charge(order: string): Promise<string> {
    return world.request(this.instance.name, order)
  }
  async refund(order: string): Promise<string> {
    return world.request(this.instance.name, order)
  }
}

const names = ['A', 'B', 'C', 'healthy']
async function open(): Promise<TestBoard> {
  world = new World()
  const opened = await openBoard({ plugins: [Card], closeDeadline: 0 })
  const { board } = opened
  await board.admin.remove(board.instances(Gateway)[0]?.id ?? '', { actor })
  for (const [priority, name] of names.entries())
    await board.admin.create({ type: Gateway, plugin: 'card', name, status: name === 'C' ? 'reserved' : 'active', priority }, { actor })
  return opened
}

/** Sends orders, some at a time, and gives what became of each. */
async function send(board: Board, orders: number): Promise<ReadonlyMap<string, unknown>> {
  const gateway = board.use(Gateway, { deadline: 30 })
  const outcomes = new Map<string, unknown>()
  const left = Array.from({ length: orders }, (_, n) => `order ${n}`)
  const sender = async (): Promise<void> => {
    for (let order = left.pop(); order !== undefined; order = left.pop()) {
      const own = order
      await gateway.charge(own).then(
        (receipt) => outcomes.set(own, receipt),
        (error: unknown) => outcomes.set(own, error),
      )
    }
  }
  await Promise.all(Array.from({ length: 100 }, sender))
  return outcomes
}

test(`[38] 10,000 charges under random faults, deadlines included: no order is charged twice (seed ${seed})`, async () => {
  await using opened = await open()
  const { board } = opened
  const random = randomFrom(seed)
  world.fateOf = () => any[Math.floor(random() * any.length)] as Fate
  const outcomes = await send(board, 10_000)
  expect(outcomes.size).toBe(10_000)
  expect([...world.charges].filter(([, times]) => times > 1)).toStrictEqual([])
  expect(world.charges.size).toBeLessThanOrEqual(10_000)
  // Who was told of a receipt was charged, once.
  const receipts = [...outcomes].filter(([, outcome]) => typeof outcome === 'string')
  for (const [order] of receipts) expect(world.charges.get(order)).toBe(1)
  // Every fate was met.
  expect(receipts.length).toBeGreaterThan(1_000)
  const codes = new Set([...outcomes.values()].map((outcome) => (outcome as { code?: string }).code))
  expect([...codes].toSorted()).toStrictEqual(['ECONNRESET', 'all_instances_failed', 'deadline', 'rejected', undefined].toSorted())
})

for (const strategy of ['priority', 'weighted', 'round-robin'] as const) {
  test(`[38] where every failure is certain and one instance is healthy, each of 10,000 orders is charged once, by ${strategy} (seed ${seed})`, async () => {
    await using opened = await open()
    const { board } = opened
    await board.admin.setStrategy(Gateway, strategy, { actor })
    const random = randomFrom(seed)
    world.fateOf = (instance) =>
      instance === 'healthy' || random() < 0.3 ? 'fine' : (certain[Math.floor(random() * certain.length)] as Fate)
    const outcomes = await send(board, 10_000)
    expect([...outcomes].filter(([, outcome]) => typeof outcome !== 'string')).toStrictEqual([])
    expect(world.charges.size).toBe(10_000)
    expect([...world.charges.values()].every((times) => times === 1)).toBe(true)
    // The failing ones were taken out: they were not asked each time.
    const metrics = await board.admin.metrics(Gateway)
    expect(metrics.find((each) => each.name === 'healthy')).toMatchObject({ errors: 0 })
  })
}

test('[38] positive control: the same faults with charge as a repeatable method charge orders twice', async () => {
  await using opened = await open()
  const random = randomFrom(seed)
  world.fateOf = () => any[Math.floor(random() * any.length)] as Fate
  const gateway = opened.board.use(Gateway, { deadline: 1_000, attemptDeadline: 10 })
  await Promise.all(Array.from({ length: 300 }, (_, n) => gateway.refund(`order ${n}`).catch(() => {})))
  expect([...world.charges.values()].some((times) => times > 1)).toBe(true)
})
