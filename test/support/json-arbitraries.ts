import fc from 'fast-check'
import type { Json } from '../../src/index.ts'

/** Texts that somewhere, once, did not come back as they went in. */
const oddTexts = [
  '',
  ' ',
  'null',
  'false',
  'False',
  '0',
  '-0',
  '1e400',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udc00y',
  '\udc00\ud800',
  '\ufeff{}',
  '\u202eabc\u202c',
  'سلام دنیا',
  '👩‍👩‍👧‍👦',
  'e\u0301',
  '\u2028\u2029',
  'line\r\nline\n\ttab',
  `'; drop table plugboard_instances; --`,
  '[secret]',
  '${HOME} %s {{x}}',
  'x'.repeat(1_000),
  '😀'.repeat(300),
] as const
const oddNames = [
  '',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '0',
  '-1',
  'a.b',
  'a/b',
  'a~b',
  '~1',
  '$ref',
  '[]',
  '*',
  'length',
] as const
const oddNumbers = [0, 1e308, -1e308, 5e-324, 2 ** 53, -(2 ** 53) - 2, 0.1 + 0.2, 1e21, 1e-7, Number.MAX_SAFE_INTEGER] as const

/** Any sequence of 16-bit units: whole characters and halves of some. */
const units: fc.Arbitrary<string> = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 12 })

export const anyText: fc.Arbitrary<string> = fc.oneof(fc.string({ unit: 'grapheme' }), units, fc.constantFrom(...oddTexts))
export const anyName: fc.Arbitrary<string> = fc
  .oneof(fc.string({ unit: 'grapheme-ascii', maxLength: 8 }), units, fc.constantFrom(...oddNames))
  .filter((name) => name !== '__proto__')
/** JSON has no -0: see the test that says so. */
export const anyNumber: fc.Arbitrary<number> = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constantFrom(...oddNumbers))
  .map((number) => number + 0)

/** Any value that JSON carries, names and texts of every kind, some of it deep. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json; leaf: Json }>((tie) => ({
  leaf: fc.oneof(anyText, anyNumber, fc.boolean(), fc.constant(null)),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { arbitrary: tie('leaf'), weight: 12 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }), weight: 4 },
    { arbitrary: fc.array(fc.tuple(anyName, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)), weight: 4 },
    { arbitrary: fc.tuple(fc.integer({ min: 5, max: 80 }), tie('leaf')).map(([depth, leaf]) => nested(depth, leaf)), weight: 4 },
  ),
})).value

/** A value so many levels down, in objects and lists by turns. */
export function nested(depth: number, leaf: Json): Json {
  let value = leaf
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { down: value }
  return value
}
