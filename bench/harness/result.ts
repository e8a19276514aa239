import type { Machine } from './machine.ts'
import type { Outcome, Row } from './row.ts'

/** One row's raw result, as it is kept. */
export interface Result {
  readonly id: string
  readonly what: string
  readonly against: string
  readonly goal: number
  readonly higherIsBetter: boolean
  readonly rounds: number
  readonly seconds: number
  readonly at: string
  readonly machine: Machine
  readonly outcome: Outcome
}

/** Plugboard's own ratio. For rows that are to be faster it is turned round, so that it reads as the goal does. */
export function figureOf(result: Pick<Result, 'outcome' | 'higherIsBetter'>): number {
  const median = result.outcome.compared[1]?.ratio.median ?? Number.NaN
  return result.higherIsBetter ? 1 / median : median
}

/** What a result misses, each with its reason; empty where the goal is met. `slack` loosens the ratio and what else is timed, never a count. */
export function misses(result: Pick<Result, 'outcome' | 'goal' | 'higherIsBetter'>, slack: number = 1): string[] {
  const figure = figureOf(result)
  const met = result.higherIsBetter ? figure >= result.goal / slack : figure <= result.goal * slack
  const bounds = (result.outcome.bounds ?? []).filter(({ value, atMost, isTimed }) => !(value <= atMost * (isTimed === true ? slack : 1)))
  return [
    ...(met ? [] : [`${figure.toPrecision(3)}, the goal is ${result.higherIsBetter ? 'at least' : 'at most'} ${result.goal}`]),
    ...bounds.map((bound) => `${bound.what}: ${bound.value}, at most ${bound.atMost}`),
  ]
}

export function resultOf(row: Row, outcome: Outcome, rest: Pick<Result, 'rounds' | 'seconds' | 'at' | 'machine'>): Result {
  const { id, what, against, goal } = row
  return { id, what, against, goal, higherIsBetter: row.higherIsBetter === true, ...rest, outcome }
}
