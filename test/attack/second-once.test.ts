import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Rejected, Unavailable } from '../../src/index.ts'
import { actor, Bank, Gateway } from '../support/gateways.ts'
import { openBoard } from '../support/open-board.ts'

type Fault = 'none' | 'unavailable' | 'after' | 'late' | 'rejected' | 'unbuildable'
const faults: readonly Fault[] = ['none', 'unavailable', 'after', 'late', 'rejected', 'unbuildable']
const certain: ReadonlySet<Fault> = new Set(['none', 'unavailable', 'unbuildable'])
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T

const plan = fc.record({
  instances: fc.integer({ min: 3, max: 5 }),
  onlyCertain: fc.boolean(),
  faults: fc.array(fc.nat(1_000), { minLength: 40, maxLength: 40 }),
  edits: fc.array(fc.record({ what: fc.nat(5), which: fc.nat(100), at: fc.nat(10), n: fc.nat(100) }), { maxLength: 6 }),
})

/** So many orders at a time, each started some turns after the other. */
const orders = 12

test('a once method never acts twice for one order, whatever fails and is reconfigured; with certain failures and a healthy instance each order is done', async () => {
  await using opened = await openBoard({ plugins: [Bank], refreshEvery: 50, disposeAfter: 0 })
  const { board } = opened
  let round = 0
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      round++
      for (const { id } of board.instances(Gateway)) await board.admin.remove(id, { actor })
      const names = Array.from({ length: given.instances }, (_, n) => `${round}.${n}`)
      /** Never fails, is never edited away, and comes last. */
      const healthy = names.at(-1) ?? ''
      const acted = new Map<string, number>()
      const disposed = new Set<object>()
      const late: string[] = []
      const usable = given.onlyCertain ? faults.filter((each) => certain.has(each)) : faults
      let current = ''
      let used = 0
      Bank.act = async (self, call) => {
        if (call === 'onDispose') disposed.add(self)
        if (self.instanceName === healthy && call !== 'charge') return
        const fault = self.instanceName === healthy ? 'none' : pick(usable, given.faults[used++ % given.faults.length] ?? 0)
        if (call === 'onStart' && fault === 'unbuildable') throw new Error('can not be built')
        if (call !== 'charge') return
        if (disposed.has(self)) late.push(self.instanceName)
        const order = current
        if (fault === 'unavailable') {
          if (used % 2 === 0) await new Promise((resolve) => setImmediate(resolve))
          throw new Unavailable('try later')
        }
        acted.set(order, (acted.get(order) ?? 0) + 1)
        if (disposed.has(self)) late.push(self.instanceName)
        if (fault === 'after') throw new Error('the answer got lost')
        if (fault === 'rejected') throw new Rejected('no funds')
        if (fault === 'late') {
          await new Promise((resolve) => setImmediate(resolve))
          throw new Error('gone while it was answering')
        }
      }
      const ids: string[] = []
      for (const [n, name] of names.entries()) {
        const input = { type: Gateway, plugin: 'bank', name, config: { apiKey: `key-${name}` }, status: 'active', priority: n } as const
        ids.push((await board.admin.create(input, { actor, force: true })).id)
      }
      const gateway = board.use(Gateway)
      const editing = given.edits.map(async ({ what, which, at, n }) => {
        for (let turn = 0; turn < at; turn++) await new Promise((resolve) => setImmediate(resolve))
        const id = pick(ids.slice(0, -1), which)
        const edit = [
          () => board.admin.update(id, { config: { apiKey: 'key-new', note: `${n}` } }, { actor, force: true }),
          () => board.admin.setStatus(id, pick(['active', 'reserved', 'disabled'] as const, n), { actor }),
          () => board.admin.update(id, { priority: n }, { actor }),
          () => board.admin.remove(id, { actor }),
          () => board.admin.update(ids.at(-1) ?? '', { config: { apiKey: 'key-new', note: `${n}` } }, { actor, force: true }),
          () => board.admin.update(ids.at(-1) ?? '', { priority: n }, { actor }),
        ] as const
        await pick<() => Promise<unknown>>(edit, what)().catch((error: { code?: string }) => {
          if (!['instance_not_found', 'conflict', 'stale_write'].includes(error.code ?? '')) throw error
        })
      })
      const done: string[] = []
      const failed: unknown[] = []
      const calls = Array.from({ length: orders }, async (_, n) => {
        const order = `${round}/${n}`
        for (let turn = 0; turn < n; turn++) await new Promise((resolve) => setImmediate(resolve))
        // The order that a charge is for is told by `run`, which gives the object itself.
        const work = board.run(Gateway, async (object) => {
          current = order
          return object.charge(order)
        })
        await work.then(
          () => done.push(order),
          (error: unknown) => failed.push(error),
        )
      })
      await Promise.all([...calls, ...editing])
      current = `${round}/handle`
      await gateway.charge(current).then(
        () => done.push(current),
        (error: unknown) => failed.push(error),
      )
      expect([...acted].filter(([, times]) => times > 1)).toEqual([])
      expect(late).toEqual([])
      for (const order of done) expect(acted.get(order)).toBe(1)
      if (given.onlyCertain) expect(failed.map(String)).toEqual([])
    }),
    { numRuns: 15 },
  )
})
