import fastify, { type FastifyReply } from 'fastify'

/** What a stand-in does with a request for a quote or a booking. */
export type Behaviour = 'answers' | 'hangs' | 'is closed' | 'quotes, then is closed' | 'books, then breaks off'

/** Stands for a carrier's API on loopback. */
export interface StandIn extends AsyncDisposable {
  readonly url: string
  /** So many requests for a quote. */
  readonly asked: number
  /** Orders it has booked. */
  readonly booked: readonly string[]
  behaviour: Behaviour
  /** Told of each request for a quote, before it is answered; `gone` ends when its client has closed the connection. */
  onQuote: (gone: Promise<void>) => Promise<void> | void
}

export async function startStandIn({ price, days }: { readonly price: number; readonly days: number }): Promise<StandIn> {
  const app = fastify({ forceCloseConnections: true })
  const booked: string[] = []
  const standIn = { asked: 0, booked, behaviour: 'answers' as Behaviour, onQuote: (_gone: Promise<void>): Promise<void> | void => {} }
  const closed = (reply: FastifyReply): unknown => reply.code(503).send({ error: 'closed' })

  app.post('/v1/quotes', async (_request, reply) => {
    standIn.asked++
    await standIn.onQuote(new Promise((resolve) => reply.raw.once('close', resolve)))
    if (standIn.behaviour === 'hangs') return reply.hijack()
    return standIn.behaviour === 'is closed' ? closed(reply) : { price, days }
  })
  app.post<{ Body: { readonly order: string } }>('/v1/shipments', async ({ body }, reply) => {
    if (standIn.behaviour.endsWith('is closed')) return closed(reply)
    booked.push(body.order)
    if (standIn.behaviour !== 'books, then breaks off') return { tracking: `T-${body.order}` }
    reply.hijack()
    reply.raw.destroy()
    return reply
  })

  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return Object.assign(standIn, { url, [Symbol.asyncDispose]: () => app.close() })
}
