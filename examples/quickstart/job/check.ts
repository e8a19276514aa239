import type { Order } from '../orders/order.ts'
import type { Arrival } from './arrivals.ts'

/** What came of it, from what was found at the other end alone. */
export interface Verdict {
  readonly ok: boolean
  readonly orders: number
  /** Ids of orders that did not arrive. */
  readonly missing: readonly string[]
  /** Orders that arrived more than once, and where. */
  readonly doubled: readonly { readonly id: string; readonly where: readonly string[] }[]
  /** Messages whose text is not what was ordered. */
  readonly mangled: readonly { readonly id: string; readonly field: string; readonly sent: string; readonly found: string }[]
  /** Messages that belong to no order. */
  readonly strangers: readonly string[]
  /** How many messages each instance delivered. */
  readonly byInstance: ReadonlyMap<string, number>
}

/** Compares what was to be sent with what arrived. */
export function check(orders: readonly Order[], arrivals: readonly Arrival[]): Verdict {
  const wanted = new Map(orders.map((order) => [order.id, order]))
  const found = new Map<string, Arrival[]>()
  const byInstance = new Map<string, number>()
  const strangers: string[] = []
  const mangled: Verdict['mangled'][number][] = []
  for (const arrival of arrivals) {
    byInstance.set(arrival.instance, (byInstance.get(arrival.instance) ?? 0) + 1)
    const order = arrival.order.id === undefined ? undefined : wanted.get(arrival.order.id)
    if (order === undefined) {
      strangers.push(`${arrival.instance}, ${arrival.where}`)
      continue
    }
    found.set(order.id, [...(found.get(order.id) ?? []), arrival])
    for (const [field, sent] of Object.entries(order)) {
      const came = arrival.order[field as keyof Order]
      if (came !== sent) mangled.push({ id: order.id, field, sent, found: String(came) })
    }
  }
  const missing = orders.filter((order) => !found.has(order.id)).map((order) => order.id)
  const doubled = [...found]
    .filter(([, arrived]) => arrived.length > 1)
    .map(([id, arrived]) => ({ id, where: arrived.map(({ instance, where }) => `${instance}, ${where}`) }))
  const ok = missing.length + doubled.length + mangled.length + strangers.length === 0
  return { ok, orders: orders.length, missing, doubled, mangled, strangers, byInstance }
}

/** What is wrong, a line each; nothing when all is well. */
export function complaints({ missing, doubled, mangled, strangers }: Verdict): readonly string[] {
  return [
    ...missing.map((id) => `${id} did not arrive`),
    ...doubled.map(({ id, where }) => `${id} arrived ${where.length} times: ${where.join('; ')}`),
    ...mangled.map(({ id, field, sent, found }) => `${id} arrived with another ${field}: '${found}' instead of '${sent}'`),
    ...strangers.map((where) => `a message of no order of ours lies at ${where}`),
  ]
}
