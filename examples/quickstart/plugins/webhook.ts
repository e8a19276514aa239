import { Plugin, Rejected, Unavailable, unavailableIfNotConnected } from 'plugboard'
import { z } from 'zod'
import { Notifier, type Receipt } from '../notifier.ts'
import type { Order } from '../orders/order.ts'
import { secretPattern, sign } from './webhook-signature.ts'

/** "Not now" or "not here": the receiver answered without acting. */
const notTaken: ReadonlySet<number> = new Set([401, 403, 404, 410, 429, 503])

/** A signed HTTP call to whoever sends the message on. */
export class Webhook extends Plugin(Notifier, {
  key: 'webhook',
  label: 'Signed webhook',
  description: 'Calls a URL with the order, signed with HMAC-SHA256 as Standard Webhooks has it.',
  config: z.object({
    url: z.url().meta({ title: 'URL' }),
    secret: z.string().regex(secretPattern, 'must look like whsec_<base64>').meta({ title: 'Signing secret' }),
    timeout: z.int().min(100).max(60_000).default(10_000).meta({ title: 'Time limit, ms' }),
  }),
  secrets: { secret: { boundTo: ['url'] } },
}) {
  async notify(order: Order): Promise<Receipt> {
    const response = await this.#post(order.id, { type: 'order.placed', data: order })
    if (response.ok) return { instance: this.instance.name, reference: order.id }
    const said = `${new URL(this.config.url).host} answered ${response.status}`
    if (notTaken.has(response.status)) throw new Unavailable(said)
    if (response.status < 500) throw new Rejected(said)
    throw new Error(`${said}: it may or may not have sent order ${order.id} on`)
  }

  async onTest(): Promise<void> {
    const response = await this.#post(`test-${Date.now()}`, { type: 'test' })
    if (!response.ok) throw new Error(`The receiver answered ${response.status}`)
  }

  /** Exactly one request: the id lets a receiver drop a repeated call, and fetch repeats no POST by itself. */
  async #post(id: string, event: object): Promise<Response> {
    const body = JSON.stringify(event)
    const signature = sign(this.config.secret, { id, timestamp: Math.floor(Date.now() / 1000), body })
    try {
      const response = await fetch(this.config.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signature },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(this.config.timeout),
      })
      await response.arrayBuffer()
      return response
    } catch (error) {
      throw unavailableIfNotConnected(error)
    }
  }
}
