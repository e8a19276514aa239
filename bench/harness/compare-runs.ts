import { figureOf, type Result } from './result.ts'

/** What two runs say of one row. */
export interface Comparison {
  readonly id: string
  readonly agree: boolean
  readonly words: string
}

/** Row by row: whether the spreads of two runs overlap, and their counts are the same. A row that stands in one of them only disagrees. */
export function compareRuns(a: readonly Result[], b: readonly Result[]): Comparison[] {
  const ids = [...new Set([...a, ...b].map((result) => result.id))].toSorted()
  return ids.map((id) => {
    const [first, second] = [a, b].map((run) => run.find((result) => result.id === id))
    if (first === undefined || second === undefined) return { id, agree: false, words: 'stands in one of the runs only' }
    const [one, other] = [first, second].map((result) => result.outcome.compared[1]?.ratio)
    if (one === undefined || other === undefined) return { id, agree: false, words: 'has no figure' }
    const counts = differentCounts(first, second)
    const overlap = one.p10 <= other.p90 && other.p10 <= one.p90
    const words = [`${inWords(first)} and ${inWords(second)}`, ...(overlap ? [] : ['beyond their spread']), ...counts].join(', ')
    return { id, agree: overlap && counts.length === 0, words }
  })
}

function differentCounts(a: Result, b: Result): string[] {
  return (a.outcome.bounds ?? []).flatMap(({ what, value, kind = 'count' }) => {
    const other = b.outcome.bounds?.find((bound) => bound.what === what)
    return kind !== 'count' || other?.value === value ? [] : [`${what}: ${value} and ${other?.value ?? 'nothing'}`]
  })
}

function inWords(result: Result): string {
  const ratio = result.outcome.compared[1]?.ratio ?? { p10: Number.NaN, p90: Number.NaN }
  const ends = result.higherIsBetter ? [1 / ratio.p90, 1 / ratio.p10] : [ratio.p10, ratio.p90]
  return `${figureOf(result).toPrecision(3)}× (${ends.map((end) => end.toPrecision(3)).join('–')})`
}
