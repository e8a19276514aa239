import { misses, type Result } from './harness/result.ts'

/** Why a row misses its goal, by row: what was found, and the limit that was measured. RESULTS.md shows it; a row that meets its goal has none. */
export const reasons: Readonly<Record<string, string>> = {
  C2: 'Half of the time of a start is the driver making objects of rows, which the bare SELECT does too; on top come a conversion of each number and the index by id and by type, and the start itself: connections, the schema, the keys, the first objects. In the heap an instance is a row of 20 fields (184 bytes), its id and name (about 90), two times (32), what joins it to its code (56), and its places in the index (about 60). Fewer would need rows that are no plain objects, which operations spread.',
  L2: 'One pass over a hundred numbers, one multiplication-mix each, against one hash of 36 characters: the pass is the longer loop. A ring or a jump hash would need no pass, and would move keys of candidates that stay, or take no weights.',
  S1: 'The rows go in by one statement that reads them from a JSON parameter: PostgreSQL alone takes more than twice the time of COPY for that, and arrays with unnest were slower still with this driver. COPY needs a driver of its own and is no part of a transaction that other databases know.',
  U1: 'What is imported is one chunk of about 350 kB that has the whole board in it, and seven modules of Node. It loads no other package.',
}

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
