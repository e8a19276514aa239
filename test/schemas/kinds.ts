import type { Facts } from './facts.ts'

/** A field of a config named `field`, as every library has to carry it: what is typed, what is kept, what the plugin gets. */
export interface Kind {
  /** What the kept JSON Schema says, by dotted path. */
  readonly facts: Readonly<Record<string, Partial<Facts>>>
  readonly secrets?: readonly string[]
  /** What is typed, and what the plugin gets for it. */
  readonly good: readonly (readonly [input: unknown, output: unknown])[]
  /** What is refused, and the pointer to it. */
  readonly bad: readonly (readonly [input: unknown, pointer: string])[]
}

/** Nothing typed, or nothing given. */
export const absent: unique symbol = Symbol('absent')

const instant = '2026-02-28T23:59:59.000Z'
const pem = '-----BEGIN PRIVATE KEY-----\r\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC+/==\r\n-----END PRIVATE KEY-----\r\n'
const keyFile = `\uFEFF${JSON.stringify({ type: 'service_account', private_key: pem, n: 1e21 }, null, 2)}\n\n`
const said = { title: 'The field', description: 'What it is for' }
const same = (...inputs: readonly unknown[]): (readonly [unknown, unknown])[] => inputs.map((input) => [input, input])

export const kinds = {
  text: {
    facts: { field: { types: ['string'], required: true, ...said } },
    good: same('Ada', ' سلام 😀 \u202e', '0', 'false', 'null'),
    bad: [
      [5, '/field'],
      [null, '/field'],
      [absent, '/field'],
    ],
  },
  'long text': {
    facts: { field: { types: ['string'], maxLength: 200_000, ...said } },
    good: same('one\n\ttwo\r\nthree\u0000', 'x'.repeat(200_000)),
    bad: [['x'.repeat(200_001), '/field']],
  },
  integer: {
    facts: { field: { types: ['integer'], required: true } },
    good: same(0, -7, Number.MAX_SAFE_INTEGER),
    bad: [
      [1.5, '/field'],
      ['x', '/field'],
    ],
  },
  float: {
    facts: { field: { types: ['number'] } },
    // Some libraries take no number that is not exact any more.
    good: same(0.1, -0.5, 5e-324, 4_503_599_627_370_495.5),
    bad: [
      ['x', '/field'],
      [false, '/field'],
    ],
  },
  'number with bounds': {
    facts: { field: { types: ['integer'], minimum: 1, maximum: 65_535 } },
    good: same(1, 65_535),
    bad: [
      [0, '/field'],
      [65_536, '/field'],
    ],
  },
  'number between': {
    facts: { field: { types: ['number'], exclusiveMinimum: 0, exclusiveMaximum: 1 } },
    good: same(0.5),
    bad: [
      [0, '/field'],
      [1, '/field'],
    ],
  },
  boolean: {
    facts: { field: { types: ['boolean'], required: true } },
    good: same(false, true),
    bad: [
      ['maybe', '/field'],
      [absent, '/field'],
    ],
  },
  null: { facts: { field: { types: ['null'], required: true } }, good: same(null), bad: [['x', '/field']] },
  nullable: {
    facts: { field: { types: ['null', 'string'], required: true } },
    good: same(null, 'x'),
    bad: [[5, '/field']],
  },
  enum: { facts: { field: { values: ['eu', 'us'] } }, good: same('eu', 'us'), bad: [['xx', '/field']] },
  literal: { facts: { field: { values: ['v1'] } }, good: same('v1'), bad: [['v2', '/field']] },
  date: {
    facts: { field: { types: ['string'], format: 'date-time', required: true } },
    good: [[instant, new Date(instant)]],
    bad: [
      ['yesterday', '/field'],
      [absent, '/field'],
    ],
  },
  url: {
    facts: { field: { types: ['string'], format: 'uri' } },
    good: same('https://api.example.com:8443/v1?x=1#y'),
    bad: [['no url', '/field']],
  },
  hostname: { facts: { field: { types: ['string'], format: 'hostname' } }, good: same('mail.example.com'), bad: [['no host!', '/field']] },
  email: { facts: { field: { types: ['string'], format: 'email' } }, good: same('ada@example.com'), bad: [['no address', '/field']] },
  optional: {
    facts: { field: { types: ['string'], required: false, ...said } },
    good: [...same('x'), [absent, absent]],
    bad: [[5, '/field']],
  },
  default: {
    facts: { field: { types: ['number'], required: false, default: 25, ...said } },
    good: [...same(465), [absent, 25]],
    bad: [['x', '/field']],
  },
  group: {
    facts: {
      field: { types: ['object'], required: true },
      'field.host': { types: ['string'], required: true },
      'field.port': { types: ['number'], required: false, default: 25 },
    },
    good: [
      [{ host: 'h' }, { host: 'h', port: 25 }],
      [
        { host: 'h', port: 1 },
        { host: 'h', port: 1 },
      ],
    ],
    bad: [
      [{ port: 1 }, '/field/host'],
      [{ host: 'h', port: 'x' }, '/field/port'],
      [{ host: 'h', hots: 'x' }, '/field/hots'],
    ],
  },
  texts: {
    facts: { field: { types: ['array'], items: ['string'] } },
    good: same([], ['a', 'a', '😀']),
    bad: [[['a', 5], '/field/1']],
  },
  numbers: {
    facts: { field: { types: ['array'], items: ['number'] } },
    good: same([], [0, -1.5]),
    bad: [[[1, 'x'], '/field/1']],
  },
  objects: {
    facts: { field: { types: ['array'], items: ['object'] } },
    good: same([{ host: 'a' }, { host: 'b' }]),
    bad: [[[{ host: 'a' }, {}], '/field/1/host']],
  },
  tuple: {
    facts: { field: { types: ['array'], prefix: [['string'], ['number']] } },
    good: same(['a', 1]),
    bad: [[['a', 'b'], '/field/1']],
  },
  map: {
    facts: { field: { types: ['object'], map: ['number'] } },
    good: same({}, { 'a.b/c~d': 1 }),
    bad: [[{ a: 'x' }, '/field/a']],
  },
  'map of any name': {
    facts: { field: { map: ['number'] } },
    good: same({ constructor: 1, '': 2, toString: 3, س: 4 }),
    bad: [[{ constructor: 'x' }, '/field/constructor']],
  },
  variants: {
    facts: {
      'field.kind': { values: ['bank', 'card'] },
      'field.number': { types: ['string'] },
      'field.iban': { types: ['string'] },
    },
    good: same({ kind: 'card', number: '4111' }, { kind: 'bank', iban: 'DE00' }),
    bad: [
      [{ kind: 'card', number: 5 }, '/field/number'],
      [{ kind: 'cash' }, '/field/kind'],
    ],
  },
  'secret text': {
    facts: { field: { types: ['string'], writeOnly: true } },
    secrets: ['field'],
    good: same('canary/"+7f3a'),
    bad: [[5, '/field']],
  },
  'secret in a group': {
    facts: { field: { writeOnly: false }, 'field.user': { writeOnly: false }, 'field.key': { types: ['string'], writeOnly: true } },
    secrets: ['field.key'],
    good: same({ user: 'u', key: 'canary-7f3a' }),
    bad: [[{ user: 'u', key: 5 }, '/field/key']],
  },
  'secret array': {
    facts: { field: { types: ['array'], items: ['string'], writeOnly: true } },
    secrets: ['field'],
    good: same(['canary-1', 'canary-2']),
    bad: [[['canary-1', 5], '/field/1']],
  },
  file: {
    facts: { field: { types: ['string'], writeOnly: true } },
    secrets: ['field'],
    good: same(pem, pem.replaceAll('\r', '').trimEnd(), keyFile),
    bad: [[5, '/field']],
  },
  transform: {
    facts: { field: { types: ['string'], required: true, ...said } },
    good: [['  ada ', 'ADA']],
    bad: [[5, '/field']],
  },
  refinement: { facts: { field: { types: ['string'] } }, good: same('fine'), bad: [['closed', '/field']] },
  'asynchronous refinement': { facts: { field: { types: ['string'] } }, good: same('fine'), bad: [['closed', '/field']] },
} as const satisfies Readonly<Record<string, Kind>>

export type KindName = keyof typeof kinds

/** Inputs that JSON can't carry: refused when the board is created. */
export const notJson = ['date', 'bigint', 'date in a tuple', 'date in a map', 'date in a variant'] as const

/** A schema of a library, or why it has none. */
export interface Given {
  readonly config: unknown
  /** Facts that it does not say, and pointers that it gives one step higher, each with the reason. Asserted: what it says one day fails here. */
  readonly lacks?: Partial<Readonly<Record<keyof Facts | 'pointer', string>>>
}
export type Without = { readonly without: string }

/** How a library writes each kind. A kind that is left out does not compile. */
export interface Library {
  readonly name: string
  /** The package, for its version. */
  readonly packages: readonly string[]
  readonly kinds: Readonly<Record<KindName, Given | Without>>
  readonly notJson: Readonly<Record<(typeof notJson)[number], Given | Without>>
}
