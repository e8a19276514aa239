import fc from 'fast-check'
import { expect, test } from 'vitest'
import { often } from '../../test/support/runs.ts'
import { anyText } from '../../test/support/json-arbitraries.ts'
import type { IndexedInstance } from '../runtime/index.ts'
import { containing } from './list-search.ts'

const instance = (name: string, tags: readonly string[], pluginKey: string): IndexedInstance =>
  // What a search looks at.
  ({ row: { name, tags }, pluginKey }) as unknown as IndexedInstance

const letters = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'İ', 'ß', 'ی', '-'), maxLength: 6 }), anyText)
const instances = fc.array(
  fc.tuple(letters, fc.array(letters, { maxLength: 2 }), letters).map((each) => instance(...each)),
  { maxLength: 30 },
)
const words = fc
  .array(letters, { minLength: 1, maxLength: 3 })
  .map((texts) =>
    texts.flatMap((text) =>
      text
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== ''),
    ),
  )
  .filter((found) => found.length > 0)

test('[48] a search finds what looking into each text by itself would find, in its order', () => {
  fc.assert(
    fc.property(instances, words, (list, asked) => {
      const plainly = list.filter(({ row, pluginKey }) => {
        const text = [row.name, ...row.tags, pluginKey].join('\n').toLowerCase()
        return asked.every((word) => text.includes(word))
      })
      expect(containing(list, asked)).toStrictEqual(plainly)
    }),
    often(300),
  )
})
