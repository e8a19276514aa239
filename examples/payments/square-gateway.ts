import { Plugin, Rejected, Unavailable } from 'plugboard'
import { SquareClient, SquareError, WebhooksHelper } from 'square'
import { z } from 'zod'
import { PaymentGateway, type Notice, type Payment, type Receipt } from './payment-gateway.ts'

const paymentEvent = z.object({
  data: z.object({ object: z.object({ payment: z.object({ id: z.string(), status: z.string(), reference_id: z.string() }) }) }),
})

/** Square: a payment is authorised, and then completed. */
export class SquareGateway extends Plugin(PaymentGateway, {
  key: 'square',
  label: 'Square',
  config: z.object({
    apiUrl: z.url().default('https://connect.squareup.com').meta({ title: 'Address of the API' }),
    token: z.string().meta({ title: 'Access token' }),
    webhookKey: z.string().meta({ title: 'Signature key of the webhook' }),
    webhookUrl: z.url().meta({ title: 'Address of the webhook, as Square calls it' }),
    timeout: z.int().min(100).default(10_000).meta({ title: 'Time for a charge, in ms' }),
  }),
  secrets: { token: { boundTo: ['apiUrl'] }, webhookKey: { boundTo: [] } },
}) {
  readonly #square = new SquareClient({ baseUrl: this.config.apiUrl, token: this.config.token, maxRetries: 0 })

  async charge({ id, amount, currency, cards }: Payment): Promise<Receipt> {
    if (cards.square === undefined) throw new Unavailable('The customer has no card at Square')
    const amountMoney = { amount: BigInt(amount), currency }
    const request = { idempotencyKey: id, sourceId: cards.square, amountMoney, referenceId: id, autocomplete: false }
    const timeoutInSeconds = this.config.timeout / 1_000
    const authorised = this.#square.payments.create(request, { timeoutInSeconds }).catch(async (error: unknown) => {
      // Whether it is authorised or not: what is not completed takes no money. Cancelling by the key gives back what may be held.
      await this.#square.payments.cancelByIdempotencyKey({ idempotencyKey: id }).catch(() => undefined)
      throw refused(error) ?? new Unavailable('Square authorised nothing', { cause: error })
    })
    const { payment } = await authorised
    const paymentId = payment?.id ?? ''
    try {
      await this.#square.payments.complete({ paymentId }, { timeoutInSeconds })
    } catch (error) {
      await this.#settle(paymentId, refused(error) ?? error)
    }
    return this.#receipt(paymentId)
  }

  /** Who knows whether it charged. A payment that is cancelled never will, and one that is completed can't be cancelled. */
  async #settle(paymentId: string, error: unknown): Promise<void> {
    if (error instanceof Rejected) throw error
    const { payments } = this.#square
    const found = await payments
      .cancel({ paymentId })
      .catch(() => payments.get({ paymentId }))
      .catch(() => undefined)
    if (found?.payment?.status === 'CANCELED') throw new Unavailable('Square did not charge, and will not', { cause: error })
    if (found?.payment?.status !== 'COMPLETED') throw error
  }

  async refund({ reference }: Receipt, { id, amount, currency }: Payment): Promise<void> {
    const amountMoney = { amount: BigInt(amount), currency }
    await this.#square.refunds.refundPayment({ idempotencyKey: `${id}-refund`, paymentId: reference, amountMoney })
  }

  async notice(body: string, header: (name: string) => string): Promise<Notice | undefined> {
    const { webhookKey, webhookUrl } = this.config
    const signed = { requestBody: body, signatureHeader: header('x-square-hmacsha256-signature') }
    if (!(await WebhooksHelper.verifySignature({ ...signed, signatureKey: webhookKey, notificationUrl: webhookUrl })))
      throw new Rejected('Not signed by Square')
    const event = paymentEvent.safeParse(JSON.parse(body))
    if (!event.success || event.data.data.object.payment.status !== 'COMPLETED') return undefined
    const { id, reference_id } = event.data.data.object.payment
    return { payment: reference_id, receipt: this.#receipt(id) }
  }

  #receipt(reference: string): Receipt {
    return { gateway: this.instance.id, reference }
  }
}

/** A card that was declined is an answer: nobody else is asked to charge it. */
function refused(error: unknown): Rejected | undefined {
  const said = error instanceof SquareError ? error.errors.find(({ category }) => category === 'PAYMENT_METHOD_ERROR') : undefined
  return said === undefined ? undefined : new Rejected(said.detail ?? said.code, { cause: error })
}
