import { z } from 'zod'
import { said, upper } from './same.ts'
import type { Given, Library } from './kinds.ts'

const of = (field: z.ZodType): Given => ({ config: z.object({ field }) })

export const zod: Library = {
  name: 'Zod',
  packages: ['zod'],
  kinds: {
    text: of(z.string().meta(said)),
    'long text': of(z.string().max(200_000).meta(said)),
    integer: of(z.int()),
    float: of(z.number()),
    'number with bounds': of(z.number().int().min(1).max(65_535)),
    'number between': of(z.number().gt(0).lt(1)),
    boolean: of(z.boolean()),
    null: of(z.null()),
    nullable: of(z.string().nullable()),
    enum: of(z.enum(['eu', 'us'])),
    literal: of(z.literal('v1')),
    date: of(z.iso.datetime().transform((text) => new Date(text))),
    url: of(z.url()),
    hostname: of(z.hostname()),
    email: of(z.email()),
    optional: of(z.string().optional().meta(said)),
    default: of(z.number().default(25).meta(said)),
    group: of(z.object({ host: z.string(), port: z.number().default(25) })),
    texts: of(z.array(z.string())),
    numbers: of(z.array(z.number())),
    objects: of(z.array(z.object({ host: z.string() }))),
    tuple: of(z.tuple([z.string(), z.number()])),
    map: of(z.record(z.string(), z.number())),
    'map of any name': of(z.record(z.string(), z.number())),
    variants: of(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('card'), number: z.string() }),
        z.object({ kind: z.literal('bank'), iban: z.string() }),
      ]),
    ),
    'secret text': of(z.string()),
    'secret in a group': of(z.object({ user: z.string(), key: z.string() })),
    'secret array': of(z.array(z.string())),
    file: of(z.string()),
    transform: of(z.string().trim().transform(upper).meta(said)),
    refinement: of(z.string().refine((text) => text !== 'closed')),
    'asynchronous refinement': of(z.string().refine(async (text) => text !== 'closed')),
  },
  notJson: {
    date: of(z.date()),
    bigint: of(z.bigint()),
    'date in a tuple': of(z.tuple([z.string(), z.date()])),
    'date in a map': of(z.record(z.string(), z.date())),
    'date in a variant': of(
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('a'), at: z.date() }), z.object({ kind: z.literal('b') })]),
    ),
  },
}
