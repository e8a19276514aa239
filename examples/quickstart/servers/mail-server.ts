import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { listen, type LocalServer } from './local-server.ts'
import { take } from './provider.ts'

export interface MailServerOptions {
  /** Where it stores what it takes, one `.eml` file a message. */
  readonly folder: string
  readonly user: string
  readonly password: string
  /** Default: a free one. */
  readonly port?: number
}

/** A real SMTP server that wants a login and keeps every message as a file. */
export async function startMailServer({ folder, user, password, port = 0 }: MailServerOptions): Promise<LocalServer> {
  await mkdir(folder, { recursive: true })
  const down = new AbortController()
  const storing = new Set<Promise<void>>()
  let taken = 0

  const smtp = new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN'],
    // Loopback only, so it goes without a certificate.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth(auth, _session, done) {
      if (auth.username === user && auth.password === password) done(null, { user })
      else done(Object.assign(new Error('Wrong user or password'), { responseCode: 535 }))
    },
    onData(stream, session, done) {
      const store = async (message: Buffer): Promise<void> => {
        const name = `${String(++taken).padStart(6, '0')}-${session.id}.eml`
        await writeFile(join(folder, `.${name}`), message)
        await rename(join(folder, `.${name}`), join(folder, name))
      }
      void (async () => {
        try {
          const message = await buffer(stream)
          await take(() => store(message), down.signal, storing)
        } catch (error) {
          done(error instanceof Error ? error : new Error(String(error)))
          return
        }
        done()
      })()
    },
  })
  // Clients that vanish in mid-dialogue are to be expected here; without a listener they would end the process.
  smtp.on('error', () => undefined)
  return await listen(smtp.server, port, down, storing)
}
