import fc from 'fast-check'
import { expect, test } from 'vitest'
import { often } from '../../test/support/runs.ts'
import { aliasTable } from './alias-table.ts'
import { mix } from './hash-text.ts'
import { hashText, prepare, type Pickable } from './index.ts'
import { rendezvous } from './rendezvous.ts'

const pickable = (id: string, weight = 1, status: Pickable['status'] = 'active'): Pickable => ({ id, weight, status })
const candidates = fc
  .array(
    fc.record({ weight: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 })), status: fc.constantFrom('active', 'reserved') }),
    { maxLength: 12 },
  )
  .map((list) =>
    list
      .map(({ weight, status }, index): Pickable => pickable(`i${index}`, weight, status))
      .toSorted((a, b) => (a.status === b.status ? 0 : a.status === 'active' ? -1 : 1)),
  )
const strategies = ['priority', 'weighted', 'round-robin', 'sticky'] as const
/** A number that the strategy goes by. */
const drawFor = (strategy: (typeof strategies)[number], n: number): number =>
  strategy === 'weighted' ? (n % 9_973) / 9_973 : strategy === 'sticky' ? hashText(String(n)) : n

test('[39] whichever the strategy, a reserved one is chosen only where no active one is left, and one that was tried never', () => {
  fc.assert(
    fc.property(candidates, fc.constantFrom(...strategies), fc.nat(1_000_000), fc.nat(1 << 12), (list, strategy, n, mask) => {
      const tried = new Set(list.filter((_, index) => (mask >> index) & 1).map((each) => each.id))
      const index = prepare(strategy, list)(drawFor(strategy, n), tried)
      const left = list.filter((each) => !tried.has(each.id))
      if (left.length === 0) {
        expect(index).toBe(-1)
        return
      }
      const chosen = list[index] as Pickable
      expect(left).toContain(chosen)
      if (left.some((each) => each.status === 'active')) expect(chosen.status).toBe('active')
      const others = left.filter((each) => each.status === chosen.status)
      if ((strategy === 'weighted' || strategy === 'sticky') && others.some((each) => each.weight > 0))
        expect(chosen.weight).toBeGreaterThan(0)
      // What was tried leaves no trace: the same as without it.
      expect(left[prepare(strategy, left)(drawFor(strategy, n))]).toBe(chosen)
    }),
    often(500),
  )
})

test('[39] weighted: each is drawn in exact proportion to its weight', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 20 }), (weights) => {
      const pick = aliasTable(weights)
      const total = weights.reduce((sum, each) => sum + each, 0)
      // Every share is a multiple of 1 / (total * count), so the middles of that many equal parts of [0, 1) count it exactly.
      const parts = (total === 0 ? 1 : total) * weights.length
      const counts = weights.map(() => 0)
      for (let part = 0; part < parts; part++) {
        const index = pick((part + 0.5) / parts)
        counts[index] = (counts[index] ?? 0) + 1
      }
      expect(counts).toStrictEqual(weights.map((weight) => (total === 0 ? 1 : weight * weights.length)))
    }),
  )
})

test('weighted: the least and the greatest number there is choose one of them, however many', () => {
  for (const count of [1, 2, 3, 5, 7, 8, 10_000, 65_535, 65_536, 65_537, 99_999]) {
    const pick = aliasTable(Array.from({ length: count }, (_, index) => index % 7))
    for (const at of [0, Number.MIN_VALUE, 0.5, 1 - 2 ** -53]) {
      expect(pick(at)).toBeGreaterThanOrEqual(0)
      expect(pick(at)).toBeLessThan(count)
    }
  }
})

test('[39] weighted: what is its own ends where the next one begins, and a weight of 0 has not even the first number', () => {
  expect([0, 0.249, 0.25, 0.999].map(aliasTable([1, 3]))).toStrictEqual([0, 0, 1, 1])
  expect([0, 0.5].map(aliasTable([0, 1]))).toStrictEqual([1, 1])
  const pick = prepare('weighted', [pickable('a', 1), pickable('b', 3), pickable('r', 9, 'reserved')])
  expect([0, 0.249, 0.25, 0.999].map((at) => pick(at))).toStrictEqual([0, 0, 1, 1])
})

test('[39] whatever the order in which they come, an active one goes before a reserved one', () => {
  const list = [pickable('r', 9, 'reserved'), pickable('a'), pickable('s', 9, 'reserved'), pickable('b')]
  for (const strategy of strategies) {
    const pick = prepare(strategy, list)
    for (let n = 0; n < 20; n++) expect(list[pick(drawFor(strategy, n))]?.status, strategy).toBe('active')
  }
})

