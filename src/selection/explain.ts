import type { Candidate, InstanceStatus, StrategyName } from '../contract/index.ts'
import type { UnloadableReason } from '../errors/index.ts'

/** Why an instance was chosen or passed over. */
export type ReasonCode = 'selected' | 'disabled' | UnloadableReason | 'ejected' | 'on_trial' | 'reserved' | 'after' | 'not_chosen'

/** One instance, and why it was chosen or passed over. */
export interface Explained {
  readonly id: string
  readonly name: string
  readonly plugin: string
  readonly status: InstanceStatus
  readonly priority: number
  readonly chosen: boolean
  readonly reason: ReasonCode
  /** The reason for people, in a sentence. */
  readonly text: string
}

/** An instance as a selection sees it. */
export interface Considered {
  readonly candidate: Omit<Candidate, 'status'> & { readonly status: InstanceStatus }
  /** Why it is no candidate; absent where it is one. */
  readonly excluded?: { readonly reason: ReasonCode; readonly text: string }
  /** Whether `excluded` or `note` says that it is ejected or on trial. */
  readonly isOutOfService?: true
  /** Something to say beside the reason, e.g. that an older object serves. */
  readonly note?: string
}

/** How a type chooses: by a strategy's name, or by a function of its own. */
export type Choosing = StrategyName | 'function'

type Shown = Considered['candidate']

/**
 * Says for each instance, in selection order, why it was chosen or passed over.
 *
 * @param considered In selection order.
 * @param chosenId What selection chose, `null` for none.
 */
export function explainChoice(considered: readonly Considered[], chosenId: string | null, choosing: Choosing): Explained[] {
  const winner = considered.find((each) => each.candidate.id === chosenId)?.candidate
  const usable = considered.filter((each) => each.excluded === undefined).map((each) => each.candidate)
  const total = usable.filter((each) => each.status === winner?.status).reduce((sum, each) => sum + each.weight, 0)
  return considered.map(({ candidate, excluded, note }) => {
    const { id, name, plugin, status, priority } = candidate
    const verdict = ((): { reason: ReasonCode; text: string } => {
      if (excluded !== undefined) return excluded
      if (id === chosenId) return { reason: 'selected', text: selectedText(candidate, choosing, total) }
      if (choosing === 'function') return { reason: 'not_chosen', text: "The type's selector chose another one, or none." }
      if (winner === undefined) return { reason: choosing === 'priority' ? 'after' : 'not_chosen', text: 'Nothing was chosen.' }
      if (winner.status !== status) return { reason: 'reserved', text: `Stands by: '${winner.name}' is active.` }
      if (choosing === 'priority') return { reason: 'after', text: `Comes after '${winner.name}': ${comparison(candidate, winner)}.` }
      return { reason: 'not_chosen', text: otherText(candidate, choosing, total) }
    })()
    return {
      id,
      name,
      plugin,
      status,
      priority,
      chosen: id === chosenId,
      reason: verdict.reason,
      text: note === undefined ? verdict.text : `${verdict.text} ${note}`,
    }
  })
}

function selectedText(candidate: Shown, choosing: Choosing, total: number): string {
  if (choosing === 'function') return "Chosen by the type's selector."
  const reserved = candidate.status === 'active' ? '' : 'No active one can be used. '
  if (choosing === 'weighted') return `${reserved}Drawn for the next call: ${share(candidate, total)}.`
  if (choosing === 'round-robin') return `${reserved}The next call is its turn.`
  if (choosing === 'sticky') return `${reserved}Has this key: ${share(candidate, total)}.`
  return candidate.status === 'active'
    ? `First of the active ones, by priority (${candidate.priority}).`
    : `No active one can be used; first of the reserved ones, by priority (${candidate.priority}).`
}

function otherText(candidate: Shown, choosing: Exclude<Choosing, 'function' | 'priority'>, total: number): string {
  if (choosing === 'round-robin') return 'The next call is the turn of another one.'
  return choosing === 'weighted'
    ? `Not drawn for the next call: ${share(candidate, total)}.`
    : `Has other keys: ${share(candidate, total)}.`
}

function share({ weight }: Shown, total: number): string {
  if (total === 0) return 'every weight is 0, so all count alike'
  if (weight === 0) return 'weight 0, only when there is no other'
  return `weight ${weight} of ${total} (${Math.round((weight / total) * 1_000) / 10} %)`
}

function comparison(candidate: Shown, winner: Shown): string {
  return candidate.priority === winner.priority
    ? `the same priority (${candidate.priority}), created later`
    : `priority ${candidate.priority} after ${winner.priority}`
}
