/** What a provider does with one request: whether it acts, and what its client sees of it. */
export type Fate =
  | 'fine'
  /** Refuses, having done nothing: certain. */
  | 'busy'
  /** Answers no. */
  | 'declined'
  /** Fails, having done nothing; nobody can tell. */
  | 'failed'
  | 'acted_then_failed'
  /** Cuts the connection, with all that is under way on it. */
  | 'reset'
  | 'acted_then_reset'
  /** Says nothing, ever. */
  | 'hung'
  | 'acted_then_hung'
  /** Answers when the deadline is over. */
  | 'acted_late'

/** In how many of 10,000 requests; what is missing is fine. */
const usual: readonly (readonly [Fate, number])[] = [
  ['busy', 400],
  ['declined', 150],
  ['failed', 60],
  ['acted_then_failed', 60],
  ['reset', 4],
  ['acted_then_reset', 4],
  ['hung', 30],
  ['acted_then_hung', 30],
  ['acted_late', 40],
]

/** How a whole provider is for a while. */
export type Mood = 'well' | 'busy' | 'hung' | 'away'
export const moods: readonly Mood[] = ['busy', 'hung', 'away']

/** A number below 2³² for a seed and some others, the same each time. */
export function mixed(seed: number, ...parts: readonly number[]): number {
  let state = seed | 0
  for (const part of parts) {
    state = Math.imul(state ^ part, 0x9e37_79b1)
    state = Math.imul(state ^ (state >>> 15), 0x85eb_ca6b)
    state ^= state >>> 13
  }
  return state >>> 0
}

/**
 * @param draw A number below 2³².
 * @param isCertain Whether this provider only ever fails so that it is certain that it did nothing.
 */
export function fateOf(draw: number, isCertain: boolean): Fate {
  let at = draw % 10_000
  for (const [fate, often] of usual) {
    at -= often
    if (at < 0) return isCertain ? 'busy' : fate
  }
  return 'fine'
}
