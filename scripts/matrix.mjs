// `npm run test:matrix`: the unit tests on each Node that is supported, whichever runs this. `-- 22,24` takes some of them.
// The Nodes come from npm (node-<os>-<cpu>), so nothing is to be set up by hand.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { root } from './parts/root.mjs'
import { stageProcess } from './parts/stage-process.mjs'
import { table } from './parts/table.mjs'
import { readReport, vitestArguments } from './parts/test-report.mjs'

/** The lines that are supported, the oldest first: `engines` in package.json says from where on. */
const supported = ['20', '22', '24']
const limit = 10 * 60_000

const wanted = process.argv[2]?.split(',') ?? supported
const unknown = wanted.filter((line) => !supported.includes(line))
if (unknown.length > 0) {
  console.error(`Usage: npm run test:matrix [-- ${supported.join(',')}]; there is no ${unknown.join(', ')}`)
  process.exit(64)
}

// The command line's tests run what is built.
if ((await stageProcess(process.execPath, [join(root, 'scripts', 'build.mjs')], { limit })).code !== 0) process.exit(1)

const rows = []
for (const line of wanted) rows.push(await testOn(line))
console.log(`\n${table([['Node', 'version', 'time', 'passed', 'failed', 'skipped'], ...rows.map((row) => row.cells)], { textColumns: 2 })}`)
const sum = (column) => rows.reduce((total, { cells }) => total + Number(cells[column]), 0)
const failed = rows.some((row) => !row.ok)
process.exitCode = failed ? 1 : 0
console.log(`\n${sum(3)} passed, ${sum(4)} failed, ${sum(5)} skipped`)

async function testOn(line) {
  const node = nodeOf(line)
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
  console.log(`\n── unit tests on Node ${version} ──`)
  const report = join(root, '.tmp', 'reports', `unit-node-${line}.json`)
  mkdirSync(dirname(report), { recursive: true })
  rmSync(report, { force: true })
  const args = vitestArguments('unit').map((argument) => (argument.startsWith('--outputFile') ? `--outputFile.json=${report}` : argument))
  // What a test starts as `node` is this Node too.
  const env = { PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
  const { code, ms } = await stageProcess(node, [...args, '--allowOnly=false'], { limit, env })
  const tests = readReport(report) ?? []
  const count = (status) => tests.filter((test) => test.status === status).length
  const executed = count('passed') + count('failed') > 0
  for (const test of tests.filter((each) => each.status === 'failed')) console.log(`  failed on ${version}: ${test.file} › ${test.name}`)
  const ok = code === 0 && executed && count('failed') === 0
  const failures = count('failed') + (!ok && count('failed') === 0 ? 1 : 0)
  return { ok, cells: [line, version, `${(ms / 1000).toFixed(1)} s`, String(count('passed')), String(failures), String(count('skipped'))] }
}

/** Path of the newest Node of a line; the one that runs this where it is of that line. */
function nodeOf(line) {
  if (process.versions.node.startsWith(`${line}.`)) return process.execPath
  const name = `node-${platform() === 'win32' ? 'win' : platform()}-${arch()}`
  const folder = join(root, '.tmp', 'nodes')
  const path = join(folder, 'node_modules', `node-${line}`, 'bin', platform() === 'win32' ? 'node.exe' : 'node')
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const manifest = join(folder, 'package.json')
  const known = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : { private: true }
  writeFileSync(manifest, JSON.stringify({ ...known, dependencies: { ...known.dependencies, [`node-${line}`]: `npm:${name}@${line}` } }))
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder], { stdio: 'inherit', cwd: folder })
  if (status !== 0 || !existsSync(path)) {
    console.error(`Node ${line} could not be had from npm (${name}). Run this on that Node instead: npm run unit`)
    process.exit(1)
  }
  return path
}
