import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import type { Order } from '../orders/order.ts'
import { orderIdOf } from '../plugins/message.ts'
import { distrust } from '../plugins/webhook-signature.ts'
import type { LoggedCall } from '../servers/webhook-receiver.ts'

/** One message found where it was delivered. */
export interface Arrival {
  /** Name of the instance it came through. */
  readonly instance: string
  /** File or line it was found in. */
  readonly where: string
  /** The order as the message tells it; its id is `undefined` in a message that is none of ours. */
  readonly order: Readonly<Record<keyof Order, string | undefined>>
}

/** Reads every mail in a folder. */
export async function arrivedMails(instance: string, folder: string): Promise<readonly Arrival[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.')).toSorted()
  const arrivals: Arrival[] = []
  for (const name of names) {
    const mail = await simpleParser(await readFile(join(folder, name)))
    const text = mail.text ?? ''
    const to = Array.isArray(mail.to) ? mail.to[0] : mail.to
    const email = to?.value[0]?.address
    const customer = /^Hello (.*),$/m.exec(text)?.[1]
    const items = /^Items: (.*)$/m.exec(text)?.[1]
    const [, total, currency] = /^Total: (\S+) (\S+)$/m.exec(text) ?? []
    arrivals.push({ instance, where: name, order: { id: orderIdOf(mail.messageId), customer, email, items, total, currency } })
  }
  return arrivals
}

/** Reads the receiver's log; a call whose signature does not fit is no arrival of ours. */
export async function arrivedCalls(instance: string, log: string, secret: string): Promise<readonly Arrival[]> {
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '')
  return lines.map((line, index) => {
    const { at, headers, body } = JSON.parse(line) as LoggedCall
    const { id, customer, email, items, total, currency } = (JSON.parse(body) as { readonly data?: Partial<Order> }).data ?? {}
    const trusted = distrust(secret, headers, body, Date.parse(at) / 1000) === undefined && headers['webhook-id'] === id
    return { instance, where: `line ${index + 1}`, order: { id: trusted ? id : undefined, customer, email, items, total, currency } }
  })
}
