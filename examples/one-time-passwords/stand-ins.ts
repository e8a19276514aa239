import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { SMTPServer } from 'smtp-server'

/** Stands for a provider on loopback. */
export interface StandIn extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Whom it sent which text. */
  readonly sent: readonly (readonly [to: string, text: string])[]
  /** `down`: it says so; `hangs`: it says nothing. */
  state: 'up' | 'down' | 'hangs'
}

interface Outbox {
  readonly sent: [to: string, text: string][]
  state: StandIn['state']
}

async function startHttp(routes: (app: FastifyInstance, outbox: Outbox) => void): Promise<StandIn> {
  const app = fastify({ forceCloseConnections: true })
  const outbox: Outbox = { sent: [], state: 'up' }
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  app.addHook('onRequest', async (_request, reply) => {
    if (outbox.state === 'hangs') return reply.hijack()
    return outbox.state === 'down' ? reply.code(503).send({ message: 'down' }) : undefined
  })
  routes(app, outbox)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return Object.assign(outbox, { url, port: Number(new URL(url).port), [Symbol.asyncDispose]: () => app.close() })
}

export function startTwilio(token: string): Promise<StandIn> {
  return startHttp((app, { sent }) => {
    type Form = { readonly To: string; readonly Body: string }
    app.post<{ Body: Form }>('/2010-04-01/Accounts/ACshop/Messages.json', async ({ body, headers }, reply) => {
      if (headers.authorization !== `Basic ${btoa(`ACshop:${token}`)}`)
        return reply.code(401).send({ code: 20_003, message: 'Authenticate' })
      sent.push([body.To, body.Body])
      return reply.code(201).send({ sid: 'SM1', status: 'queued' })
    })
  })
}

export function startVonage(secret: string): Promise<StandIn> {
  return startHttp((app, { sent }) => {
    type Message = { readonly api_secret: string; readonly to: string; readonly text: string }
    app.post<{ Body: Message }>('/sms/json', async ({ body }) => {
      if (body.api_secret !== secret) return { 'message-count': '1', messages: [{ status: '4', 'error-text': 'Bad Credentials' }] }
      sent.push([body.to, body.text])
      return { 'message-count': '1', messages: [{ status: '0', 'message-id': 'm-1' }] }
    })
  })
}

/** A real SMTP server. */
export async function startMailServer(password: string): Promise<StandIn> {
  const outbox: Outbox = { sent: [], state: 'up' }
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
        if (outbox.state === 'down') return done(new Error('Try again later'))
        outbox.sent.push([session.envelope.rcptTo[0]?.address ?? '', mail.slice(mail.indexOf('\r\n\r\n')).trim()])
        done()
      })
    },
  })
  smtp.on('error', () => undefined)
  const server = smtp.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      smtp.close(() => resolve())
    })
  return Object.assign(outbox, { url: `smtp://127.0.0.1:${port}`, port, [Symbol.asyncDispose]: close })
}
