// `npm run test:matrix`: the unit tests on each Node that is supported, whichever runs this. `-- 22,24` takes some of them, `-- --others` all but
// the line of the Node that runs this: what CI does beside `npm test`. The Nodes come from npm, so nothing is to be set up by hand.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { nodeOf } from './parts/node-of.mjs'
import { root } from './parts/root.mjs'
import { isStrict, skipComplaints } from './parts/skips.mjs'
import { stageProcess } from './parts/stage-process.mjs'
import { table } from './parts/table.mjs'
import { readReport, vitestArguments } from './parts/test-report.mjs'

/** The lines that are supported, the oldest first: `engines` in package.json says from where on. */
const supported = ['20', '22', '24']
const limit = 25 * 60_000

/**
 * With `--others`, that is beside a whole `npm test`: what takes minutes between processes and servers, and says nothing of a Node. Twice more of it would
 * not fit into the time that CI has.
 */
const ofNoNode = process.argv.includes('--others')
  ? ['test/faults/**', 'test/properties/**', 'test/replicas.test.ts', 'src/store/postgres/**', 'src/store/mysql/**']
  : []

const wanted = linesOf(process.argv.slice(2))
// Vitest on two cores keeps one busy; one Node for each core keeps them all.
const atOnce = Math.min(wanted.length, availableParallelism())

// The command line's tests run what is built.
if ((await stageProcess(process.execPath, [join(root, 'scripts', 'build.mjs')], { limit: 4 * 60_000 })).code !== 0) process.exit(1)

if (ofNoNode.length > 0) console.log(`Left out here, and run by npm test on Node ${process.version}: ${ofNoNode.join(', ')}`)
const nodes = wanted.map(nodeOf)
const results = await inParallel(atOnce, nodes, (node) => (node.path === undefined ? without(node) : testOn(node)))

for (const { line, complaints } of results) for (const complaint of complaints) console.log(`\nNode ${line}: ${complaint}`)
console.log(`\n${table([['Node', 'version', 'time', 'passed', 'failed', 'skipped'], ...results.map(cells)], { textColumns: 2 })}`)
const failures = results.flatMap(({ line, tests = [] }) =>
  tests.filter((test) => test.status === 'failed').map(({ file, name }) => `  Node ${line}: ${file} › ${name}`),
)
if (failures.length > 0) console.log(`\nFailed\n${failures.join('\n')}`)
const sum = (column) => results.reduce((total, result) => total + result[column], 0)
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)

function linesOf(args) {
  if (args.length === 0) return supported
  if (args.length === 1 && args[0] === '--others') return supported.filter((line) => !process.versions.node.startsWith(`${line}.`))
  const lines = args.flatMap((argument) => argument.split(','))
  const unknown = lines.filter((line) => !supported.includes(line))
  if (unknown.length === 0) return lines
  console.error(`Usage: npm run test:matrix [-- ${supported.join(',')} | --others]; there is no ${unknown.join(', ')}`)
  process.exit(64)
}

/** @returns what became of one line; `failed` counts what no test says too: a crash, an error outside the tests, a skip that hides something. */
async function testOn({ line, path, version }) {
  const folder = join(root, '.tmp', 'reports')
  const [report, log] = ['json', 'log'].map((extension) => join(folder, `unit-node-${line}.${extension}`))
  mkdirSync(folder, { recursive: true })
  rmSync(report, { force: true })
  console.log(`\n── unit tests on Node ${version} ──${atOnce > 1 ? ' (shown when they end)' : ''}`)
  const output = atOnce > 1 ? openSync(log, 'w') : 'inherit'
  const args = vitestArguments('unit').map((argument) => (argument.startsWith('--outputFile') ? `--outputFile.json=${report}` : argument))
  // What a test starts as `node` is this Node too.
  const env = { PATH: `${dirname(path)}${delimiter}${process.env.PATH}`, PLUGBOARD_TEST_EXCLUDE: ofNoNode.join(',') }
  const { code, ms, timedOut } = await stageProcess(path, [...args, '--allowOnly=false'], { limit, env, output })
  if (atOnce > 1) {
    closeSync(output)
    console.log(`\n── ended on Node ${version} ──\n${readFileSync(log, 'utf8')}`)
  }
  const tests = readReport(report) ?? []
  const count = (status) => tests.filter((test) => test.status === status).length
  const complaints = skipComplaints(tests.filter((test) => test.status === 'skipped'))
  if (timedOut) complaints.push(`ended after ${limit / 60_000} minutes`)
  else if (count('passed') + count('failed') === 0) complaints.push('no test was executed')
  else if (code !== 0 && count('failed') === 0) complaints.push(`vitest exited with ${code}: an error outside the tests`)
  const failed = count('failed') + complaints.length
  return { line, version, ms, tests, passed: count('passed'), failed, skipped: count('skipped'), complaints }
}

/** A line that can't be had: nothing was looked at, which CI must not take for well. */
function without({ line, problem }) {
  const complaints = [`NOT TESTED: ${problem} Run this on that Node instead: npm run unit`]
  return { line, version: '-', ms: 0, passed: 0, failed: isStrict() ? 1 : 0, skipped: isStrict() ? 0 : 1, complaints }
}

function cells({ line, version, ms, passed, failed, skipped }) {
  return [line, version, `${(ms / 1000).toFixed(1)} s`, passed, failed, skipped]
}

async function inParallel(many, items, work) {
  const done = []
  const waiting = items.entries()
  const worker = async () => {
    for (const [index, item] of waiting) done[index] = await work(item)
  }
  await Promise.all(Array.from({ length: many }, worker))
  return done
}
