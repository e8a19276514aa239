import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { actor } from '../../test/support/gateways.ts'
import { openBoard } from '../../test/support/open-board.ts'
import { randomOf } from '../../test/support/random.ts'
import { Plugin, PluginType, Unavailable, type Candidate, type InstanceView, type Methods, type SelectInput } from '../index.ts'

/** Another run: `SEED=7 npx vitest run --project unit src/runtime/explain.test.ts`. */
const seed = Number(process.env['SEED'] ?? 39)

interface Visit {
  readonly user: string
  readonly most: number
}
/** Names of instances whose calls fail, and of those that can't be built. */
const down = new Set<string>()
const broken = new Set<string>()
/** Names of the instances that were asked, in order. */
const asked: string[] = []

const ejection = { consecutiveFailures: 2, baseTime: 1_000, maxTime: 4_000, jitter: 0, maxShare: 0.7 }
const config = z.object({ n: z.number().default(0) })
async function answer({ name }: InstanceView): Promise<string> {
  asked.push(name)
  if (down.has(name)) throw new Unavailable('down')
  return name
}
function start({ name }: InstanceView): void {
  if (broken.has(name)) throw new Error('can not be built')
}

abstract class Listed extends PluginType('listed', {
  strategies: ['priority', 'weighted', 'round-robin', { name: 'sticky', key: (context: Visit) => context.user }],
  ejection,
}) {
  static readonly methods: Methods<Listed> = { go: 'repeatable' }
  abstract go(): Promise<string>
}
class ListedPlugin extends Plugin(Listed, { key: 'plugin', config }) {
  onStart(): void {
    start(this.instance)
  }
  go(): Promise<string> {
    return answer(this.instance)
  }
}

const byPriority = ({ candidates, context }: SelectInput<Visit>): Candidate | null =>
  candidates.find((each) => each.priority <= context.most) ?? null

abstract class Ruled extends PluginType('ruled', { select: byPriority, ejection }) {
  static readonly methods: Methods<Ruled> = { go: 'repeatable' }
  abstract go(): Promise<string>
}
class RuledPlugin extends Plugin(Ruled, { key: 'plugin', config }) {
  onStart(): void {
    start(this.instance)
  }
  go(): Promise<string> {
    return answer(this.instance)
  }
}

abstract class Looked extends PluginType('looked', {
  select: async (input: SelectInput<Visit>) => {
    await Promise.resolve()
    return input.candidates.toReversed().find((each) => each.weight <= input.context.user.length) ?? byPriority(input)
  },
  ejection,
}) {
  static readonly methods: Methods<Looked> = { go: 'repeatable' }
  abstract go(): Promise<string>
}
class LookedPlugin extends Plugin(Looked, { key: 'plugin', config }) {
  onStart(): void {
    start(this.instance)
  }
  go(): Promise<string> {
    return answer(this.instance)
  }
}

abstract class Free extends PluginType('free', {
  select: {
    needsContext: false,
    select: ({ candidates }) => candidates.find((each) => each.weight % 2 === 1) ?? candidates.at(-1) ?? null,
  },
  ejection,
}) {
  static readonly methods: Methods<Free> = { go: 'repeatable' }
  abstract go(): Promise<string>
}
class FreePlugin extends Plugin(Free, { key: 'plugin', config }) {
  onStart(): void {
    start(this.instance)
  }
  go(): Promise<string> {
    return answer(this.instance)
  }
}

afterEach(() => {
  vi.useRealTimers()
  for (const each of [down, broken]) each.clear()
})

