import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { headings, page, tableUnder } from './page.ts'

const source = join(import.meta.dirname, '..', '..', 'src')
const document = page('docs/reference/registration.md')

test('docs/reference/registration.md and the code have the same codes, none twice', () => {
  const told = headings(document, 2).flatMap(({ title }) => tableUnder(document, title))
  expect(told.toSorted()).toEqual([...reportedCodes()].toSorted())
})

/** What is handed to a `report` or `refuse`, or stands as the `code` of a problem, in the rooms that check registrations. */
function reportedCodes(): ReadonlySet<string> {
  const folders = ['registry', 'config', 'references'].flatMap((folder) =>
    readdirSync(join(source, folder)).map((file) => join(source, folder, file)),
  )
  const texts = [...folders, join(source, 'board.ts')]
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(file, 'utf8'))
  const codes = texts.flatMap((text) =>
    [...text.matchAll(/(?:\b(?:report|refuse)\(|\)\(|code: )\s*['`]([a-z${}]+(?:_[a-z]+)+)['`]/g)].map(([, code]) => code ?? ''),
  )
  // One check for both texts.
  return new Set(codes.flatMap((code) => (code === '${field}_invalid' ? ['label_invalid', 'description_invalid'] : [code])))
}
