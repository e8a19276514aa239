// `npm run version-packages`: turns the changesets into a version and CHANGELOG.md, and writes the same version into src/release.ts.
// `--root FOLDER` does it there, for the tests.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root as here } from './parts/root.mjs'

const at = process.argv.indexOf('--root')
const root = at === -1 ? here : process.argv[at + 1]
const changeset = createRequire(import.meta.url).resolve('@changesets/cli/bin.js')

const { status } = spawnSync(process.execPath, [changeset, 'version'], { cwd: root, stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const file = join(root, 'src', 'release.ts')
const text = readFileSync(file, 'utf8')
const written = text.replace(/(release: string = ')[^']*'/, `$1${version}'`)
if (!written.includes(`'${version}'`)) {
  console.error(`src/release.ts has no line "export const release: string = '…'" to write ${version} into.`)
  process.exit(1)
}
writeFileSync(file, written)
console.log(`src/release.ts: ${version}. Commit package.json, package-lock.json, CHANGELOG.md and src/release.ts together.`)
