import { toStandardJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { hostname, said, upper } from './same.ts'
import type { Given, Library } from './kinds.ts'

const of = (field: v.GenericSchema): Given => ({ config: toStandardJsonSchema(v.object({ field })) })
const ofAsync = (field: v.GenericSchemaAsync): Given => {
  // The converter's type takes synchronous schemas only; it converts the others as well.
  return { config: toStandardJsonSchema(v.objectAsync({ field }) as unknown as v.GenericSchema) }
}

export const valibot: Library = {
  name: 'Valibot',
  packages: ['valibot', '@valibot/to-json-schema'],
  kinds: {
    text: of(v.pipe(v.string(), v.title(said.title), v.description(said.description))),
    'long text': of(v.pipe(v.string(), v.maxLength(200_000), v.title(said.title), v.description(said.description))),
    integer: of(v.pipe(v.number(), v.integer())),
    float: of(v.number()),
    'number with bounds': of(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))),
    'number between': of(v.pipe(v.number(), v.gtValue(0), v.ltValue(1))),
    boolean: of(v.boolean()),
    null: of(v.null()),
    nullable: of(v.nullable(v.string())),
    enum: of(v.picklist(['eu', 'us'])),
    literal: of(v.literal('v1')),
    date: of(
      v.pipe(
        v.string(),
        v.isoTimestamp(),
        v.transform((text) => new Date(text)),
      ),
    ),
    url: of(v.pipe(v.string(), v.url())),
    hostname: of(v.pipe(v.string(), v.regex(hostname), v.metadata({ format: 'hostname' }))),
    email: of(v.pipe(v.string(), v.email())),
    optional: of(v.optional(v.pipe(v.string(), v.title(said.title), v.description(said.description)))),
    default: of(v.optional(v.pipe(v.number(), v.title(said.title), v.description(said.description)), 25)),
    group: of(v.object({ host: v.string(), port: v.optional(v.number(), 25) })),
    texts: of(v.array(v.string())),
    numbers: of(v.array(v.number())),
    objects: of(v.array(v.object({ host: v.string() }))),
    tuple: of(v.tuple([v.string(), v.number()])),
    map: of(v.record(v.string(), v.number())),
    'map of any name': { without: "Valibot's record drops the name 'constructor'" },
    variants: of(
      v.variant('kind', [
        v.object({ kind: v.literal('card'), number: v.string() }),
        v.object({ kind: v.literal('bank'), iban: v.string() }),
      ]),
    ),
    'secret text': of(v.string()),
    'secret in a group': of(v.object({ user: v.string(), key: v.string() })),
    'secret array': of(v.array(v.string())),
    file: of(v.string()),
    // What stands behind a transform describes the output.
    transform: of(v.pipe(v.string(), v.title(said.title), v.description(said.description), v.trim(), v.transform(upper))),
    refinement: of(
      v.pipe(
        v.string(),
        v.check((text) => text !== 'closed'),
      ),
    ),
    'asynchronous refinement': ofAsync(
      v.pipeAsync(
        v.string(),
        v.checkAsync(async (text) => text !== 'closed'),
      ),
    ),
  },
  notJson: {
    date: of(v.date()),
    bigint: of(v.bigint()),
    'date in a tuple': of(v.tuple([v.string(), v.date()])),
    'date in a map': of(v.record(v.string(), v.date())),
    'date in a variant': of(
      v.variant('kind', [v.object({ kind: v.literal('a'), at: v.date() }), v.object({ kind: v.literal('b'), x: v.string() })]),
    ),
  },
}
