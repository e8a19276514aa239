import { standIn, type StandIn } from './stand-in.ts'

/** Stands for the part of Stripe's API that the plugin uses: forms in, JSON out, idempotency keys, errors of its shape. */
export function startStripe(secretKey: string): Promise<StandIn> {
  return standIn((app, ledger) => {
    const intents = new Map<string, { readonly id: string; readonly object: string; status: string; readonly metadata: object }>()
    const answered = new Map<string, string>()
    type Form = Readonly<Record<string, string>>
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    const error = (type: string, message: string, more: object = {}): object => ({ error: { type, message, ...more } })
    app.addHook('onRequest', async ({ headers }, reply) => {
      if (headers.authorization !== `Bearer ${secretKey}`) return reply.code(401).send(error('invalid_request_error', 'Invalid API Key'))
      return undefined
    })

    app.post<{ Body: Form }>('/v1/payment_intents', ({ body, headers }, reply) => {
      const key = String(headers['idempotency-key'])
      const id = answered.get(key) ?? `pi_${intents.size + 1}`
      answered.set(key, id)
      const metadata = { payment: body['metadata[payment]'] }
      if (!intents.has(id)) intents.set(id, { id, object: 'payment_intent', status: 'requires_confirmation', metadata })
      return reply.send(intents.get(id))
    })
    app.post<{ Params: { readonly id: string } }>('/v1/payment_intents/:id/confirm', ({ params }, reply) => {
      const intent = intents.get(params.id)
      if (intent?.status !== 'requires_confirmation') return reply.code(400).send(error('invalid_request_error', 'It is over.'))
      const charged = (): object => {
        intent.status = 'succeeded'
        return intent
      }
      const declined = error('card_error', 'Your card was declined.', { code: 'card_declined' })
      return ledger.charge((intent.metadata as { readonly payment: string }).payment, reply, { charged, declined })
    })
    app.post<{ Params: { readonly id: string } }>('/v1/payment_intents/:id/cancel', ({ params }, reply) => {
      const intent = intents.get(params.id)
      if (intent?.status !== 'requires_confirmation')
        return reply.code(400).send(error('invalid_request_error', 'It can’t be cancelled.', { code: 'payment_intent_unexpected_state' }))
      intent.status = 'canceled'
      return reply.send(intent)
    })
    app.get<{ Params: { readonly id: string } }>('/v1/payment_intents/:id', async ({ params }) => intents.get(params.id))
    app.post<{ Body: Form }>('/v1/refunds', async ({ body }) => {
      ledger.refunded.push(body['payment_intent'] ?? '')
      return { id: 're_1', object: 'refund', status: 'succeeded' }
    })
  })
}
