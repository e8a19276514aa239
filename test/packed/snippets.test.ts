import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { filesOf, printed, snippetsOf } from './markdown-snippets.ts'
import { compile, node, repository, run, write } from './run.ts'

const documents = ['README.md', ...markdownIn('docs'), ...markdownIn('examples')].filter((path) => existsSync(join(repository, path)))
const withSnippets = documents
  .map((path) => ({ path, steps: snippetsOf(readFileSync(join(repository, path), 'utf8')) }))
  .filter(({ steps }) => steps.length > 0)

test.for(withSnippets)('[56] the snippets of $path compile and run against the packed package', async ({ path, steps }) => {
  const { room } = inject('packed')
  const folder = await write(join(room, 'snippets', path.replaceAll(/[^\w]+/g, '-')), filesOf(steps))
  const loose = {
    module: 'nodenext',
    moduleDetection: 'force',
    exactOptionalPropertyTypes: false,
    noUncheckedIndexedAccess: false,
    skipLibCheck: true,
  }
  const emitted = { noEmit: false, rewriteRelativeImportExtensions: true, outDir: 'out' }
  await compile(folder, 'TypeScript 7', { ...loose, allowImportingTsExtensions: true })
  await compile(folder, 'TypeScript 5.9', { ...loose, ...emitted })

  const env = {
    PLUGBOARD_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    PATH: `${join(room, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
  }
  const last = new Map(steps.map((step, index) => [step.kind === 'module' ? step.file : index, index]))
  let output = ''
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'shell') output = await run('bash', ['-euo', 'pipefail', '-c', step.code], folder, env)
    // A module written in several pieces runs after its last one.
    if (step.kind === 'module' && step.run && last.get(step.file) === index)
      output = await node(folder, [`out/${step.file.replace(/\.ts$/, '.js')}`], env)
    if (step.kind === 'output')
      expect(printed(output, step.lines), `${path}:${String(step.line)} is not what was printed:\n${output}`).toBe(true)
  }
})

test('[56] the README has snippets that run', () => {
  const readme = withSnippets.find(({ path }) => path === 'README.md')
  expect(readme?.steps.some((step) => step.kind === 'module' && step.run)).toBe(true)
})

test('snippets are read as the convention says', () => {
  const document = [
    'Text.',
    '```ts',
    'one()',
    '```',
    '<!-- ts file=shop.ts',
    'hidden()',
    '-->',
    '```ts file=shop.ts run',
    'two()',
    '```',
    '```ts ignore="a fragment"',
    '...',
    '```',
    '```ts no-run',
    'serve()',
    '```',
    '```sh',
    'npm install plugboard',
    '```',
    '```sh run',
    'plugboard list',
    '```',
    '```text output',
    'a',
    '…',
    'b',
    '```',
  ].join('\n')
  const steps = snippetsOf(document)
  expect(steps.map((step) => (step.kind === 'module' ? [step.file, step.run] : step.kind))).toEqual([
    ['line-2.ts', true],
    ['shop.ts', false],
    ['shop.ts', true],
    ['line-14.ts', false],
    'shell',
    'output',
  ])
  expect(filesOf(steps)['shop.ts']).toBe('hidden()\n\ntwo()\n\n')
  expect(printed('x\na\nmore\nb\n', ['a', '…', 'b'])).toBe(true)
  expect(printed('b\na\n', ['a', '…', 'b'])).toBe(false)
})

function markdownIn(folder: string): readonly string[] {
  if (!existsSync(join(repository, folder))) return []
  const names = readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.md') && !name.includes('node_modules')).map((name) => join(folder, name))
}
