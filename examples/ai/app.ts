import fastify, { type FastifyInstance } from 'fastify'
import { AllInstancesFailedError, NoInstanceError, Rejected, type Board } from 'plugboard'
import { fastifyBoard } from 'plugboard/fastify'
import { ChatModel, type Message } from './chat-model.ts'

const body = {
  type: 'object',
  required: ['messages'],
  properties: {
    messages: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['role', 'content'],
        properties: { role: { enum: ['user', 'assistant'] }, content: { type: 'string', minLength: 1 } },
      },
    },
  },
}

/** `POST /chat` streams an answer as server-sent events: `text`, as often as it takes, then `done` or `error`. */
export async function chatApp(board: Board): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: true })
  await app.register(fastifyBoard(board)) // ready before it listens, closed after the last request

  app.post<{ Body: { readonly messages: readonly Message[] } }>('/chat', { schema: { body } }, async (request, reply) => {
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const pieces = board.use(ChatModel, { signal: gone.signal }).reply(request.body.messages)[Symbol.asyncIterator]()

    // Up to the first piece all is open: the handle goes from model to model, and if none answers this is an ordinary error.
    const first = await pieces.next()
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const send = (event: string, data: unknown): unknown => reply.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    try {
      for (let piece = first; piece.done !== true; piece = await pieces.next()) send('text', piece.value)
      send('done', {})
    } catch (error) {
      // The answer stays incomplete, and the page says so. Nobody else takes over in the middle.
      if (!gone.signal.aborted) request.log.error(error)
      send('error', { message: 'The answer broke off. Ask again.' })
    }
    reply.raw.end()
    return reply
  })

  app.setErrorHandler<Error>((error, _request, reply) => {
    if (error instanceof Rejected) return reply.code(422).send({ message: 'The question was refused.' })
    if (error instanceof AllInstancesFailedError || error instanceof NoInstanceError)
      return reply.code(503).send({ message: 'Nobody can answer just now.' })
    return reply.send(error)
  })
  return app
}
