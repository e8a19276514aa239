import type { NewHistory } from './store.ts'

/** A history row with nothing in it but who did what; the rest is added. */
export function historyOf(actor: { readonly id: string; readonly name: string }, action: string, over: Partial<NewHistory>): NewHistory {
  return {
    actorId: actor.id,
    actorName: actor.name,
    action,
    typeId: null,
    pluginId: null,
    instanceId: null,
    changed: [],
    before: null,
    after: null,
    sealedBefore: null,
    sealedAfter: null,
    configVersionBefore: null,
    configVersionAfter: null,
    note: null,
    ...over,
  }
}
