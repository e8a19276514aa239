import { expect, test } from 'vitest'
import type { InstanceStatus } from '../contract/index.ts'
import { explainChoice, type Choosing, type Considered } from './index.ts'

const considered = (id: string, status: InstanceStatus, priority: number): Considered => ({
  candidate: { id, name: `Name of ${id}`, plugin: 'p', status, priority, weight: 1, tags: [] },
})
const texts = (...args: Parameters<typeof explainChoice>): readonly string[] => explainChoice(...args).map((each) => each.text)

test('the one that is chosen by priority is told with its priority, and as active or as a stand-by', () => {
  expect(texts([considered('a', 'active', 10)], 'a', 'priority')).toStrictEqual(['First of the active ones, by priority (10).'])
  expect(texts([considered('r', 'reserved', 7)], 'r', 'priority')).toStrictEqual([
    'No active one can be used; first of the reserved ones, by priority (7).',
  ])
})

test('the others are told what stands before them: an active one, a lower priority, or an earlier creation', () => {
  const all = [
    considered('a', 'active', 10),
    considered('b', 'active', 10),
    considered('c', 'active', 20),
    considered('r', 'reserved', 10),
    considered('s', 'reserved', 30),
  ]
  expect(texts(all, 'a', 'priority').slice(1)).toStrictEqual([
    "Comes after 'Name of a': the same priority (10), created later.",
    "Comes after 'Name of a': priority 20 after 10.",
    "Stands by: 'Name of a' is active.",
    "Stands by: 'Name of a' is active.",
  ])
  expect(explainChoice(all, 'a', 'priority').map((each) => each.reason)).toStrictEqual([
    'selected',
    'after',
    'after',
    'reserved',
    'reserved',
  ])
  expect(texts(all.slice(3), 'r', 'priority')[1]).toBe("Comes after 'Name of r': priority 30 after 10.")
})

test('where a function chose, it is said that it did, of the chosen one and of the others', () => {
  const all = [considered('a', 'active', 10), considered('r', 'reserved', 10)]
  const passed = "The type's selector chose another one, or none."
  expect(texts(all, 'r', 'function')).toStrictEqual([passed, "Chosen by the type's selector."])
  expect(texts(all, null, 'function')).toStrictEqual([passed, passed])
})

test('where nothing was chosen it is said as that', () => {
  for (const [choosing, reason] of [
    ['priority', 'after'],
    ['weighted', 'not_chosen'],
  ] as const)
    expect(explainChoice([considered('a', 'active', 10)], null, choosing)).toMatchObject([
      { chosen: false, reason, text: 'Nothing was chosen.' },
    ])
})

test('an excluded one keeps its own reason, even where it is the one that was chosen; a note stands behind any text', () => {
  const excluded = { reason: 'deadline', text: 'It took too long.' } as const
  const all = [{ ...considered('a', 'active', 1), excluded, note: 'Twice.' }, considered('b', 'active', 2)]
  for (const strategy of ['priority', 'function'] as const) {
    expect(explainChoice(all, 'b', strategy)[0]).toMatchObject({ reason: 'deadline', text: 'It took too long. Twice.', chosen: false })
    expect(explainChoice(all, 'a', strategy)[0]).toMatchObject({ reason: 'deadline', chosen: true })
  }
})

test('an explanation carries what a list shows of an instance, and nothing else', () => {
  expect(explainChoice([considered('a', 'active', 10)], 'a', 'priority')).toStrictEqual([
    {
      id: 'a',
      name: 'Name of a',
      plugin: 'p',
      status: 'active',
      priority: 10,
      chosen: true,
      reason: 'selected',
      text: 'First of the active ones, by priority (10).',
    },
  ])
})

test('where a strategy draws, it is told whose turn it is, and what share of the calls each may expect of those it is drawn with', () => {
  const weighing = (id: string, status: InstanceStatus, weight: number): Considered => {
    const { candidate } = considered(id, status, 1)
    return { candidate: { ...candidate, weight } }
  }
  const out = { ...weighing('x', 'active', 50), excluded: { reason: 'ejected', text: 'Ejected.' } } as const
  const all = [out, weighing('a', 'active', 1), weighing('b', 'active', 2), weighing('c', 'active', 0), weighing('r', 'reserved', 7)]
  const told = (choosing: Choosing, of = all, chosen: string | null = 'b'): readonly string[] => texts(of, chosen, choosing)
  expect(told('weighted')).toStrictEqual([
    'Ejected.',
    'Not drawn for the next call: weight 1 of 3 (33.3 %).',
    'Drawn for the next call: weight 2 of 3 (66.7 %).',
    'Not drawn for the next call: weight 0, only when there is no other.',
    "Stands by: 'Name of b' is active.",
  ])
  expect(told('sticky').slice(1, 4)).toStrictEqual([
    'Has other keys: weight 1 of 3 (33.3 %).',
    'Has this key: weight 2 of 3 (66.7 %).',
    'Has other keys: weight 0, only when there is no other.',
  ])
  expect(told('round-robin').slice(1, 3)).toStrictEqual(['The next call is the turn of another one.', 'The next call is its turn.'])
  expect(explainChoice(all, 'b', 'weighted').map((each) => each.reason)).toStrictEqual([
    'ejected',
    'not_chosen',
    'selected',
    'not_chosen',
    'reserved',
  ])
  const none = [weighing('a', 'active', 0), weighing('b', 'active', 0)]
  expect(told('weighted', none)).toStrictEqual([
    'Not drawn for the next call: every weight is 0, so all count alike.',
    'Drawn for the next call: every weight is 0, so all count alike.',
  ])
  // The reserved ones share among themselves.
  const reserved = [out, weighing('r', 'reserved', 3), weighing('s', 'reserved', 1)]
  expect((['weighted', 'sticky', 'round-robin'] as const).map((choosing) => told(choosing, reserved, 'r')[1])).toStrictEqual([
    'No active one can be used. Drawn for the next call: weight 3 of 4 (75 %).',
    'No active one can be used. Has this key: weight 3 of 4 (75 %).',
    'No active one can be used. The next call is its turn.',
  ])
  expect(told('weighted', reserved, 'r')[2]).toBe('Not drawn for the next call: weight 1 of 4 (25 %).')
})
