import type { Candidate, InstanceStatus } from '../contract/index.ts'

/** Why an instance was chosen or passed over. */
export type ReasonCode =
  | 'selected'
  | 'disabled'
  | 'code_missing'
  | 'needs_config'
  | 'config_invalid'
  | 'cannot_decrypt'
  | 'build_failed'
  | 'deadline'
  | 'reserved'
  | 'after'
  | 'not_chosen'

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
  /** Something to say beside the reason, e.g. that an older object serves. */
  readonly note?: string
}

/**
 * Says for each instance, in selection order, why it was chosen or passed over.
 *
 * @param considered In selection order.
 * @param chosenId What selection chose, `null` for none.
 * @param strategy `priority`, or `function` for a selector function.
 */
export function explainChoice(considered: readonly Considered[], chosenId: string | null, strategy: 'priority' | 'function'): Explained[] {
  const winner = considered.find((each) => each.candidate.id === chosenId)?.candidate
  return considered.map(({ candidate, excluded, note }) => {
    const { id, name, plugin, status, priority } = candidate
    const verdict = ((): { reason: ReasonCode; text: string } => {
      if (excluded !== undefined) return excluded
      if (id === chosenId) return { reason: 'selected', text: selectedText(candidate, strategy) }
      if (strategy === 'function') return { reason: 'not_chosen', text: "The type's selector chose another one, or none." }
      if (winner !== undefined && winner.status !== status) return { reason: 'reserved', text: `Stands by: '${winner.name}' is active.` }
      return { reason: 'after', text: `Comes after '${winner?.name ?? ''}': ${comparison(candidate, winner)}.` }
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

function selectedText(candidate: Considered['candidate'], strategy: 'priority' | 'function'): string {
  if (strategy === 'function') return "Chosen by the type's selector."
  return candidate.status === 'active'
    ? `First of the active ones, by priority (${candidate.priority}).`
    : `No active one can be used; first of the reserved ones, by priority (${candidate.priority}).`
}

function comparison(candidate: Considered['candidate'], winner: Considered['candidate'] | undefined): string {
  if (winner === undefined) return 'nothing was chosen'
  return candidate.priority === winner.priority
    ? `the same priority (${candidate.priority}), created later`
    : `priority ${candidate.priority} after ${winner.priority}`
}
