import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Operations } from '../../src/operations/index.ts'
import { headings, page } from './page.ts'

const readme = page('README.md')
const commandLine = headings(readme, 2).find(({ title }) => title === 'Command line')?.text ?? ''

test("the README's table has every command there is, and no other", () => {
  const cells = [...commandLine.matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell]) => cell ?? '')
  // `instance enable`, `list [type]` → enable, list: the words without `instance`, `keys`, arguments and options.
  const told = cells.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(
      ([, command]) => (command ?? '').replace(/^(?:instance|keys|history|import|new) (?=[a-z])/, '').split(' ')[0],
    ),
  )
  expect(told.toSorted()).toEqual(commandsOfSource().toSorted())
})

test('the README names every operation of board.admin', () => {
  const named = [...commandLine.slice(commandLine.indexOf('`board.admin')).matchAll(/`(?:board\.admin\.)?(\w+)`/g)].map(([, name]) => name)
  expect(named.toSorted()).toEqual(
    Object.getOwnPropertyNames(Operations.prototype)
      .filter((name) => name !== 'constructor')
      .toSorted(),
  )
})

/** Names of the commands as src/cli registers them; groups (`instance`, `keys`, `import`) are left out. */
function commandsOfSource(): readonly string[] {
  const folder = join(import.meta.dirname, '..', '..', 'src', 'cli', 'commands')
  const text = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')
  const names = [...text.matchAll(/\.command\('([\w-]+)'\)|\bverb: '([\w-]+)'/g)].map(([, name, verb]) => name ?? verb ?? '')
  return names.filter((name) => !['instance', 'keys', 'import', 'new'].includes(name))
}
