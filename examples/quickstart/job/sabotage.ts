import type { Receipt } from '../notifier.ts'
import type { Order } from '../orders/order.ts'

export type Sabotage = 'drop' | 'double'

/** Spoils one order on purpose, to show that the check at the end can fail. */
export function sabotaged(notify: (order: Order) => Promise<Receipt>, kind: Sabotage, victim: Order): (order: Order) => Promise<Receipt> {
  return async (order) => {
    if (order.id !== victim.id) return await notify(order)
    if (kind === 'drop') return { instance: 'nobody', reference: 'none' }
    await notify(order)
    return await notify(order)
  }
}
