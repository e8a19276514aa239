import { callSignal, Plugin } from 'plugboard'
import { z } from 'zod'
import { Channel, type Person } from './channel.ts'

/** A chat with incoming webhooks, as Slack, Mattermost and Rocket.Chat have them. Who knows the address may write, so all of it is the secret. */
export class Chat extends Plugin(Channel, {
  key: 'chat',
  label: 'Chat',
  config: z.object({ webhook: z.url().meta({ title: 'Address of the webhook' }) }),
  secrets: { webhook: { boundTo: [] } },
}) {
  async notify({ nick }: Person, text: string): Promise<void> {
    const response = await fetch(this.config.webhook, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: `@${nick} ${text}` }),
      signal: callSignal(),
    })
    if (!response.ok) throw new Error(`The chat answers ${response.status}`)
  }
}
