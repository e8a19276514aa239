import { PluginType, type Methods } from 'plugboard'

export interface Parcel {
  /** Two letters of ISO 3166. */
  readonly country: string
  readonly grams: number
}

export interface Quote {
  /** In cents. */
  readonly price: number
  readonly days: number
}

/**
 * Brings parcels to customers. All active carriers are asked, so a call says which one it means: choosing is by id, and nobody stands in for somebody else's
 * price.
 */
export abstract class Carrier extends PluginType<{ readonly carrier: string }>('carrier', {
  label: 'Carriers',
  select: ({ candidates, context }) => candidates.find(({ id }) => id === context.carrier) ?? null,
}) {
  static readonly methods: Methods<Carrier> = { quote: 'repeatable', book: 'once' }
  abstract quote(parcel: Parcel): Promise<Quote>
  /** @returns the tracking number */
  abstract book(parcel: Parcel, order: string): Promise<string>
}
