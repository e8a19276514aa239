import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './parts/root.mjs'

test('a release raises src/release.ts with package.json, writes the changelog and uses the changesets up; a file without the line is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-version-'))
  try {
    const read = (name) => readFileSync(join(folder, name), 'utf8')
    const write = (name, text) => writeFileSync(join(folder, name), text)
    for (const name of ['src', '.changeset']) mkdirSync(join(folder, name))
    write('package.json', JSON.stringify({ name: 'plugboard', version: '1.2.3' }, null, 2))
    write('package-lock.json', JSON.stringify({ name: 'plugboard', version: '1.2.3', lockfileVersion: 3, packages: {} }))
    write('src/release.ts', readFileSync(join(root, 'src', 'release.ts'), 'utf8'))
    write('.changeset/config.json', readFileSync(join(root, '.changeset', 'config.json'), 'utf8'))
    const change = () => write('.changeset/one.md', "---\n'plugboard': minor\n---\n\nSomething new.\n")
    const release = () => spawnSync(process.execPath, [join(root, 'scripts', 'version.mjs'), '--root', folder], { encoding: 'utf8' })
    const git = (...args) => spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder })
    git('init', '-q', '-b', 'main')
    git('add', '-A')
    git('commit', '-qm', 'start')

    change()
    const { status, stdout, stderr } = release()
    expect(status, stdout + stderr).toBe(0)
    expect(JSON.parse(read('package.json')).version).toBe('1.3.0')
    expect(read('src/release.ts')).toContain("export const release: string = '1.3.0'")
    expect(read('CHANGELOG.md')).toMatch(/## 1\.3\.0[\s\S]*Something new\./)
    expect(() => read('.changeset/one.md')).toThrow('ENOENT')

    change()
    write('src/release.ts', 'export const version = 1\n')
    const refused = release()
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('src/release.ts has no line')])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
