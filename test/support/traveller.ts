import fc from 'fast-check'
import { z } from 'zod'
import { Plugin, PluginType, type Json, type Methods } from '../../src/index.ts'
import { anyJson, anyName, anyNumber, anyText } from './json-arbitraries.ts'

export abstract class Journey extends PluginType('journey') {
  static readonly methods: Methods<Journey> = { seen: 'repeatable' }
  abstract seen(): unknown
}

/** A config with every kind of field, which the plugin shows as it got it. */
export class Traveller extends Plugin(Journey, {
  key: 'traveller',
  config: z.object({
    note: z.string(),
    text: z.string(),
    number: z.number(),
    flag: z.boolean(),
    nothing: z.null(),
    maybe: z.string().nullable(),
    optional: z.number().optional(),
    choice: z.enum(['eu', 'us']),
    group: z.object({ deep: z.object({ text: z.string(), list: z.array(z.number()) }) }),
    objects: z.array(z.object({ name: z.string(), on: z.boolean() })),
    pair: z.tuple([z.string(), z.number()]),
    map: z.record(z.string(), z.json()),
    variant: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('card'), number: z.string() }),
      z.object({ kind: z.literal('bank'), iban: z.string(), limit: z.number() }),
    ]),
    any: z.json(),
    secret: z.string().min(1),
    secrets: z.array(z.json()),
    login: z.object({ user: z.string(), file: z.string().min(1).optional() }),
  }),
  // The last one may be left blank while the variant changes, which would be refused of a bound one.
  secrets: { secret: {}, secrets: {}, 'login.file': { boundTo: [] } },
}) {
  seen(): unknown {
    return this.config
  }
}

/** A config of a Traveller. A secret is never blank: that would keep what is stored. */
export const anyConfig: fc.Arbitrary<{ readonly [name: string]: Json }> = fc
  .record(
    {
      note: anyText,
      text: anyText,
      number: anyNumber,
      flag: fc.boolean(),
      nothing: fc.constant(null),
      maybe: fc.option(anyText),
      optional: anyNumber,
      choice: fc.constantFrom('eu', 'us'),
      group: fc.record({ deep: fc.record({ text: anyText, list: fc.array(anyNumber, { maxLength: 3 }) }) }),
      objects: fc.array(fc.record({ name: anyText, on: fc.boolean() }), { maxLength: 3 }),
      pair: fc.tuple(anyText, anyNumber),
      map: fc.array(fc.tuple(anyName, anyJson), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
      variant: fc.oneof(
        fc.record({ kind: fc.constant('card'), number: anyText }),
        fc.record({ kind: fc.constant('bank'), iban: anyText, limit: anyNumber }),
      ),
      any: anyJson,
      secret: anyText.map((text) => `s${text}`),
      secrets: fc.array(anyJson, { maxLength: 3 }),
      login: fc.record({ user: anyText, file: anyText.map((text) => `-----${text}`) }, { requiredKeys: ['user'] }),
    },
    {
      requiredKeys: [
        'note',
        'text',
        'number',
        'flag',
        'nothing',
        'maybe',
        'choice',
        'group',
        'objects',
        'pair',
        'map',
        'variant',
        'any',
        'secret',
        'secrets',
        'login',
      ],
    },
  )
  // fast-check's own records have no prototype.
  .map((config) => structuredClone(config) as { readonly [name: string]: Json })
