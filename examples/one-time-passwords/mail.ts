import { createTransport } from 'nodemailer'
import { Plugin } from 'plugboard'
import { z } from 'zod'
import { CodeSender, textFor, type Recipient } from './code-sender.ts'

/** E-mail through any SMTP server. */
export class Mail extends Plugin(CodeSender, {
  key: 'mail',
  label: 'E-mail',
  config: z.object({
    host: z.string().min(1).meta({ title: 'Host' }),
    port: z.int().min(1).max(65_535).default(587).meta({ title: 'Port' }),
    requireTLS: z.boolean().default(true).meta({ title: 'Encrypted only' }),
    user: z.string().meta({ title: 'User' }),
    password: z.string().meta({ title: 'Password' }),
    from: z.email().meta({ title: 'Sender' }),
  }),
  secrets: { password: { boundTo: ['host', 'port'] } },
}) {
  readonly #transport = createTransport({
    host: this.config.host,
    port: this.config.port,
    requireTLS: this.config.requireTLS,
    auth: { user: this.config.user, pass: this.config.password },
  })

  async send({ email }: Recipient, code: string): Promise<void> {
    await this.#transport.sendMail({ from: this.config.from, to: email, subject: 'Your code', text: textFor(code) })
  }

  async onTest(): Promise<void> {
    await this.#transport.verify()
  }

  onDispose(): void {
    this.#transport.close()
  }
}
