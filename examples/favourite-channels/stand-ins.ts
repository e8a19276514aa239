import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { SMTPServer } from 'smtp-server'

/** Stands for a provider on loopback. */
export interface StandIn extends AsyncDisposable {
  readonly port: number
  /** What arrived there. */
  readonly arrived: readonly string[]
  isDown: boolean
}

/** A real SMTP server that takes mail of whoever logs in. */
export async function startMailServer(password: string): Promise<StandIn> {
  const arrived: string[] = []
  const state = { arrived, isDown: false }
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth: (auth, _session, done) => {
      if (auth.password === password) done(null, { user: auth.username ?? '' })
      else done(new Error('Wrong user or password'))
    },
    onData(stream, session, done) {
      let mail = ''
      stream.setEncoding('utf8').on('data', (part: string) => (mail += part))
      stream.once('end', () => {
        if (state.isDown) return done(new Error('Try again later'))
        const to = session.envelope.rcptTo.map(({ address }) => address).join(', ')
        arrived.push(`mail to ${to}: ${/^Subject: (.*)$/m.exec(mail)?.[1]}`)
        done()
      })
    },
  })
  smtp.on('error', () => undefined)
  const server = smtp.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      smtp.close(() => resolve())
    })
  return Object.assign(state, { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close })
}

/** A chat that takes incoming webhooks. */
export async function startChat(name: string): Promise<StandIn> {
  const arrived: string[] = []
  const state = { arrived, isDown: false }
  const app = fastify({ forceCloseConnections: true })
  app.post<{ Body: { readonly text: string } }>('/hooks/:secret', async ({ body }, reply) => {
    if (state.isDown) return reply.code(500).send()
    arrived.push(`${name}: ${body.text}`)
    return 'ok'
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return Object.assign(state, { port: Number(new URL(url).port), [Symbol.asyncDispose]: () => app.close() })
}
