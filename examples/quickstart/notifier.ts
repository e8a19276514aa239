import { PluginType, type Methods } from 'plugboard'
import type { Order } from './orders/order.ts'

/** What a notifier gives back once the message is certainly on its way. */
export interface Receipt {
  /** Name of the instance that sent it. */
  readonly instance: string
  /** What the provider calls the message: a Message-ID, a file name. */
  readonly reference: string
}

/** Tells a customer that an order was placed. */
export abstract class Notifier extends PluginType('notifier', {
  label: 'Order notifications',
  description: 'Tells customers that their order was placed. The first that works, in order of priority.',
}) {
  /** `once`: nobody wants to hear twice. Another instance is tried only when a plugin says that it certainly sent nothing. */
  static readonly methods: Methods<Notifier> = { notify: 'once' }
  abstract notify(order: Order): Promise<Receipt>
}
