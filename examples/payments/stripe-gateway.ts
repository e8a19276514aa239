import { Plugin, Rejected, Unavailable } from 'plugboard'
import { Stripe } from 'stripe'
import { z } from 'zod'
import { PaymentGateway, type Notice, type Payment, type Receipt } from './payment-gateway.ts'

/** Stripe: an intent is made, which moves no money, and then confirmed. */
export class StripeGateway extends Plugin(PaymentGateway, {
  key: 'stripe',
  label: 'Stripe',
  config: z.object({
    apiUrl: z.url().default('https://api.stripe.com').meta({ title: 'Address of the API' }),
    secretKey: z.string().meta({ title: 'Secret key' }),
    webhookSecret: z.string().meta({ title: 'Signing secret of the webhook' }),
    timeout: z.int().min(100).default(10_000).meta({ title: 'Time for a charge, in ms' }),
  }),
  secrets: { secretKey: { boundTo: ['apiUrl'] }, webhookSecret: { boundTo: [] } },
}) {
  readonly #url = new URL(this.config.apiUrl)
  readonly #stripe = new Stripe(this.config.secretKey, {
    protocol: this.#url.protocol === 'http:' ? 'http' : 'https',
    host: this.#url.hostname,
    port: this.#url.port || (this.#url.protocol === 'http:' ? '80' : '443'),
    maxNetworkRetries: 0,
    telemetry: false,
  })

  async charge({ id, amount, currency, cards }: Payment): Promise<Receipt> {
    if (cards.stripe === undefined) throw new Unavailable('The customer has no card at Stripe')
    const request = { amount, currency: currency.toLowerCase(), payment_method: cards.stripe, metadata: { payment: id } }
    const intent = await this.#stripe.paymentIntents.create(request, { idempotencyKey: `${id}-create` }).catch((error: unknown) => {
      throw refused(error) ?? new Unavailable('Stripe made no intent', { cause: error }) // and so charges nothing
    })
    try {
      const options = { idempotencyKey: `${id}-confirm`, timeout: this.config.timeout }
      const { status } = await this.#stripe.paymentIntents.confirm(intent.id, {}, options)
      if (status !== 'succeeded') throw new Error(`The intent is ${status}`)
    } catch (error) {
      await this.#settle(intent.id, refused(error) ?? error)
    }
    return this.#receipt(intent.id)
  }

  /** Who knows whether it charged. An intent that is cancelled never will, and one that did can't be cancelled. */
  async #settle(intent: string, error: unknown): Promise<void> {
    if (error instanceof Rejected) throw error
    const intents = this.#stripe.paymentIntents
    const { status } = await intents
      .cancel(intent)
      .catch(() => intents.retrieve(intent))
      .catch(() => ({ status: 'unknown' }))
    if (status === 'canceled') throw new Unavailable('Stripe did not charge, and will not', { cause: error })
    if (status !== 'succeeded') throw error
  }

  async refund({ reference }: Receipt, { id }: Payment): Promise<void> {
    await this.#stripe.refunds.create({ payment_intent: reference }, { idempotencyKey: `${id}-refund` })
  }

  async notice(body: string, header: (name: string) => string): Promise<Notice | undefined> {
    const verified = this.#stripe.webhooks.constructEventAsync(body, header('stripe-signature'), this.config.webhookSecret)
    const event = await verified.catch((error: unknown) => {
      throw new Rejected('Not signed by Stripe', { cause: error })
    })
    if (event.type !== 'payment_intent.succeeded') return undefined
    const { id, metadata } = event.data.object
    return metadata['payment'] === undefined ? undefined : { payment: metadata['payment'], receipt: this.#receipt(id) }
  }

  #receipt(reference: string): Receipt {
    return { gateway: this.instance.id, reference }
  }
}

/** A card that was declined is an answer: nobody else is asked to charge it. */
function refused(error: unknown): Rejected | undefined {
  return error instanceof Stripe.errors.StripeCardError ? new Rejected(error.message, { cause: error }) : undefined
}
