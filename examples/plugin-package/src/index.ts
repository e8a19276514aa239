import { Plugin, Rejected } from 'plugboard'
import { z } from 'zod'
// The shop's contract. Where it is published as a package, import that. This is a copy of the shop's file: a board knows a contract by its key, name and methods, not
// by the module it came from.
import { Carrier, type Parcel, type Quote } from './carrier.ts'

/** Takes light parcels by air. */
export class Pigeon extends Plugin(Carrier, {
  key: 'carrier-pigeon', // begins with the package's name, so that no other one has it
  label: 'Pigeons',
  config: z.object({
    loft: z.string().min(1).meta({ title: 'Loft' }),
    pricePerGram: z.int().min(1).default(10).meta({ title: 'Price of a gram, in cents' }),
  }),
}) {
  async quote({ grams }: Parcel): Promise<Quote> {
    if (grams > 75) throw new Rejected(`A pigeon carries 75 g, not ${grams} g`)
    return { price: grams * this.config.pricePerGram, days: 1 }
  }

  async book(_parcel: Parcel, order: string): Promise<string> {
    return `${this.config.loft}-${order}`
  }
}