test(`[39] explain says which one the next call gets, over 10,000 random contexts and states: every strategy and kind of function, ejected, on trial, broken (seed ${seed})`, async () => {
  const random = randomOf(seed)
  const any = <T>(items: readonly T[]): T => items[random.below(items.length)] as T
  await using opened = await openBoard({ plugins: [ListedPlugin, RuledPlugin, LookedPlugin, FreePlugin], refreshEvery: 600_000 })
  const { board } = opened
  // What is compared needs no types: all four are asked in one way.
  const types = [Listed, Ruled, Looked, Free] as unknown as readonly (typeof Listed)[]
  const all: { readonly type: typeof Listed; readonly id: string; readonly name: string }[] = []
  for (const type of types) {
    for (let n = 0; n < 5; n++) {
      const name = `${type.key} ${n}`
      const { id } = await board.admin.create({ type, plugin: 'plugin', name, config: {}, status: 'active', priority: n }, { actor })
      all.push({ type, id, name })
    }
  }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })

  let edits = 0
  const steps: readonly (() => Promise<unknown>)[] = [
    () => board.admin.setStrategy(Listed, any(['priority', 'weighted', 'round-robin', 'sticky', null] as const), { actor }),
    async () => {
      const { id, name } = any(all)
      if (random.below(4) === 0) broken.add(name)
      else broken.delete(name)
      const status = any(['active', 'active', 'reserved', 'disabled'] as const)
      const change = { status, weight: random.below(8), priority: random.below(6), config: { n: ++edits } }
      await board.admin.update(id, change, { actor, force: true })
    },
    async () => down.add(any(all).name),
    async () => down.delete(any(all).name),
    async () => down.clear(),
    () => board.admin.eject(any(all).id, { actor, for: 1 + random.below(3_000) }).catch(() => {}),
    () => board.admin.reinstate(any(all).id, { actor }).catch(() => {}),
    () => vi.advanceTimersByTimeAsync(random.below(2_000)),
    async () => {
      // The one that would be chosen is on trial then, as a rule.
      const type = any(types)
      const chosen = (await board.explain(type, { context: { user: 'ada', most: 5 } })).find((each) => each.chosen)
      if (chosen !== undefined) await board.admin.eject(chosen.id, { actor, for: 1 }).catch(() => {})
      await vi.advanceTimersByTimeAsync(2)
    },
    async () => {
      for (const { id } of all.filter((each) => broken.delete(each.name)))
        await board.admin.update(id, { status: 'active', config: { n: ++edits } }, { actor, force: true })
    },
    async () => {
      // What is switched off has no object that could serve on.
      const { id, name } = any(all)
      await board.admin.setStatus(id, 'disabled', { actor })
      broken.add(name)
      await board.admin.setStatus(id, 'active', { actor })
    },
    () => vi.advanceTimersByTimeAsync(5_000),
  ]
  const met: Record<string, number> = {}
  let compared = 0
  while (compared < 10_000) {
    await any(steps)()
    for (let n = 0; n < 25; n++) {
      const type = any(types)
      const context: Visit = { user: any(['', 'ada', 'bo', 'cyrus', `u${random.below(1_000)}`]), most: random.below(6) }
      const explained = await board.explain(type, { context })
      const chosen = explained.filter((each) => each.chosen)
      asked.length = 0
      const how = random.below(3)
      const call =
        how === 0
          ? board.use(type, { context }).go()
          : how === 1
            ? board.run(type, (object) => object.go(), { context, repeatable: true })
            : board.resolve(type, { context }).then((object) => object.go())
      const code = await call.then(
        () => 'ok',
        (error: { readonly code: string }) => error.code,
      )
      expect([asked[0] ?? code, chosen.length], JSON.stringify({ context, how, explained })).toStrictEqual([
        chosen[0]?.name ?? 'no_instance',
        chosen.length === 0 ? 0 : 1,
      ])
      expect(chosen[0]?.status).not.toBe('disabled')
      compared++
      for (const each of explained) {
        const key = `${each.reason}${each.chosen ? ' chosen' : ''}${/On trial/.test(each.text) ? ' on trial' : ''}`
        met[key] = (met[key] ?? 0) + 1
      }
    }
  }
  // Every state was met.
  for (const state of [
    'selected chosen',
    'selected chosen on trial',
    'ejected',
    'reserved',
    'after',
    'not_chosen',
    'disabled',
    'build_failed',
  ])
    expect([state, (met[state] ?? 0) > 20], JSON.stringify(met)).toStrictEqual([state, true])
}, 120_000)
