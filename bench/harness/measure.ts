import { wallClock, type Clock } from './clock.ts'
import { spreadOf, type Spread } from './stats.ts'
import type { Side } from './side.ts'

/** One side against the first one, over all rounds. */
export interface Compared {
  readonly side: string
  readonly ratio: Spread
  /** Median nanoseconds of one iteration, for scale only: machines differ. */
  readonly ns: number
}

export interface MeasureOptions {
  /** Paired rounds that count; default 31. */
  readonly rounds?: number
  /** Milliseconds that a side runs for in one round; default 20. */
  readonly roundMs?: number
  /** The same number of iterations for each side, for work that is not worth calibrating. */
  readonly times?: number
}

/** What all sides gave, added up and printed at the end: it keeps the work alive. */
let sink = 0
export const sunk = (): number => sink

let clock: Clock = wallClock
/** Milliseconds on the wall after which the sides run no further round, if they have run the fewest that say something. */
let patience = Number.POSITIVE_INFINITY
const fewest = 3

/** For the whole process: by which clock rounds are timed, and how long a measurement may take. */
export function timeBy(given: Clock, atMost: number): void {
  clock = given
  patience = atMost
}

/**
 * Runs the sides in rounds, each round in another order, and compares each with the first one round by round: where the machine's speed drifts, it drifts
 * for both.
 */
export async function measure(sides: readonly Side[], options: MeasureOptions = {}): Promise<Compared[]> {
  const { rounds = 31, roundMs = 20 } = options
  const [base] = sides
  if (base === undefined) throw new Error('There is nothing to measure.')
  const times = new Map<Side, number>()
  for (const each of sides) times.set(each, options.times ?? (await calibrate(each, roundMs)))
  const perIteration = new Map<Side, number[]>(sides.map((each) => [each, []]))
  const started = performance.now()
  for (let round = 0; round < rounds && (round < fewest || performance.now() - started < patience); round++) {
    for (const each of shuffled(sides)) {
      const count = times.get(each) ?? 1
      await each.before?.()
      globalThis.gc?.({ type: 'minor' })
      perIteration.get(each)?.push((await timed(each, count)) / count)
    }
  }
  return comparedOf(sides.map((each) => ({ name: each.name, values: perIteration.get(each) ?? [] })))
}

/** The same for values that were taken otherwise: nanoseconds, the same number of rounds for each side, the first one the base. */
export function comparedOf(sides: readonly { readonly name: string; readonly values: readonly number[] }[]): Compared[] {
  const baseline = sides[0]?.values ?? []
  return sides.map(({ name, values }) => ({
    side: name,
    ratio: spreadOf(values.map((value, round) => value / (baseline[round] ?? Number.NaN))),
    ns: spreadOf(values).median,
  }))
}

/** So many iterations that a round lasts as long as wanted. It also warms the side up. */
async function calibrate(each: Side, roundMs: number): Promise<number> {
  let count = 1
  for (;;) {
    const ns = await timed(each, count)
    if (ns >= roundMs * 1e6) {
      // Once more, now that it is compiled.
      const again = await timed(each, count)
      return Math.max(1, Math.round((count * roundMs * 1e6) / Math.max(again, 1)))
    }
    count = Math.max(count + 1, Math.min(count * 8, Math.ceil((count * roundMs * 1.2e6) / Math.max(ns, 1))))
  }
}

/** Nanoseconds. */
async function timed(each: Side, count: number): Promise<number> {
  const started = clock()
  const result = each.run(count)
  // A side that answers at once must not wait for the event loop.
  const value = typeof result === 'number' ? result : await result
  const ended = clock()
  sink = (sink + value) % 1e9
  return Number(ended - started)
}

function shuffled<T>(values: readonly T[]): T[] {
  const left = [...values]
  for (let at = left.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1))
    const [a, b] = [left[at] as T, left[other] as T]
    left[at] = b
    left[other] = a
  }
  return left
}
