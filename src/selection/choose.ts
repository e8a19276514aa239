import type { Candidate, ContextFreeSelector, SelectFunction } from '../contract/index.ts'
import { SelectionNeedsContextError, SelectionRefusedError } from '../errors/index.ts'

/** What the application chooses with itself. */
export type OwnSelector = SelectFunction<unknown> | ContextFreeSelector

/**
 * Asks a type's own selector, for one call.
 *
 * @param candidates In selection order.
 * @returns One of `candidates`, or `null` where there is none or the selector wants none.
 * @throws SelectionRefusedError where the selector returns a stranger; what the selector itself throws is passed on.
 */
export async function choose(
  type: string,
  selector: OwnSelector,
  candidates: readonly Candidate[],
  context: unknown,
): Promise<Candidate | null> {
  if (candidates.length === 0) return null
  if (typeof selector !== 'function') return chooseNow(type, selector, candidates)
  return checked(type, candidates, await selector({ type, candidates, context }))
}

/**
 * The same at once, without a context.
 *
 * @throws SelectionNeedsContextError where the selector needs a context or is asynchronous.
 */
export function chooseNow(type: string, selector: OwnSelector, candidates: readonly Candidate[]): Candidate | null {
  if (typeof selector === 'function') throw new SelectionNeedsContextError(type)
  if (candidates.length === 0) return null
  const chosen: unknown = selector.select({ type, candidates, context: undefined })
  if (chosen instanceof Promise) {
    chosen.catch(() => {})
    throw new SelectionNeedsContextError(type)
  }
  return checked(type, candidates, chosen)
}

function checked(type: string, candidates: readonly Candidate[], chosen: unknown): Candidate | null {
  if (chosen === null) return null
  const id: unknown = typeof chosen === 'object' ? (chosen as { id?: unknown }).id : undefined
  const candidate = candidates.find((each) => each.id === id)
  if (candidate === undefined) throw new SelectionRefusedError(type, chosen)
  return candidate
}
