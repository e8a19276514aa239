import { type } from 'arktype'
import { hostname, said, upper } from './same.ts'
import type { Given, Library } from './kinds.ts'

const of = (config: unknown): Given => ({ config })

export const arktype: Library = {
  name: 'ArkType',
  packages: ['arktype'],
  kinds: {
    text: of(type({ field: type('string').configure(said) })),
    'long text': of(type({ field: type('string <= 200000').configure(said) })),
    integer: of(type({ field: 'number.integer' })),
    float: of(type({ field: 'number' })),
    'number with bounds': of(type({ field: '1 <= number.integer <= 65535' })),
    'number between': of(type({ field: '0 < number < 1' })),
    boolean: of(type({ field: 'boolean' })),
    null: of(type({ field: 'null' })),
    nullable: of(type({ field: 'string | null' })),
    enum: of(type({ field: "'eu' | 'us'" })),
    literal: of(type({ field: "'v1'" })),
    date: { ...of(type({ field: 'string.date.iso.parse' })), lacks: { format: 'ArkType describes a date as text with a pattern' } },
    url: of(type({ field: 'string.url' })),
    hostname: of(type({ field: type(hostname).configure({ format: 'hostname' }) })),
    email: of(type({ field: 'string.email' })),
    optional: of(type({ 'field?': type('string').configure(said) })),
    default: of(type({ field: type('number').configure(said).default(25) })),
    group: of(type({ field: { host: 'string', port: 'number = 25' } })),
    texts: of(type({ field: 'string[]' })),
    numbers: of(type({ field: 'number[]' })),
    objects: of(type({ field: type({ host: 'string' }).array() })),
    tuple: of(type({ field: ['string', 'number'] })),
    map: of(type({ field: 'Record<string, number>' })),
    'map of any name': of(type({ field: 'Record<string, number>' })),
    variants: of(type({ field: type({ kind: "'card'", number: 'string' }).or({ kind: "'bank'", iban: 'string' }) })),
    'secret text': of(type({ field: 'string' })),
    'secret in a group': of(type({ field: { user: 'string', key: 'string' } })),
    'secret array': of(type({ field: 'string[]' })),
    file: of(type({ field: 'string' })),
    transform: of(type({ field: type('string.trim').configure(said).pipe(upper) })),
    refinement: of(type({ field: type('string').narrow((text, context) => text !== 'closed' || context.mustBe('open')) })),
    'asynchronous refinement': { without: 'ArkType validates synchronously only' },
  },
  notJson: {
    date: of(type({ field: 'Date' })),
    bigint: of(type({ field: 'bigint' })),
    'date in a tuple': of(type({ field: ['string', 'Date'] })),
    'date in a map': of(type({ field: 'Record<string, Date>' })),
    'date in a variant': of(type({ field: type({ kind: "'a'", at: 'Date' }).or({ kind: "'b'" }) })),
  },
}
