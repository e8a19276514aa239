import type { InstanceStatus } from './instance-view.ts'

/** What a selector sees of an instance: what operators own, never its config. */
export interface Candidate {
  readonly id: string
  readonly name: string
  /** Key of its plugin. */
  readonly plugin: string
  readonly status: Exclude<InstanceStatus, 'disabled'>
  /** Lower comes first. */
  readonly priority: number
  readonly weight: number
  readonly tags: readonly string[]
}

/** What a selector function receives. */
export interface SelectInput<Context = undefined> {
  /** Key of the type. */
  readonly type: string
  /** In selection order: ACTIVE before RESERVED, lower priority first, then oldest. Never empty. */
  readonly candidates: readonly Candidate[]
  readonly context: Context
}

/** Chooses one of the candidates it is given, or `null` for none. What it throws goes to the caller. */
export type SelectFunction<Context> = (input: SelectInput<Context>) => Candidate | null | Promise<Candidate | null>

/** Chooses without a context and at once, so that `board.get` can ask it too. */
export interface ContextFreeSelector {
  readonly needsContext: false
  readonly select: (input: SelectInput) => Candidate | null
}

/** The named strategies. */
export type StrategyName = 'priority' | 'weighted' | 'round-robin' | 'sticky'

/** Keeps each key (a user, a tenant) with one instance, in proportion to the weights; when the set changes, only the keys that must move do. */
export interface StickyStrategy<Context = undefined> {
  readonly name: 'sticky'
  /** What stays with one instance, from the call's context. What it throws goes to the caller. */
  readonly key: (context: Context) => string
}

/**
 * How a type's instances are selected by name, ACTIVE ones before RESERVED ones whichever it is:
 *
 * - `priority`: the first in order;
 * - `weighted`: at random, each in proportion to its weight, one of weight 0 only where there is no other;
 * - `round-robin`: one after the other, in each process, whatever their weights;
 * - `{ name: 'sticky', key }`: the same one for the same key.
 */
export type Strategy<Context = never> = Exclude<StrategyName, 'sticky'> | StickyStrategy<Context>

/**
 * How instances of a type are selected: a strategy, a function with the call's context,
 * or `{ needsContext: false, select }` for a synchronous function that needs none, which `board.get` can call.
 */
export type Selector<Context = never> = Strategy<Context> | SelectFunction<Context> | ContextFreeSelector
