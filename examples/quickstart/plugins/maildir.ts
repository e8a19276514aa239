import { randomBytes } from 'node:crypto'
import { access, constants, mkdir, open, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import MailComposer from 'nodemailer/lib/mail-composer'
import { Plugin, Unavailable } from 'plugboard'
import { z } from 'zod'
import { Notifier, type Receipt } from '../notifier.ts'
import type { Order } from '../orders/order.ts'
import { messageFor } from './message.ts'

/** Files in a maildir (tmp, new, cur), for a mail program or a person to pick up. */
export class Maildir extends Plugin(Notifier, {
  key: 'maildir',
  label: 'Maildir files',
  description: 'Writes each message into a maildir. Needs no network: the last resort.',
  config: z.object({
    directory: z.string().min(1).meta({ title: 'Directory' }),
    from: z.email().default('orders@shop.example').meta({ title: 'Sender' }),
  }),
}) {
  async onStart(): Promise<void> {
    for (const part of ['tmp', 'new', 'cur']) await mkdir(join(this.config.directory, part), { recursive: true })
  }

  /** A message is written whole into tmp and appears in new by one rename: a reader never sees half of it. */
  async notify(order: Order): Promise<Receipt> {
    const name = `${Math.floor(Date.now() / 1000)}.P${process.pid}R${randomBytes(8).toString('hex')}.${hostname().replace(/[/:]/g, '_')}`
    const draft = join(this.config.directory, 'tmp', name)
    try {
      const message = await new MailComposer({ ...messageFor(order, this.config.from), newline: 'linux' }).compile().build()
      const file = await open(draft, 'wx')
      try {
        await file.writeFile(message)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, join(this.config.directory, 'new', name))
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined)
      // Nothing is in new before the rename, so this order can go elsewhere.
      throw new Unavailable(`The maildir took nothing: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
    return { instance: this.instance.name, reference: name }
  }

  async onTest(): Promise<void> {
    await access(join(this.config.directory, 'tmp'), constants.W_OK)
    await access(join(this.config.directory, 'new'), constants.W_OK)
  }
}
