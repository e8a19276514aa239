import { PluginType, type Methods } from 'plugboard'

/** One attempt of a customer's to pay. */
export interface Payment {
  /** Made once for each attempt. It is what providers get as idempotency key: sent twice, it charges once. */
  readonly id: string
  /** In cents. */
  readonly amount: number
  readonly currency: 'EUR' | 'USD'
  /** The customer's card, as each provider calls it. */
  readonly cards: { readonly stripe?: string | undefined; readonly square?: string | undefined }
}

export interface Receipt {
  /** Id of the instance that charged. A refund goes there, whoever answers by then. */
  readonly gateway: string
  /** What the provider calls the charge. */
  readonly reference: string
}

/** What a provider tells by itself, later. */
export interface Notice {
  readonly payment: string
  readonly receipt: Receipt
}

/**
 * Charges cards. It has no deadline: after a time-out a plugin has to find out, or to bring about, that nothing was charged. Only then it throws `Unavailable`, and the
 * next gateway is asked.
 */
export abstract class PaymentGateway extends PluginType('payment-gateway', { label: 'Payment gateways' }) {
  static readonly methods: Methods<PaymentGateway> = { charge: 'once', refund: 'once', notice: 'repeatable' }
  abstract charge(payment: Payment): Promise<Receipt>
  abstract refund(receipt: Receipt, payment: Payment): Promise<void>
  /**
   * Reads a webhook, whose signature is over each byte of its body.
   *
   * @returns `undefined` for one that says nothing of a charge
   * @throws Rejected for one that is not the provider's
   */
  abstract notice(body: string, header: (name: string) => string): Promise<Notice | undefined>
}
