import { DeadlineError, PlugboardError } from 'plugboard'
import type { Receipt } from '../notifier.ts'
import type { Order } from '../orders/order.ts'

/** An order on its way: `number` is its place in the file, from 1. */
export interface Task {
  readonly number: number
  readonly order: Order
}

/** What became of one. */
export type Delivery = Task & { /** Milliseconds since the sending began. */ readonly at: number } & (
    | { readonly outcome: 'sent'; readonly receipt: Receipt }
    | { /** Certainly not sent. */ readonly outcome: 'not sent'; readonly error: unknown }
    | { /** The connection broke in the middle: sent or not, nobody here knows. */ readonly outcome: 'in doubt'; readonly error: unknown }
  )

export interface SendOptions {
  readonly notify: (order: Order) => Promise<Receipt>
  /** How many orders are on their way at a time. */
  readonly concurrency: number
  readonly onDone: (delivery: Delivery) => void
}

/** Sends what `tasks` gives, a few at a time, and reports each. An order that fails stops no other. */
export async function sendAll(tasks: AsyncIterable<Task>, { notify, concurrency, onDone }: SendOptions): Promise<void> {
  const started = performance.now()
  const iterator = tasks[Symbol.asyncIterator]()
  const worker = async (): Promise<void> => {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      const task = next.value
      const outcome = await send(task.order, notify)
      onDone({ ...task, at: performance.now() - started, ...outcome })
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

type Outcome = { outcome: 'sent'; receipt: Receipt } | { outcome: 'not sent' | 'in doubt'; error: unknown }

async function send(order: Order, notify: SendOptions['notify']): Promise<Outcome> {
  try {
    return { outcome: 'sent', receipt: await notify(order) }
  } catch (error) {
    // The library's own errors mean that no instance took the order, but for a deadline, which ends only the waiting.
    const certain = error instanceof PlugboardError && !(error instanceof DeadlineError)
    return { outcome: certain ? 'not sent' : 'in doubt', error }
  }
}
