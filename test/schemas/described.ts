import { z } from 'zod/v3'
import type { JsonSchema } from '../../src/index.ts'
import { hostname, said, upper } from './same.ts'
import type { Given, Library } from './kinds.ts'

/** Zod 3 validates by the standard and describes nothing: the JSON Schema stands beside it. */
const of = (field: z.ZodTypeAny, described: JsonSchema, required: readonly string[] = ['field']): Given => ({
  config: { schema: z.object({ field }), jsonSchema: { type: 'object', properties: { field: described }, required } },
})
const text = { type: 'string' } as const
const group = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
})

export const described: Library = {
  name: '{ schema, jsonSchema }, with Zod 3',
  packages: ['zod'],
  kinds: {
    text: of(z.string(), { ...text, ...said }),
    'long text': of(z.string().max(200_000), { ...text, maxLength: 200_000, ...said }),
    integer: of(z.number().int(), { type: 'integer' }),
    float: of(z.number(), { type: 'number' }),
    'number with bounds': of(z.number().int().min(1).max(65_535), { type: 'integer', minimum: 1, maximum: 65_535 }),
    'number between': of(z.number().gt(0).lt(1), { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    boolean: of(z.boolean(), { type: 'boolean' }),
    null: of(z.null(), { type: 'null' }),
    nullable: of(z.string().nullable(), { type: ['string', 'null'] }),
    enum: of(z.enum(['eu', 'us']), { enum: ['eu', 'us'] }),
    literal: of(z.literal('v1'), { const: 'v1' }),
    date: of(
      z
        .string()
        .datetime()
        .transform((iso) => new Date(iso)),
      { ...text, format: 'date-time' },
    ),
    url: of(z.string().url(), { ...text, format: 'uri' }),
    hostname: of(z.string().regex(hostname), { ...text, format: 'hostname' }),
    email: of(z.string().email(), { ...text, format: 'email' }),
    optional: of(z.string().optional(), { ...text, ...said }, []),
    default: of(z.number().default(25), { type: 'number', default: 25, ...said }, []),
    group: of(
      z.object({ host: z.string(), port: z.number().default(25) }),
      group({ host: text, port: { type: 'number', default: 25 } }, ['host']),
    ),
    texts: of(z.array(z.string()), { type: 'array', items: text }),
    numbers: of(z.array(z.number()), { type: 'array', items: { type: 'number' } }),
    objects: of(z.array(z.object({ host: z.string() })), { type: 'array', items: group({ host: text }, ['host']) }),
    tuple: of(z.tuple([z.string(), z.number()]), { type: 'array', prefixItems: [text, { type: 'number' }] }),
    map: of(z.record(z.string(), z.number()), { type: 'object', additionalProperties: { type: 'number' } }),
    'map of any name': of(z.record(z.string(), z.number()), { type: 'object', additionalProperties: { type: 'number' } }),
    variants: of(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('card'), number: z.string() }),
        z.object({ kind: z.literal('bank'), iban: z.string() }),
      ]),
      {
        oneOf: [
          group({ kind: { const: 'card' }, number: text }, ['kind', 'number']),
          group({ kind: { const: 'bank' }, iban: text }, ['kind', 'iban']),
        ],
      },
    ),
    'secret text': of(z.string(), text),
    'secret in a group': of(z.object({ user: z.string(), key: z.string() }), group({ user: text, key: text }, ['user', 'key'])),
    'secret array': of(z.array(z.string()), { type: 'array', items: text }),
    file: of(z.string(), text),
    transform: of(z.string().trim().transform(upper), { ...text, ...said }),
    refinement: of(
      z.string().refine((value) => value !== 'closed'),
      text,
    ),
    'asynchronous refinement': of(
      z.string().refine(async (value) => value !== 'closed'),
      text,
    ),
  },
  notJson: {
    date: of(z.date(), {}),
    bigint: of(z.bigint(), {}),
    'date in a tuple': of(z.tuple([z.string(), z.date()]), { type: 'array', prefixItems: [text, {}] }),
    'date in a map': of(z.record(z.string(), z.date()), { type: 'object', additionalProperties: {} }),
    'date in a variant': of(
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('a'), at: z.date() }), z.object({ kind: z.literal('b') })]),
      { oneOf: [group({ kind: { const: 'a' }, at: {} }, ['kind']), group({ kind: { const: 'b' } }, ['kind'])] },
    ),
  },
}
