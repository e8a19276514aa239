import { Plugin, Rejected } from 'plugboard'
import { z } from 'zod'
import { Carrier, type Parcel, type Quote } from './carrier.ts'

/** The shop's own van: a price list, and no network. */
export class OwnVan extends Plugin(Carrier, {
  key: 'own-van',
  label: 'Own van',
  config: z.object({
    country: z.string().length(2).meta({ title: 'Country it drives in' }),
    most: z.int().min(1).default(30_000).meta({ title: 'Most it carries, in grams' }),
    price: z.int().min(0).meta({ title: 'Price, in cents' }),
  }),
}) {
  async quote({ country, grams }: Parcel): Promise<Quote> {
    if (country !== this.config.country) throw new Rejected(`${this.instance.name} drives in ${this.config.country} alone`)
    if (grams > this.config.most) throw new Rejected(`${this.instance.name} carries ${this.config.most} g at most`)
    return { price: this.config.price, days: 1 }
  }

  async book(_parcel: Parcel, order: string): Promise<string> {
    return `van-${order}`
  }
}
