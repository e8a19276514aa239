import { expect, test } from 'vitest'
import { arktype } from '../schemas/arktype.ts'
import { described } from '../schemas/described.ts'
import { joi } from '../schemas/joi.ts'
import type { Library } from '../schemas/kinds.ts'
import { valibot } from '../schemas/valibot.ts'
import { zod } from '../schemas/zod.ts'
import { page } from './page.ts'

const rows = [...page('docs/reference/schemas.md').matchAll(/^\| ([^|]+) \| (`[^|]+) \| ([^|]*)\|$/gm)]
const versionOf = (name: string): string => (JSON.parse(page(`node_modules/${name}/package.json`)) as { version: string }).version

test('docs/reference/schemas.md names the libraries that are tested, their versions, and all that one of them does not do', () => {
  const told = rows.map(([, name, versions, reasons]) => [name, versions, (reasons ?? '').trim()])
  expect(told).toEqual(
    [zod, arktype, valibot, joi, described].map((library) => [
      library.name,
      library.packages.map((name) => `\`${name}\` ${versionOf(name)}`).join(' with '),
      reasonsOf(library)
        .map((reason) => `${reason}.`)
        .join(' '),
    ]),
  )
})

function reasonsOf(library: Library): readonly string[] {
  const all = [...Object.values(library.kinds), ...Object.values(library.notJson)]
  const reasons = all.flatMap((given) => ('without' in given ? [given.without] : Object.values(given.lacks ?? {})))
  return [...new Set(reasons)]
}
