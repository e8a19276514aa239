import { createTransport } from 'nodemailer'
import { Plugin } from 'plugboard'
import { z } from 'zod'
import { Notifier, type Receipt } from '../notifier.ts'
import type { Order } from '../orders/order.ts'
import { messageFor } from './message.ts'
import { meaningOf } from './smtp-failure.ts'

/** E-mail through any SMTP server. */
export class Smtp extends Plugin(Notifier, {
  key: 'smtp',
  label: 'E-mail (SMTP)',
  description: 'Sends an e-mail through an SMTP server with a login.',
  config: z.object({
    host: z.string().min(1).meta({ title: 'Host' }),
    port: z.int().min(1).max(65535).default(587).meta({ title: 'Port' }),
    security: z
      .enum(['tls', 'starttls', 'none'])
      .default('starttls')
      .meta({ title: 'Encryption', description: 'none is for loopback only' }),
    user: z.string().meta({ title: 'User' }),
    password: z.string().meta({ title: 'Password' }),
    from: z.email().default('orders@shop.example').meta({ title: 'Sender' }),
  }),
  secrets: { password: { boundTo: ['host', 'port'] } },
}) {
  // One connection for one message, and no retries of its own: so what a failure says about the message is known.
  readonly #transport = createTransport({
    host: this.config.host,
    port: this.config.port,
    secure: this.config.security === 'tls',
    requireTLS: this.config.security === 'starttls',
    ignoreTLS: this.config.security === 'none',
    auth: { user: this.config.user, pass: this.config.password },
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 15_000,
  })

  async notify(order: Order): Promise<Receipt> {
    try {
      const { messageId } = await this.#transport.sendMail(messageFor(order, this.config.from))
      return { instance: this.instance.name, reference: messageId }
    } catch (error) {
      throw meaningOf(error)
    }
  }

  async onTest(): Promise<void> {
    await this.#transport.verify()
  }

  onDispose(): void {
    this.#transport.close()
  }
}
