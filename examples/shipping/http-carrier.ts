import { callSignal, Plugin, Rejected, Unavailable, unavailableIfNotConnected } from 'plugboard'
import { z } from 'zod'
import { Carrier, type Parcel, type Quote } from './carrier.ts'

const quoted = z.object({ price: z.int().min(0), days: z.int().min(0) })
const booked = z.object({ tracking: z.string() })

/** A carrier with an API. */
export class HttpCarrier extends Plugin(Carrier, {
  key: 'http',
  label: 'Carrier with an API',
  config: z.object({
    baseUrl: z.url().meta({ title: 'Address of the API' }),
    apiKey: z.string().meta({ title: 'API key' }),
  }),
  secrets: { apiKey: { boundTo: ['baseUrl'] } },
}) {
  async quote(parcel: Parcel): Promise<Quote> {
    return quoted.parse(await this.#post('v1/quotes', parcel, callSignal()))
  }

  async book(parcel: Parcel, order: string): Promise<string> {
    return booked.parse(await this.#post('v1/shipments', { ...parcel, order }, callSignal())).tracking
  }

  /** The signal aborts when nobody waits for the answer any more: the connection is closed then. */
  async #post(path: string, body: object, signal: AbortSignal): Promise<unknown> {
    const response = await fetch(new URL(path, this.config.baseUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${this.config.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    }).catch((error: unknown) => {
      throw unavailableIfNotConnected(error)
    })
    if (response.status === 422) throw new Rejected(`${this.instance.name} does not take it: ${await response.text()}`)
    if (response.status === 503) throw new Unavailable(`${this.instance.name} is closed`)
    if (!response.ok) throw new Error(`${this.instance.name} answers ${response.status}`)
    return response.json()
  }
}
