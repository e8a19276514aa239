import type { Status, Summary } from '../api/client.ts'

/** Places in selection order, as the server keeps them: Active, then Standby, then Disabled. */
const ranks: Readonly<Record<Status, number>> = { active: 0, reserved: 1, disabled: 2 }

export type Ranked = Pick<Summary, 'id' | 'status'>

/** Whether selection by order may take an instance, as far as a list knows. */
export function canServe({ status, state, health }: Pick<Summary, 'status' | 'state' | 'health'>): boolean {
  return status !== 'disabled' && state.ok && health?.state !== 'ejected'
}

/** Who answers by order, with some instances at another status. */
export function firstToServe(items: readonly Summary[], changed: ReadonlyMap<string, Status> = new Map()): Summary | undefined {
  return items
    .map((item) => ({ item, status: changed.get(item.id) ?? item.status }))
    .filter(({ item, status }) => canServe({ ...item, status }))
    .toSorted((a, b) => ranks[a.status] - ranks[b.status])[0]?.item
}

/** The places, counted from 0, that an instance may take without changing its status: first and last. */
export function bounds(items: readonly Ranked[], id: string): readonly [first: number, last: number] {
  const status = items.find((item) => item.id === id)?.status
  const places = items.flatMap((item, at) => (item.status === status ? [at] : []))
  return [places[0] ?? 0, places.at(-1) ?? 0]
}

export function moved<T extends { readonly id: string }>(items: readonly T[], id: string, to: number): readonly T[] {
  const from = items.findIndex((item) => item.id === id)
  const item = items[from]
  if (item === undefined) return items
  return items.toSpliced(from, 1).toSpliced(to, 0, item)
}

/** The order with every marked instance one place up or down within its status; those at the edge stay, and so do marked ones that stand against them. */
export function shifted<T extends Ranked>(items: readonly T[], marked: ReadonlySet<string>, by: -1 | 1): readonly T[] {
  const order = [...items]
  const at = by === -1 ? order.map((_, index) => index) : order.map((_, index) => order.length - 1 - index)
  for (const index of at) {
    const item = order[index]
    const other = order[index + by]
    if (item === undefined || other === undefined || !marked.has(item.id) || marked.has(other.id) || other.status !== item.status) continue
    order[index] = other
    order[index + by] = item
  }
  return order
}
