import assert from 'node:assert/strict'
import { prepare, type Pickable } from '../../src/selection/index.ts'
import { freshLoop } from '../harness/fresh-loop.ts'
import { measure, type Compared } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { weightedBoard } from '../subjects/weighted-board.ts'

export const row: Row = {
  id: 'L1',
  what: 'a weighted pick among 3 candidates',
  against: 'Math.random as an index',
  goal: 1.5,
  guardedBy: 'ratio',
  run,
}

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  const steps: { size: number; compared: Compared[] }[] = []
  for (const size of [3, 10, 100, 1_000, 10_000]) {
    const candidates = candidatesOf(size)
    const picking = pickOf(candidates)
    assertInProportion(candidates, picking)
    const index = freshLoop('Math.random as an index', '(Math.random() * use | 0)', [], size)
    const own = freshLoop('Plugboard: pick(Math.random())', 'use(Math.random())', [], picking)
    const scan = freshLoop('a scan of running sums', 'use(Math.random())', [], scanOf(candidates))
    steps.push({
      size,
      compared: await measure([index, own, scan], { rounds: size === 3 || size === 10_000 ? rounds : Math.ceil(rounds / 3) }),
    })
  }
  const nsOf = (size: number): number => steps.find((step) => step.size === size)?.compared[1]?.ns ?? Number.NaN
  return {
    compared: steps[0]?.compared ?? [],
    growth: [
      { of: 'candidates', steps },
      { of: 'candidates of board.get', steps: await throughBoard(quick ? [3] : [3, 10, 30], rounds) },
    ],
    bounds: [{ what: 'a pick among 10,000 against one among 3', value: round(nsOf(10_000) / nsOf(3)), atMost: 2, kind: 'ratio' }],
    notes: [
      'The pick alone, as the board makes it for each call; then the whole `board.get` of a weighted type, which chooses among 32 at most.',
    ],
  }
}

function candidatesOf(size: number): readonly Pickable[] {
  return Array.from({ length: size }, (_, index) => ({ id: `candidate-${index}`, status: 'active', weight: 1 + ((index * 7) % 10) }))
}

/** As the board does it: prepared once, when the candidates change. */
function pickOf(candidates: readonly Pickable[]): (at: number) => number {
  return prepare('weighted', candidates)
}

/** The usual code: up the running sums until the number is passed. */
function scanOf(candidates: readonly Pickable[]): (at: number) => number {
  const total = candidates.reduce((sum, each) => sum + each.weight, 0)
  return (at) => {
    let left = at * total
    for (let index = 0; index < candidates.length; index++) {
      left -= (candidates[index] as Pickable).weight
      if (left < 0) return index
    }
    return candidates.length - 1
  }
}

/** A pick that were quick and wrong would prove nothing. */
function assertInProportion(candidates: readonly Pickable[], pick: (at: number) => number): void {
  const draws = 200_000
  let heavy = 0
  for (let draw = 0; draw < draws; draw++) if ((candidates[pick((draw + 0.5) / draws)]?.weight ?? 0) >= 6) heavy++
  const sum = (some: readonly Pickable[]): number => some.reduce((total, each) => total + each.weight, 0)
  const share = sum(candidates.filter((each) => each.weight >= 6)) / sum(candidates)
  assert.ok(Math.abs(heavy / draws - share) < 0.02, `the heavier ones get ${heavy / draws} of the picks, their weights are ${share}`)
}

async function throughBoard(sizes: readonly number[], rounds: number): Promise<{ size: number; compared: Compared[] }[]> {
  const steps: { size: number; compared: Compared[] }[] = []
  for (const size of sizes) {
    await using subject = await weightedBoard(size)
    const objects = Array.from({ length: size }, (_, index) => ({ add: (value: number) => value + index }))
    const index = freshLoop('objects[Math.random()].add()', 'keys[Math.random() * count | 0].add(i & 7)', objects)
    const own = freshLoop('Plugboard: board.get(Type).add()', 'use.board.get(use.type).add(i & 7)', [], subject)
    steps.push({ size, compared: await measure([index, own], { rounds: Math.ceil(rounds / 3) }) })
  }
  return steps
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
