import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { entries } from '../../scripts/entries.mjs'
import { node, repository } from './run.ts'

const { tarball, room } = inject('packed')
const tool = (...path: readonly string[]): string => join(repository, 'node_modules', ...path)

test('publint has nothing to say', async () => {
  expect(await node(room, [tool('publint', 'src', 'cli.js'), 'run', tarball, '--strict'])).toMatch(/All good/)
})

test('are-the-types-wrong finds every entry right for an ESM-only package', async () => {
  // It fails where it finds a problem.
  const report = await node(room, [
    tool('@arethetypeswrong', 'cli', 'dist', 'index.js'),
    tarball,
    '--profile',
    'esm-only',
    '--format',
    'ascii',
    '--no-emoji',
  ])
  for (const name of Object.keys(entries)) expect(report).toContain(`"plugboard${name === 'index' ? '' : `/${name}`}"`)
})
