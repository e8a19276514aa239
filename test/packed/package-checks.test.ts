import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { parse } from 'yaml'
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

test('what npm shows of the package: where it comes from, where to report, what it is found by, which Node it needs, and that it is published with provenance', () => {
  const manifest = JSON.parse(readFileSync(join(room, 'node_modules', 'plugboard', 'package.json'), 'utf8')) as Readonly<
    Record<string, unknown>
  >
  expect(manifest).toMatchObject({
    license: 'MIT',
    repository: { type: 'git', url: expect.stringMatching(/^git\+https:\/\/github\.com\/.+\.git$/) as string },
    homepage: expect.stringMatching(/^https:\/\//) as string,
    bugs: { url: expect.stringMatching(/^https:\/\/.+\/issues$/) as string },
    engines: { node: '>=20.19' },
    publishConfig: { access: 'public', provenance: true },
  })
  expect((manifest['keywords'] as readonly string[]).length).toBeGreaterThan(5)
})

test('the release workflow publishes with provenance, from a tag that is the version, after every check, and keeps no token', () => {
  const workflow = parse(readFileSync(join(repository, '.github', 'workflows', 'release.yml'), 'utf8')) as {
    readonly on: object
    readonly permissions: object
    readonly jobs: { readonly publish: { readonly permissions: object; readonly steps: readonly { readonly run?: string }[] } }
  }
  const { publish } = workflow.jobs
  expect(workflow.on).toEqual({ push: { tags: ['v*'] } })
  expect(workflow.permissions).toEqual({})
  expect(publish.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
  const runs = publish.steps.flatMap(({ run }) => (run === undefined ? [] : [run]))
  expect(runs).toEqual([expect.stringContaining('package.json'), '.ci/run', expect.stringContaining('npm publish --provenance')])
  expect(JSON.stringify(workflow)).not.toMatch(/secrets\.|NODE_AUTH_TOKEN/)
})
