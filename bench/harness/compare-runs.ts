import { figureOf, type Result } from './result.ts'

/** The rows of two runs whose spreads do not overlap, in words. Rows that stand in one run only disagree too. */
export function compareRuns(a: readonly Result[], b: readonly Result[]): string[] {
  const ids = new Set([...a, ...b].map((result) => result.id))
  return [...ids].flatMap((id) => {
    const first = a.find((result) => result.id === id)
    const second = b.find((result) => result.id === id)
    if (first === undefined || second === undefined) return [`${id} stands in one of the runs only`]
    const [one, other] = [first, second].map((result) => result.outcome.compared[1]?.ratio)
    if (one === undefined || other === undefined) return [`${id} has no figure`]
    if (one.p10 <= other.p90 && other.p10 <= one.p90) return []
    return [`${id}: ${figureOf(first).toPrecision(3)}× and ${figureOf(second).toPrecision(3)}×, beyond their spread`]
  })
}
