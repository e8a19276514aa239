import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Candidate } from '../contract/index.ts'
import { choose, chooseNow, compareInstances, explainChoice, type Considered, type Orderable } from './index.ts'

const candidate = (id: string, over: Partial<Candidate> = {}): Candidate => ({
  id,
  name: id,
  plugin: 'p',
  status: 'active',
  priority: 0,
  weight: 1,
  tags: [],
  ...over,
})
const a = candidate('a', { priority: 10 })
const b = candidate('b', { priority: 20 })

test('[33] the table of the predecessor: status first, then priority', () => {
  const rows: (Orderable & { name: string })[] = [
    { name: 'Stripe Sandbox', id: '3', status: 'reserved', priority: 1, createdRevision: 1 },
    { name: 'Stripe Backup', id: '2', status: 'active', priority: 20, createdRevision: 2 },
    { name: 'Stripe Off', id: '4', status: 'disabled', priority: 0, createdRevision: 4 },
    { name: 'Stripe Production', id: '1', status: 'active', priority: 10, createdRevision: 3 },
  ]
  expect(rows.toSorted(compareInstances).map((row) => row.name)).toStrictEqual([
    'Stripe Production',
    'Stripe Backup',
    'Stripe Sandbox',
    'Stripe Off',
  ])
})

test('[35] the order is total: any shuffle sorts to the same list, ties by creation, then id', () => {
  const row = fc.record({
    id: fc.uuid(),
    status: fc.constantFrom('active' as const, 'reserved' as const, 'disabled' as const),
    priority: fc.integer({ min: 0, max: 3 }),
    createdRevision: fc.integer({ min: 1, max: 3 }),
  })
  fc.assert(
    fc.property(fc.uniqueArray(row, { selector: (each) => each.id, maxLength: 20 }), fc.infiniteStream(fc.nat()), (rows, random) => {
      const shuffled = rows.map((each) => ({ each, at: random.next().value })).toSorted((x, y) => x.at - y.at)
      const sorted = rows.toSorted(compareInstances)
      expect(shuffled.map(({ each }) => each).toSorted(compareInstances)).toStrictEqual(sorted)
      for (const [index, next] of sorted.slice(1).entries()) {
        const previous = sorted[index] as Orderable
        expect(compareInstances(previous, next)).toBeLessThan(0)
        if (previous.status === next.status && previous.priority === next.priority)
          expect(previous.createdRevision).toBeLessThanOrEqual(next.createdRevision)
      }
    }),
  )
})

test('[40] a selector that returns a stranger is refused, its own error surfaces, null means none', async () => {
  expect(await choose('t', () => null, [], undefined)).toBeNull()
  expect(await choose('t', async ({ candidates }) => candidates[1] ?? null, [a, b], undefined)).toBe(b)
  expect(await choose('t', ({ candidates }) => ({ ...(candidates[1] as Candidate) }), [a, b], undefined)).toBe(b)
  expect(await choose('t', () => null, [a, b], undefined)).toBeNull()
  for (const stranger of [candidate('stranger'), undefined, 'a', 1, {}, [a]]) {
    await expect(choose('t', () => stranger as never, [a, b], undefined)).rejects.toMatchObject({ code: 'selection_refused', type: 't' })
  }
  const own = new Error('no region')
  await expect(choose('t', () => Promise.reject(own), [a, b], undefined)).rejects.toBe(own)
})

test('[39] a synchronous selector without context can be asked at once, others can not', () => {
  expect(chooseNow('t', { needsContext: false, select: ({ candidates }) => candidates.at(-1) ?? null }, [a, b])).toBe(b)
  expect(() => chooseNow('t', () => a, [a, b])).toThrow(/resolve\(Type, \{ context \}\)/)
  const late = { needsContext: false, select: async () => a } as const
  expect(() => chooseNow('t', late as never, [a, b])).toThrow(/asynchronous/)
})

test('every instance is told why it was chosen or passed over', () => {
  const considered: Considered[] = [
    { candidate: candidate('x', { priority: 1 }), excluded: { reason: 'code_missing', text: 'Its plugin is not registered.' } },
    { candidate: a, note: 'Serving 41, 42 failed.' },
    { candidate: b },
    { candidate: candidate('r', { status: 'reserved' }) },
    { candidate: { ...candidate('d'), status: 'disabled' }, excluded: { reason: 'disabled', text: 'Switched off.' } },
  ]
  expect(explainChoice(considered, 'a', 'priority').map((each) => [each.id, each.chosen, each.reason])).toStrictEqual([
    ['x', false, 'code_missing'],
    ['a', true, 'selected'],
    ['b', false, 'after'],
    ['r', false, 'reserved'],
    ['d', false, 'disabled'],
  ])
  expect(explainChoice(considered, 'a', 'priority')[1]?.text).toBe('First of the active ones, by priority (10). Serving 41, 42 failed.')
  expect(explainChoice(considered, null, 'function')[2]?.reason).toBe('not_chosen')
})
