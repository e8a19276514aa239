import type { StrategyName } from '../contract/index.ts'
import { aliasTable } from './alias-table.ts'
import { rendezvous, type Contender } from './rendezvous.ts'

/** What a strategy looks at. */
export interface Pickable extends Contender {
  readonly status: 'active' | 'reserved'
}

/**
 * Which candidate a call gets: its index, -1 for none.
 *
 * @param at What the strategy goes by: of `weighted` a random number from 0 up to 1, of `round-robin` the call's turn, of `sticky` the hash of the key
 *   (`hashText`); `priority` ignores it.
 * @param tried Ids not to choose again. The choice among the others is the one there would be without these.
 */
export type Pick = (at: number, tried?: ReadonlySet<string>) => number

type Among = (members: readonly Pickable[]) => (at: number) => number

const among: Readonly<Record<StrategyName, Among>> = {
  priority: () => () => 0,
  weighted: (members) => aliasTable(members.map((each) => each.weight)),
  'round-robin': (members) => (turn) => turn % members.length,
  sticky: rendezvous,
}

/**
 * Prepares a strategy for a set of candidates, so that a choice costs next to nothing; made anew when the set changes.
 *
 * @param candidates In selection order.
 */
export function prepare(strategy: StrategyName, candidates: readonly Pickable[]): Pick {
  const best = firstTier(strategy, candidates)
  const first = best === undefined ? none : amongAll(best, candidates.length)
  return (at, tried) => {
    if (tried === undefined || tried.size === 0) return first(at)
    const left = firstTier(
      strategy,
      candidates.filter((each) => !tried.has(each.id)),
    )
    return left === undefined ? -1 : candidates.indexOf(left.members[left.pick(at)] as Pickable)
  }
}

/** The pick of a tier as an index among all candidates; the same where they are all in it, which they are as a rule. */
function amongAll({ indexes, pick }: Tier, count: number): (at: number) => number {
  return indexes.length === count ? pick : (at) => indexes[pick(at)] as number
}

const none = (): number => -1

interface Tier {
  readonly members: readonly Pickable[]
  /** Of the members, among all candidates. */
  readonly indexes: readonly number[]
  readonly pick: (at: number) => number
}

function firstTier(strategy: StrategyName, candidates: readonly Pickable[]): Tier | undefined {
  if (candidates.length === 0) return undefined
  const tiers = candidates.map(tierOf)
  const lowest = tiers.reduce((least, tier) => Math.min(least, tier))
  const indexes = [...candidates.keys()].filter((index) => tiers[index] === lowest)
  const members = indexes.map((index) => candidates[index] as Pickable)
  return { members, indexes, pick: among[strategy](members) }
}

/** The lowest tier that has one left is chosen from, so reserved ones wait until there is no other. So do weights of 0, by how the strategies choose. */
function tierOf({ status }: Pickable): number {
  return status === 'active' ? 0 : 1
}
