import { setTimeout as wait } from 'node:timers/promises'
import type { Order } from '../orders/order.ts'
import type { Task } from './send.ts'

export interface FeedOptions {
  /** Milliseconds from one order to the next. */
  readonly interval: number
  /** Awaited right before each order goes out. */
  readonly before: (number: number) => Promise<void>
  readonly signal: AbortSignal
}

/** Gives the orders one after the other at a steady pace, as a shop would. Ends early when `signal` is aborted. */
export async function* feed(orders: Iterable<Order>, { interval, before, signal }: FeedOptions): AsyncGenerator<Task, void, undefined> {
  let number = 0
  for (const order of orders) {
    number++
    await wait(interval, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    await before(number)
    yield { number, order }
  }
}
