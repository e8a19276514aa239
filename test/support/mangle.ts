import fc from 'fast-check'

/** What a hand in the database, or a bad disk, does to a token. */
export interface Mangling {
  readonly name: string
  readonly mangle: (token: string) => string
}

type Jwe = { readonly [part: string]: string }
const edit =
  (change: (jwe: Jwe) => object): Mangling['mangle'] =>
  (token) =>
    JSON.stringify(change(JSON.parse(token) as Jwe))
const header = (jwe: Jwe): object => JSON.parse(Buffer.from(jwe['protected'] ?? '', 'base64url').toString()) as object
const withHeader = (jwe: Jwe, change: object): object => ({
  ...jwe,
  protected: Buffer.from(JSON.stringify({ ...header(jwe), ...change })).toString('base64url'),
})

const headers: readonly object[] = [
  { kid: 'k2' },
  { kid: 'k9' },
  { kid: '' },
  { kid: 5 },
  { kid: undefined },
  { kid: '__proto__' },
  { enc: 'A128GCM' },
  { enc: 'A256CBC-HS512' },
  { enc: undefined },
  { alg: 'A256KW' },
  { alg: 'A256GCMKW' },
  { alg: 'none' },
  { alg: undefined },
  { zip: 'DEF' },
  { crit: ['exp'], exp: 1 },
  { crit: ['b64'], b64: false },
  { p2c: 1_000_000_000 },
  { x: 1 },
]
const parts = ['protected', 'iv', 'ciphertext', 'tag'] as const

/** A token that claims to be sealed with another key. */
export const claiming = (kid: string): Mangling => ({ name: `claims ${kid}`, mangle: edit((jwe) => withHeader(jwe, { kid })) })

/** Manglings of one token by itself. */
export const anyMangling: fc.Arbitrary<Mangling> = fc.oneof(
  fc.nat(9_999).map((at) => ({ name: `cut at ${at}`, mangle: (token: string) => token.slice(0, at % token.length) })),
  fc
    .tuple(fc.nat(9_999), fc.nat(6))
    .map(([at, bit]) => ({ name: `bit ${bit} of ${at}`, mangle: (token: string) => flipped(token, at % token.length, bit) })),
  fc.tuple(fc.constantFrom(...parts), fc.nat(40)).map(([part, length]) => ({
    name: `${part} of ${length}`,
    mangle: edit((jwe) => ({ ...jwe, [part]: (jwe[part] ?? '').slice(0, length) })),
  })),
  fc.constantFrom(...parts).map((part) => ({ name: `no ${part}`, mangle: edit((jwe) => ({ ...jwe, [part]: undefined })) })),
  fc
    .constantFrom(...headers)
    .map((change) => ({ name: `header ${JSON.stringify(change)}`, mangle: edit((jwe) => withHeader(jwe, change)) })),
  fc
    .constantFrom(...headers)
    .map((change) => ({ name: `unprotected ${JSON.stringify(change)}`, mangle: edit((jwe) => ({ ...jwe, unprotected: change })) })),
  fc.constant({
    name: 'header in clear',
    mangle: edit(({ protected: _, ...jwe }) => ({ ...jwe, unprotected: { alg: 'dir', enc: 'A256GCM', kid: 'k1' } })),
  }),
  fc.constant({ name: 'aad of its own', mangle: edit((jwe) => ({ ...jwe, aad: 'WyJsaXZlIl0' })) }),
  fc.constant({ name: 'encrypted key', mangle: edit((jwe) => ({ ...jwe, encrypted_key: 'AAAA' })) }),
  fc
    .constantFrom('', 'null', '{}', '[]', '0', '"x"', ' ', '{"ciphertext":{}}', '{"protected":[],"ciphertext":""}', '{"config":"in clear"}')
    .map((token) => ({
      name: `only ${token}`,
      mangle: () => token,
    })),
)

function flipped(token: string, at: number, bit: number): string {
  const changed = String.fromCharCode(token.charCodeAt(at) ^ (1 << bit))
  // What can't be stored as text is another test's.
  return token.slice(0, at) + (changed === '\0' ? '!' : changed) + token.slice(at + 1)
}
