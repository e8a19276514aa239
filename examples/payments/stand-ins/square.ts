import { standIn, type StandIn } from './stand-in.ts'

interface SquarePayment {
  readonly id: string
  readonly reference_id: string
  status: 'APPROVED' | 'COMPLETED' | 'CANCELED'
}

/** Stands for the part of Square's API that the plugin uses. */
export function startSquare(token: string): Promise<StandIn> {
  return standIn((app, ledger) => {
    const payments = new Map<string, SquarePayment>()
    const error = (category: string, code: string, detail: string): object => ({ errors: [{ category, code, detail }] })
    app.addHook('onRequest', async ({ headers }, reply) => {
      if (headers.authorization !== `Bearer ${token}`)
        return reply.code(401).send(error('AUTHENTICATION_ERROR', 'UNAUTHORIZED', 'Unknown token'))
      return undefined
    })

    type Create = { readonly idempotency_key: string; readonly reference_id: string }
    app.post<{ Body: Create }>('/v2/payments', async ({ body }) => {
      const { idempotency_key, reference_id } = body
      const payment = payments.get(idempotency_key) ?? { id: `sq-${idempotency_key}`, reference_id, status: 'APPROVED' }
      payments.set(idempotency_key, payment)
      return { payment }
    })
    app.get<{ Params: { readonly id: string } }>('/v2/payments/:id', async ({ params }) => ({
      payment: [...payments.values()].find(({ id }) => id === params.id),
    }))
    app.post<{ Params: { readonly id: string } }>('/v2/payments/:id/complete', ({ params }, reply) => {
      const payment = [...payments.values()].find(({ id }) => id === params.id)
      if (payment?.status !== 'APPROVED') return reply.code(400).send(error('INVALID_REQUEST_ERROR', 'BAD_REQUEST', 'It is over.'))
      const charged = (): object => {
        payment.status = 'COMPLETED'
        return { payment }
      }
      const declined = error('PAYMENT_METHOD_ERROR', 'GENERIC_DECLINE', 'The card was declined.')
      return ledger.charge(payment.reference_id, reply, { charged, declined })
    })
    app.post<{ Params: { readonly id: string } }>('/v2/payments/:id/cancel', ({ params }, reply) => {
      const payment = [...payments.values()].find(({ id }) => id === params.id)
      if (payment?.status === 'COMPLETED')
        return reply.code(400).send(error('INVALID_REQUEST_ERROR', 'BAD_REQUEST', 'It can’t be cancelled.'))
      if (payment !== undefined) payment.status = 'CANCELED'
      return reply.send({ payment })
    })
    app.post('/v2/payments/cancel', async () => ({}))
    app.post<{ Body: { readonly payment_id: string } }>('/v2/refunds', async ({ body }) => {
      ledger.refunded.push(body.payment_id)
      return { refund: { id: 'rf_1', status: 'PENDING', amount_money: { amount: 1, currency: 'EUR' } } }
    })
  })
}
