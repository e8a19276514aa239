import type { InstanceStatus } from '../../src/index.ts'
import { compareInstances } from '../../src/selection/index.ts'

/** A row as it must be. */
export interface Expected {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly status: InstanceStatus
  readonly priority: number
  readonly weight: number
  readonly tags: readonly string[]
  readonly config: { readonly port: number; readonly apiKey: string; readonly note: string }
  /** In the order of creation. */
  readonly createdRevision: number
  readonly isRemoved: boolean
}

export type Changes = Partial<Omit<Expected, 'id' | 'type' | 'createdRevision' | 'config'>> & {
  readonly config?: Partial<Expected['config']>
}

/** What the database must hold, worked out from what was acknowledged and from nothing else. */
export class Model {
  readonly #rows = new Map<string, Expected>()
  readonly #keys = new Map<string, Set<string>>()
  /** Writes that were acknowledged: the entries that the history must have. */
  entries = 0

  create(row: Omit<Expected, 'createdRevision' | 'isRemoved'>): void {
    this.#keys.set(row.id, new Set([row.config.apiKey]))
    this.#rows.set(row.id, { ...row, createdRevision: this.#rows.size, isRemoved: false })
    this.entries++
  }

  /** Where nothing would be another, nothing is written. */
  change(id: string, changes: Changes): void {
    const row = this.row(id)
    const next = { ...row, ...changes, config: { ...row.config, ...changes.config } }
    if (JSON.stringify(next) === JSON.stringify(row)) return
    this.#rows.set(id, next)
    this.#keys.get(id)?.add(next.config.apiKey)
    this.entries++
  }

  reorder(ids: readonly string[]): void {
    for (const [index, id] of ids.entries()) this.#rows.set(id, { ...this.row(id), priority: (index + 1) * 10 })
    this.entries++
  }

  row(id: string): Expected {
    const row = this.#rows.get(id)
    if (row === undefined) throw new Error(`The model has no row ${id}`)
    return row
  }

  /** Every key that an instance has had. */
  keysOf(id: string): ReadonlySet<string> | undefined {
    return this.#keys.get(id)
  }

  /** Of a type, in selection order. */
  live(type: string): readonly Expected[] {
    return [...this.#rows.values()].filter((row) => row.type === type && !row.isRemoved).toSorted(compareInstances)
  }

  get removed(): readonly Expected[] {
    return [...this.#rows.values()].filter((row) => row.isRemoved)
  }
}

/** A row as somebody sees it, to be compared. */
export interface Seen {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly weight: number
  readonly tags: readonly string[]
  readonly config: unknown
}

/** In what a list of rows is not as it must be. */
export function differences(expected: readonly Expected[], seen: readonly Seen[]): string[] {
  const told = ({ id, name, status, weight, tags, config }: Seen): string => JSON.stringify({ id, name, status, weight, tags, config })
  const found: string[] = []
  for (let index = 0; index < Math.max(expected.length, seen.length); index++) {
    const wanted = expected[index]
    const has = seen[index]
    const [must, is] = [wanted === undefined ? 'nothing' : told(wanted), has === undefined ? 'nothing' : told(has)]
    if (must !== is) found.push(`at ${index} must be ${must}, is ${is}`)
  }
  return found
}
