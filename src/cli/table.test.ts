import { expect, test } from 'vitest'
import { relativeTime } from './relative-time.ts'
import { table } from './table.ts'
import { textWidth } from './text-width.ts'

test('columns are as wide as their widest cell, colours not counted, and no line ends in spaces', () => {
  const text = table(
    [{ title: 'NAME' }, { title: 'N', align: 'right' }, { title: 'WHY' }],
    [
      ['Ada', '1', ''],
      ['\u001b[32mBob\u001b[39m the long', '1000', 'x'],
    ],
  )
  // eslint-disable-next-line no-control-regex -- the colours that were put in.
  expect(text.replace(/\u001b\[\d+m/g, '').split('\n')).toEqual(['NAME             N  WHY', 'Ada              1', 'Bob the long  1000  x'])
})

test('emoji and East Asian signs take two columns, marks and joiners none', () => {
  expect(['abc', 'سلام', 'می‌روم', '👩‍👩‍👧', '🇮🇷', '日本', 'é', 'e\u0301', '✓', ''].map(textWidth)).toEqual([3, 4, 5, 2, 2, 4, 1, 1, 1, 0])
})

test('times are told as they passed; a clock that is ahead is now', () => {
  const now = 1_000_000_000_000
  const ago = (seconds: number): string => relativeTime(now - seconds * 1000, now)
  expect([0, 59, 60, 7_199, 86_400, 40 * 86_400, 800 * 86_400, -500].map(ago)).toEqual([
    'just now',
    'just now',
    '1 minute ago',
    '1 hour ago',
    '1 day ago',
    '1 month ago',
    '2 years ago',
    'just now',
  ])
})
