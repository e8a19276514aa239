import type { Machine } from './machine.ts'
import type { Bound, Outcome, Row } from './row.ts'

/** One row's raw result, as it is kept. */
export interface Result {
  readonly id: string
  readonly what: string
  readonly against: string
  readonly goal: number
  readonly higherIsBetter: boolean
  readonly guardedBy: Row['guardedBy']
  /** Where the guard allows another ratio than three times the goal. */
  readonly guardAt?: number
  readonly rounds: number
  readonly seconds: number
  readonly at: string
  readonly machine: Machine
  /** Of what ran beside Plugboard or under it, by name. */
  readonly versions: Readonly<Record<string, string>>
  readonly outcome: Outcome
}

type Measured = Pick<Result, 'outcome' | 'goal' | 'higherIsBetter'>

/** Plugboard's own ratio. For rows that are to be faster it is turned round, so that it reads as the goal does. */
export function figureOf(result: Pick<Result, 'outcome' | 'higherIsBetter'>): number {
  const median = result.outcome.compared[1]?.ratio.median ?? Number.NaN
  return result.higherIsBetter ? 1 / median : median
}

/** What a result misses, each in words; empty where the goal is met. */
export function misses(result: Measured): string[] {
  const figure = figureOf(result)
  const met = result.higherIsBetter ? figure >= result.goal : figure <= result.goal
  return [
    ...(met ? [] : [`${figure.toPrecision(3)}, the goal is ${result.higherIsBetter ? 'at least' : 'at most'} ${result.goal}`]),
    ...(result.outcome.bounds ?? []).filter(({ value, atMost }) => !(value <= atMost)).map(boundInWords),
  ]
}

/** How much worse than its goal a ratio may be before the guard says so. */
const slack = 3

/**
 * What the guard says of one attempt. Noise must not decide it: a ratio is held against three times its goal, and by the tenth of the rounds in which Plugboard
 * did best; rows in which other processes have a say by their counts alone. Counts are exact.
 */
export function guardMisses(result: Measured & Pick<Result, 'guardedBy' | 'guardAt'>): string[] {
  const best = result.outcome.compared[1]?.ratio.p10 ?? Number.NaN
  const allowed = result.guardAt ?? (result.higherIsBetter ? slack / result.goal : slack * result.goal)
  const isSlow = result.guardedBy === 'ratio' && !(best <= allowed)
  return [
    ...(isSlow ? [`${best.toPrecision(3)} even in the best rounds, the guard allows ${allowed.toPrecision(3)}`] : []),
    ...(result.outcome.bounds ?? []).filter((bound) => !isGuarded(bound)).map(boundInWords),
  ]
}

function isGuarded({ kind = 'count', value, atMost }: Bound): boolean {
  if (kind === 'timed') return true
  return value <= atMost * (kind === 'count' ? 1 : slack)
}

const boundInWords = (bound: Bound): string => `${bound.what}: ${bound.value}, at most ${bound.atMost}`

export function resultOf(row: Row, outcome: Outcome, rest: Pick<Result, 'rounds' | 'seconds' | 'at' | 'machine' | 'versions'>): Result {
  const { id, what, against, goal, guardedBy, guardAt } = row
  return {
    id,
    what,
    against,
    goal,
    higherIsBetter: row.higherIsBetter === true,
    guardedBy,
    ...(guardAt !== undefined && { guardAt }),
    ...rest,
    outcome,
  }
}