test('[39] round-robin: each once in a round, whatever the weights', () => {
  const list = [pickable('a', 0), pickable('b', 5), pickable('c'), pickable('r', 9, 'reserved')]
  const pick = prepare('round-robin', list)
  expect([0, 1, 2, 3, 4, 5].map((turn) => list[pick(turn)]?.id)).toStrictEqual(['a', 'b', 'c', 'a', 'b', 'c'])
})

test('[39] sticky: a key stays; when one leaves only its keys move, when one comes or gains weight keys move only to it', () => {
  const keys = Array.from({ length: 400 }, (_, index) => hashText(`user-${index}`))
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.record({ id: fc.uuid(), weight: fc.integer({ min: 1, max: 100 }) }), {
        minLength: 2,
        maxLength: 8,
        selector: (each) => each.id,
      }),
      fc.nat(),
      (list, n) => {
        const all = list.map(({ id, weight }) => pickable(id, weight))
        const changed = all[n % all.length] as Pickable
        const rest = all.filter((each) => each !== changed)
        const heavier = all.map((each) => (each === changed ? { ...each, weight: each.weight * 3 } : each))
        const before = prepare('sticky', all)
        const without = prepare('sticky', rest)
        const after = prepare('sticky', heavier)
        const shuffled = prepare('sticky', all.toReversed())
        for (const key of keys) {
          const id = all[before(key)]?.id
          expect(all.toReversed()[shuffled(key)]?.id).toBe(id)
          if (id !== changed.id) expect(rest[without(key)]?.id).toBe(id)
          const later = heavier[after(key)]?.id
          if (later !== id) expect(later).toBe(changed.id)
        }
      },
    ),
    often(40),
  )
})

test('[39] sticky: nobody has nothing, one alone has every key, weight 0 has none, and of two that score alike the first has it', () => {
  const one = { id: 'one', weight: 5 }
  expect(rendezvous([])(7)).toBe(-1)
  // Its own hash is the worst key for it.
  expect(rendezvous([one])(hashText('one'))).toBe(0)
  for (let key = 0; key < 100; key++) {
    expect(rendezvous([{ id: 'none', weight: 0 }, one])(hashText(String(key)))).toBe(1)
    expect(rendezvous([one, one])(hashText(String(key)))).toBe(0)
    expect(rendezvous([one, one, { id: 'other', weight: 1 }])(hashText(String(key)))).not.toBe(1)
  }
  expect(rendezvous([{ id: 'none', weight: 0 }, one])(hashText('one'))).toBe(1)
})

test('[39] sticky: keys are spread in proportion to the weights', () => {
  const list = [pickable('0192f0a1-aaaa', 1), pickable('0192f0a1-aaab', 2), pickable('0192f0a1-aaac', 5), pickable('0192f0a1-aaad', 0)]
  const pick = prepare('sticky', list)
  const counts = [0, 0, 0, 0]
  const keys = 40_000
  for (let n = 0; n < keys; n++) {
    const index = pick(hashText(`customer/${n}`))
    counts[index] = (counts[index] ?? 0) + 1
  }
  // Four standard deviations of a fair draw.
  for (const [index, share] of [1 / 8, 2 / 8, 5 / 8, 0].entries())
    expect(Math.abs((counts[index] ?? 0) - share * keys)).toBeLessThanOrEqual(4 * Math.sqrt(keys * share * (1 - share)))
})

test('a text has the same hash in every process and release: stickiness must not move with a deploy', () => {
  expect(['', 'a', 'user-1', 'کاربر', '😀'].map(hashText)).toMatchInlineSnapshot(`
    [
      2872998923,
      444641715,
      2005895916,
      2451407054,
      1787143206,
    ]
  `)
})

test('[39] sticky: where all weights are equal, whatever they are, each key goes where the weighted choice would send it', () => {
  const ids = Array.from({ length: 37 }, (_, index) => `instance-${index}`)
  const picks = [0, 1, 5].map((weight) => rendezvous(ids.map((id) => ({ id, weight }))))
  for (let key = 0; key < 2_000; key++) {
    const hash = hashText(`tenant-${key}`)
    // The formula of weighted rendezvous: the least -ln(u) / weight wins.
    const times = ids.map((id) => -Math.log((mix(hash ^ hashText(id)) + 0.5) / 2 ** 32))
    const expected = times.indexOf(Math.min(...times))
    expect(picks.map((pick) => pick(hash))).toEqual([expected, expected, expected])
  }
})
