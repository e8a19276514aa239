import type { Result } from '../harness/result.ts'
import type { Spread } from '../harness/stats.ts'

/** Three digits, or all where there are more before the point. */
export const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))

/** `1.08× (1.02–1.1)` */
export const ratioInWords = ({ median, p10, p90 }: Spread): string => `${number(median)}× (${number(p10)}–${number(p90)})`

export const goalInWords = ({ goal, higherIsBetter }: Pick<Result, 'goal' | 'higherIsBetter'>): string =>
  `${higherIsBetter ? '≥' : '≤'} ${goal.toLocaleString('en')}×`

/** Plugboard's own figure, read as the goal does. */
export function figureInWords({ outcome, higherIsBetter }: Pick<Result, 'outcome' | 'higherIsBetter'>): string {
  const own = outcome.compared[1]?.ratio
  if (own === undefined) return '-'
  return ratioInWords(higherIsBetter ? { median: 1 / own.median, p10: 1 / own.p90, p90: 1 / own.p10 } : own)
}
