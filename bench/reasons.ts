import { misses, type Result } from './harness/result.ts'

/** Why a row misses its goal, by row: what was found, and the limit that was measured. RESULTS.md shows it; a row that meets its goal has none. */
export const reasons: Readonly<Record<string, string>> = {
  A3: "Each request asks who it is, checks the origin, matches it against the table of routes and makes a Response of the platform's own kind, which the bare server beside does not. On Fastify, Hono and Express the same admin is nearer to what they cost by themselves. Earlier runs gave 1.24. It was not profiled: probably most of it is making Request and Response objects.",
  C2: 'Half of the time of a start is the driver making objects of rows, which the bare SELECT does too; on top come a conversion of each number and the index by id and by type, and the start itself: connections, the schema, the keys, the first objects. In the heap an instance is a row of 20 fields (184 bytes), its id and name (about 90), two times (32), what joins it to its code (56), and its places in the index (about 60). Fewer would need rows that are no plain objects, which operations spread.',
  F3: 'Of what is beyond the loop by hand, which counts nothing: the failure is scrubbed of secrets, recorded with its instance for the error that may come, counted for ejection, and told as an event. Going on itself waits for nothing any more (4.7 before).',
  F4: 'A call made while somebody is ejected goes the way of every call and looks first whether a trial is due. What is left is that look, and the lease that keeps the object from being disposed under the call.',
  L2: 'One pass over a hundred numbers, one multiplication-mix each, against one hash of 36 characters: the pass is the longer loop. A ring or a jump hash would need no pass, and would move keys of candidates that stay, or take no weights.',
  P1: 'A change costs a commit of ours with its history row, a statement of each process that reads what changed, opening the config with WebCrypto, which answers in another turn, and building the object; the comparison only carries the word. The statement was halved by one seek and a text that is made once; nothing is left prepared on connections, which may be of a pooler.',
  P2: "SQLite's log is watched by the file system's events, which are told once a write is synced; then follow the same reading, opening and building as on PostgreSQL, in a process that had been asleep. What each part takes was not measured.",
  R2: 'The method is looked up by name on the object at each call, so that one that was replaced, as a spy does, is what is called; with the method fixed in the code it was 0.83.',
  S1: 'The rows go in by one statement that reads them from a JSON parameter: PostgreSQL alone takes more than twice the time of COPY for that, and arrays with unnest were slower still with this driver. COPY needs a driver of its own and is no part of a transaction that other databases know.',
  S2: 'The rows of 10,000 plugins are read in five statements, whole, and compared with what the code registers, key by key, aliases included; the comparison is a bare SELECT of the same rows. Processor time was 1.55 in a run by itself.',
  T1: 'The types of 300 plugins of 30 contracts infer each config from its schema and check every method; 806 instantiations a plugin are within their goal. How the rest of the time is spent was not looked at.',
  U1: 'What is imported is one chunk of about 350 kB that has the whole board in it, and seven modules of Node. It loads no other package.',
  U2: 'The same board is imported; on top come the driver of the database and Kysely, which are loaded when the first statement is sent.',
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
