import cookie from '@fastify/cookie'
import session from '@fastify/session'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Board } from 'plugboard'
import { createAdmin } from 'plugboard/admin'
import { fastifyAdmin } from 'plugboard/fastify'
import { actorOf, signIn } from './users.ts'

declare module 'fastify' {
  interface Session {
    userId?: string
  }
}

/** Fastify, with @fastify/session. Its hooks run before the admin; its body parsers don't. */
export async function fastifyApp(board: Board, secret: string): Promise<FastifyInstance> {
  const app = fastify()
  await app.register(cookie)
  await app.register(session, { secret, saveUninitialized: false, cookie: { secure: 'auto', httpOnly: true, sameSite: 'lax' } })
  app.post('/login', async (request, reply) => {
    const userId = signIn(request.body as object)
    if (userId === undefined) return reply.code(401).send()
    await request.session.regenerate()
    request.session.userId = userId
    return reply.code(204).send()
  })

  const admin = createAdmin(board, { authorize: (_, request: FastifyRequest) => actorOf(request.session.userId) })
  await app.register(fastifyAdmin(admin), { prefix: '/admin' })
  // What it waits for when it closes would never end: the streams of live events.
  app.addHook('preClose', async () => admin.close())
  return app
}
