import { callSignal, Plugin, Unavailable } from 'plugboard'
import { z } from 'zod'
import { CodeSender, textFor, type Recipient } from './code-sender.ts'

/** Text messages by Twilio: a form, with account and token. */
export class Twilio extends Plugin(CodeSender, {
  key: 'twilio',
  label: 'Twilio',
  config: z.object({
    baseUrl: z.url().default('https://api.twilio.com').meta({ title: 'Address of the API' }),
    account: z
      .string()
      .regex(/^AC\w+$/)
      .meta({ title: 'Account SID' }),
    token: z.string().meta({ title: 'Auth token' }),
    from: z.string().meta({ title: 'Number of the sender' }),
  }),
  secrets: { token: { boundTo: ['baseUrl', 'account'] } },
}) {
  async send({ phone }: Recipient, code: string): Promise<void> {
    const signal = callSignal()
    if (phone === undefined) throw new Unavailable('They have no telephone')
    const { baseUrl, account, token, from } = this.config
    const response = await fetch(new URL(`/2010-04-01/Accounts/${account}/Messages.json`, baseUrl), {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${account}:${token}`)}` },
      body: new URLSearchParams({ To: phone, From: from, Body: textFor(code) }),
      signal,
    })
    if (!response.ok) throw new Error(`Twilio answers ${response.status}`)
  }
}
