import { expect, test } from 'vitest'
import { visible, visibleJson, visibleLine } from './visible.ts'

const hostile = [
  'a\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007b',
  '\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\',
  '\u009b2Jc',
  'd\rfake',
  'e\b\b\bx',
  'f\u0000g',
  'txt\u202Efdp.exe',
  'h\u2066i\u2069',
  '\u007f',
]
// eslint-disable-next-line no-control-regex -- these are what must not be left.
const active = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

test('nothing that a terminal would act on is left of a text', () => {
  for (const text of hostile) expect(visible(text)).not.toMatch(active)
  expect(visible('a\u001b[31mred\u001b[0m')).toBe('ared')
  expect(visible('d\rfake')).toBe('d␍fake')
})

test('letters, emoji, joiners and marks of any script stay as they are', () => {
  for (const text of ['اعلان‌های پیامکی', '👩‍👩‍👧 🇮🇷', 'naïve café', '\u200fRTL mark', 'two\nlines']) expect(visible(text)).toBe(text)
  expect(visibleLine('two\nlines')).toBe('two␊lines')
})

test('JSON holds none either, and parses to the same text', () => {
  const text = visibleJson({ hostile })
  expect(text).not.toMatch(active)
  expect(JSON.parse(text)).toEqual({ hostile })
})
