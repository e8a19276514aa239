import type { LocalServer } from '../servers/local-server.ts'
import { startMailServer } from '../servers/mail-server.ts'
import { startWebhookReceiver } from '../servers/webhook-receiver.ts'
import { arrivedCalls, arrivedMails, type Arrival } from './arrivals.ts'

export const names = { main: 'SMTP main', backup: 'SMTP backup', webhook: 'Webhook', maildir: 'Maildir' } as const

/** One instance, and the other end of it: where its messages arrive. */
export interface Place {
  readonly name: string
  readonly plugin: string
  readonly address: string
  /** 0 where there is no server. */
  readonly port: number
  /** Reads back what arrived. */
  read(): Promise<readonly Arrival[]>
  /** Stops its server in mid-work. */
  crash(): Promise<void>
  /** Starts its server again, where it was. */
  revive(): Promise<void>
}

/** A mail server of the user `shop`. */
export function mailPlace(name: string, folder: string, password: string): Promise<Place> {
  return served(
    name,
    'E-mail (SMTP)',
    (port) => startMailServer({ folder, user: 'shop', password, port }),
    () => arrivedMails(name, folder),
  )
}

export function webhookPlace(log: string, secret: string): Promise<Place> {
  return served(
    names.webhook,
    'Signed webhook',
    (port) => startWebhookReceiver({ log, secret, port }),
    () => arrivedCalls(names.webhook, log, secret),
  )
}

export function maildirPlace(folder: string): Place {
  const nothing = async (): Promise<void> => undefined
  const read = () => arrivedMails(names.maildir, `${folder}/new`)
  return { name: names.maildir, plugin: 'Maildir files', address: 'maildir/new', port: 0, read, crash: nothing, revive: nothing }
}

async function served(name: string, plugin: string, start: (port: number) => Promise<LocalServer>, read: Place['read']): Promise<Place> {
  let server = await start(0)
  const { address, port } = server
  return {
    name,
    plugin,
    address,
    port,
    read,
    crash: () => server.crash(),
    async revive() {
      await server.crash()
      server = await start(port)
    },
  }
}
