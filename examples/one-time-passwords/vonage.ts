import { callSignal, Plugin, Unavailable } from 'plugboard'
import { z } from 'zod'
import { CodeSender, textFor, type Recipient } from './code-sender.ts'

/** Text messages by Vonage: JSON, and an answer whose status is in its body. */
export class Vonage extends Plugin(CodeSender, {
  key: 'vonage',
  label: 'Vonage',
  config: z.object({
    baseUrl: z.url().default('https://rest.nexmo.com').meta({ title: 'Address of the API' }),
    apiKey: z.string().meta({ title: 'API key' }),
    apiSecret: z.string().meta({ title: 'API secret' }),
    from: z.string().meta({ title: 'Name of the sender' }),
  }),
  secrets: { apiSecret: { boundTo: ['baseUrl', 'apiKey'] } },
}) {
  async send({ phone }: Recipient, code: string): Promise<void> {
    const signal = callSignal()
    if (phone === undefined) throw new Unavailable('They have no telephone')
    const { baseUrl, apiKey, apiSecret, from } = this.config
    const response = await fetch(new URL('/sms/json', baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ api_key: apiKey, api_secret: apiSecret, from, to: phone.replace('+', ''), text: textFor(code) }),
      signal,
    })
    const answer = z.object({ messages: z.array(z.object({ status: z.string() })) }).safeParse(await response.json())
    const status = answer.data?.messages[0]?.status
    if (status !== '0') throw new Error(`Vonage answers ${response.status}, status ${status}`)
  }
}
