import type { Candidate, InstanceStatus } from '../contract/index.ts'
import { prepare, type Pick } from '../selection/index.ts'
import type { Built } from './built.ts'
import type { InForce } from './in-force.ts'
import type { IndexedInstance } from './instance-index.ts'

/** So many candidates are built ahead, for `get`. */
export const builtAhead = 32

/** What a line-up is made of. */
export interface LineUpParts {
  readonly inForce: InForce
  /** The instances that calls may go to, in selection order. */
  readonly members: readonly IndexedInstance[]
  /** The same without those that `get` must not give. */
  readonly settled: readonly IndexedInstance[]
  /** The object at hand for an instance. */
  readonly ready: (id: string) => Built | undefined
  /** Monotonic milliseconds at which it must be made anew, whatever else happens; `Infinity` where only a change can matter. */
  readonly until: number
}

/** The instances of a type that calls may go to now, prepared for its strategy. Made anew whenever one comes, goes or is replaced; never changed. */
export class LineUp {
  readonly members: readonly IndexedInstance[]
  readonly until: number
  /** For calls, by strategy. */
  readonly pick: Pick
  /** What `get` chooses from. */
  readonly ahead: readonly Built[]
  readonly candidatesAhead: readonly Candidate[]
  readonly pickAhead: Pick
  readonly parts: LineUpParts
  #candidates: readonly Candidate[] | undefined

  constructor(parts: LineUpParts) {
    const { inForce, members, settled, ready, until } = parts
    this.parts = parts
    this.members = members
    this.until = until
    const { choosing } = inForce
    const inTurn = choosing === 'weighted' || choosing === 'round-robin'
    const ahead = (inTurn ? settled.slice(0, builtAhead) : choosing === 'function' ? settled : []).flatMap((instance) => {
      const built = ready(instance.row.id)
      return built === undefined ? [] : [{ built, instance }]
    })
    this.ahead = ahead.map((each) => each.built)
    this.candidatesAhead = ahead.map((each) => candidateOf(each.instance))
    this.pick = choosing === 'function' ? none : choosing === 'priority' ? firstOf(members) : prepare(choosing, members.map(pickable))
    this.pickAhead = inTurn ? prepare(choosing, this.candidatesAhead) : none
  }

  /** As a selector function sees the members. */
  get candidates(): readonly Candidate[] {
    this.#candidates ??= this.parts.members.map(candidateOf)
    return this.#candidates
  }
}

const none: Pick = () => -1

/** They stand in the order of priority; nothing is made for each, of which there may be many. */
function firstOf(members: readonly IndexedInstance[]): Pick {
  return (_at, tried) =>
    tried === undefined || tried.size === 0 ? Math.min(members.length, 1) - 1 : members.findIndex(({ row }) => !tried.has(row.id))
}

function pickable({ row }: IndexedInstance): { readonly id: string; readonly weight: number; readonly status: 'active' | 'reserved' } {
  return { id: row.id, weight: row.weight, status: row.status === 'active' ? 'active' : 'reserved' }
}

/** What a selector sees of an instance. */
export function candidateOf(instance: IndexedInstance): Candidate {
  const { id, name, status, priority, weight, tags } = instance.row
  // Disabled ones are filtered out before a selector sees them.
  return Object.freeze({
    id,
    name,
    plugin: instance.pluginKey,
    status: status as Exclude<InstanceStatus, 'disabled'>,
    priority,
    weight,
    tags,
  })
}
