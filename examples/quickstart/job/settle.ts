import { Rejected } from 'plugboard'
import type { Receipt } from '../notifier.ts'
import type { Order } from '../orders/order.ts'
import type { Arrival } from './arrivals.ts'
import type { Delivery } from './send.ts'

export interface Settled {
  readonly order: Order
  readonly number: number
  /** What was found and done, for people. */
  readonly how: string
  /** Where the order is now; `undefined` where it could not be sent. */
  readonly instance: string | undefined
}

/**
 * Settles the orders that are in doubt or could not be sent: looks at the other end what arrived, and sends only what did not.
 * Of `arrivals` everything counts that was there when all servers had come to rest.
 */
export async function settle(
  open: readonly Delivery[],
  arrivals: readonly Arrival[],
  notify: (order: Order) => Promise<Receipt>,
): Promise<readonly Settled[]> {
  const arrived = new Map(arrivals.map(({ order, instance }) => [order.id, instance]))
  const settled: Settled[] = []
  for (const delivery of open) {
    const { order, number } = delivery
    const found = arrived.get(order.id)
    if (found !== undefined) {
      settled.push({ order, number, instance: found, how: `It had arrived through ${found}, so it was not sent again.` })
    } else if (delivery.outcome === 'not sent' && delivery.error instanceof Rejected) {
      settled.push({ order, number, instance: undefined, how: `It was refused for good: ${delivery.error.message}` })
    } else {
      try {
        const { instance } = await notify(order)
        settled.push({ order, number, instance, how: `It had not arrived, so it was sent again, through ${instance}.` })
      } catch (error) {
        settled.push({
          order,
          number,
          instance: undefined,
          how: `It had not arrived and could not be sent: ${error instanceof Error ? error.message : String(error)}`,
        })
      }
    }
  }
  return settled
}
