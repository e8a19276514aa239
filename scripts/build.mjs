// Builds dist: one bundle for each public entry, shared code in chunks (so an error class or a brand exists once), declarations by tsc, the admin's page by vite.
// It builds aside and then moves file by file, chunks before entries, so a process that starts meanwhile finds either build whole.
// `--if-stale` does nothing where dist is newer than its sources.
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { build } from 'esbuild'
import { commands, entries, exportsField } from './entries.mjs'
import { withLock } from './parts/lock.mjs'
import { isBuilt } from './parts/newest.mjs'
import { buildPage } from './parts/page.mjs'
import { root } from './parts/root.mjs'

const temporary = join(root, '.tmp')
const dist = join(root, 'dist')

mkdirSync(temporary, { recursive: true })
await withLock(join(temporary, 'build.lock'), async () => {
  if (process.argv.includes('--if-stale') && isBuilt()) return
  const started = performance.now()
  const stage = mkdtempSync(join(temporary, 'build-'))
  try {
    const outcomes = await Promise.allSettled([bundle(stage), declare(stage), buildPage(stage)])
    // esbuild, tsc and vite have said what is wrong.
    if (outcomes.some((outcome) => outcome.status === 'rejected')) return fail(outcomes)
    rewriteSpecifiers(join(stage, 'dist', 'types'))
    writeExports()
    moveInto(join(stage, 'dist'), dist)
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
  const size = filesIn(dist).length
  console.log(`Built dist: ${size} files in ${((performance.now() - started) / 1000).toFixed(1)} s`)
})

function fail(outcomes) {
  for (const { reason } of outcomes) if (reason !== undefined) console.error(`Not built: ${reason.message}`)
  process.exitCode = 1
}

async function bundle(stage) {
  const out = join(stage, 'dist')
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries({ ...entries, ...commands }).map(([name, source]) => [name, `./${source}`])),
    outdir: out,
    chunkNames: 'chunks/[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    // The page, a module of its own: loaded when it is first asked for.
    external: ['#page'],
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    legalComments: 'none',
    logLevel: 'warning',
  })
  for (const name of filesIn(out).filter((file) => file.endsWith('.js'))) {
    const file = join(out, name)
    writeFileSync(file, keepClassNames(readFileSync(file, 'utf8')))
  }
  for (const name of Object.keys(commands)) {
    const file = join(out, `${name}.js`)
    const code = readFileSync(file, 'utf8')
    if (!code.startsWith('#!')) writeFileSync(file, `#!/usr/bin/env node\n${code}`)
    chmodSync(file, 0o755)
  }
}

/** esbuild turns a class that names itself into `var X = class _X`; its `name` would read `_X`. (`keepNames` costs a call for every closure.) */
function keepClassNames(code) {
  const renamed = [...code.matchAll(/^var (\w+) = class _\1\b/gm)].map(([, name]) => name)
  return renamed.reduce((text, name) => text.replaceAll(new RegExp(`(?<![\\w$#.])_${name}\\b`, 'g'), name), code)
}

/** Only what the entries reach is declared, so tests and tools beside the source leave nothing behind. */
async function declare(stage) {
  const project = join(stage, 'tsconfig.json')
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(root, 'tsconfig.build.json'),
      compilerOptions: { rootDir: join(root, 'src'), outDir: join(stage, 'dist', 'types') },
      // What declares the page is no source: nothing imports it.
      files: [...Object.values(entries), 'src/admin/page-module.d.ts'].map((source) => join(root, source)),
      include: [],
    }),
  )
  await run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project])
}

/** tsc leaves `./x.ts` in declarations; published, they name the module as it is imported: `./x.js`. */
function rewriteSpecifiers(folder) {
  for (const name of filesIn(folder)) {
    const file = join(folder, name)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/((?:from|import)\s*\(?\s*['"])(\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1$2.js$3'))
  }
}

/** package.json follows the list of entries. */
function writeExports() {
  const file = join(root, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  const wanted = exportsField()
  if (JSON.stringify(manifest.exports) === JSON.stringify(wanted)) return
  writeFileSync(file, `${JSON.stringify({ ...manifest, exports: wanted }, null, 2)}\n`)
  console.log('package.json: `exports` now follows scripts/entries.mjs. Commit it.')
}

function moveInto(from, to) {
  const made = filesIn(from)
  const rank = (name) => (name.startsWith(`chunks${sep}`) ? 0 : name.startsWith(`types${sep}`) ? 1 : 2)
  for (const name of made.toSorted((a, b) => rank(a) - rank(b))) {
    mkdirSync(dirname(join(to, name)), { recursive: true })
    renameSync(join(from, name), join(to, name))
  }
  const kept = new Set(made)
  for (const name of filesIn(to)) if (!kept.has(name)) rmSync(join(to, name), { force: true })
}

function filesIn(folder) {
  if (!existsSync(folder)) return []
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tsc exited with ${code}`))))
  })
}
