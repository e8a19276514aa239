import { misses, type Result } from './harness/result.ts'

/** Why a row misses its goal, by row: what was found, and the limit that was measured. RESULTS.md shows it; a row that meets its goal has none. */
export const reasons: Readonly<Record<string, string>> = {}

/** Rows that miss without a reason, and reasons of rows that don't. */
export function problemsOfReasons(results: readonly Result[]): string[] {
  return results.flatMap((result) => {
    const missed = misses(result)
    const reason = reasons[result.id]
    if (missed.length > 0 && reason === undefined)
      return [`${result.id} misses its goal (${missed.join('; ')}), and nothing says why: bench/reasons.ts.`]
    if (missed.length === 0 && reason !== undefined) return [`${result.id} meets its goal, and bench/reasons.ts says why it does not.`]
    return []
  })
}
