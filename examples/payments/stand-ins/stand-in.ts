import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'

/** What a provider does when it is to charge. */
export type Behaviour = 'charges' | 'declines' | 'hangs' | 'charges, then breaks off' | 'charges, then is gone' | 'is down'

/** Stands for a provider's API on loopback. */
export interface StandIn extends AsyncDisposable {
  readonly url: string
  behaviour: Behaviour
  /** Payments it has charged, and refunded. */
  readonly charged: readonly string[]
  readonly refunded: readonly string[]
}

export interface Ledger {
  behaviour: Behaviour
  readonly charged: string[]
  readonly refunded: string[]
  /** Answers the charge of a payment, as the provider behaves. */
  charge(payment: string, reply: FastifyReply, answers: Answers): unknown
}

export interface Answers {
  /** Charges, and gives what it answers. */
  readonly charged: () => object
  readonly declined: object
}

/** As either provider says it. */
const down = {
  error: { type: 'api_error', message: 'Try again later.' },
  errors: [{ category: 'API_ERROR', code: 'SERVICE_UNAVAILABLE', detail: 'Try again later.' }],
}

/** A server with a ledger; the provider's routes are its own. */
export async function standIn(routes: (app: FastifyInstance, ledger: Ledger) => void): Promise<StandIn> {
  const app = fastify({ forceCloseConnections: true })
  const ledger: Ledger = {
    behaviour: 'charges',
    charged: [],
    refunded: [],
    charge(payment, reply, { charged, declined }) {
      if (ledger.behaviour === 'declines') return reply.code(402).send(declined)
      if (ledger.behaviour === 'hangs') return reply.hijack()
      const answer = charged()
      ledger.charged.push(payment)
      if (ledger.behaviour === 'charges') return reply.send(answer)
      if (ledger.behaviour === 'charges, then is gone') ledger.behaviour = 'is down'
      return breakOff(reply)
    },
  }
  app.addHook('onRequest', async (_request, reply) => (ledger.behaviour === 'is down' ? reply.code(503).send(down) : undefined))
  routes(app, ledger)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return Object.assign(ledger, { url, [Symbol.asyncDispose]: () => app.close() })
}

function breakOff(reply: FastifyReply): FastifyReply {
  reply.hijack()
  reply.raw.destroy()
  return reply
}
