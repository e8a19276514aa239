import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { headings, page } from './page.ts'

const root = join(import.meta.dirname, '..', '..')
const names = readdirSync(join(root, 'examples'))
  .filter((name) => existsSync(join(root, 'examples', name, 'package.json')))
  .toSorted()
const runnable = names.filter((name) => existsSync(join(root, 'examples', name, 'main.ts')))

test("the README's table has every example, and no other", () => {
  const section = headings(page('README.md'), 2).find(({ title }) => title === 'Examples')?.text ?? ''
  const rows = [...section.matchAll(/^\| \[([\w-]+)\]\(examples\/([\w-]+)\/README\.md\) \|/gm)]
  expect(rows.map(([, name]) => name).toSorted()).toEqual(names)
  expect(rows.map(([, , folder]) => folder).toSorted()).toEqual(names)
})

test.for(runnable)('examples/%s says how it is started, with one command', (name) => {
  const command = name === 'quickstart' ? 'npm run quickstart' : `npm run example -- ${name}`
  expect(page(`examples/${name}/README.md`)).toContain(`\n${command}\n`)
})

test.for(names)('examples/%s pins what it uses', (name) => {
  const manifest = JSON.parse(page(`examples/${name}/package.json`)) as {
    readonly dependencies?: Readonly<Record<string, string>>
    readonly devDependencies?: Readonly<Record<string, string>>
  }
  for (const [dependency, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
    expect(version, dependency).toMatch(/^(?:\d+\.\d+\.\d+|file:.+)$/)
})
