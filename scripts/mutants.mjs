// `npm run mutants`: how much of what could be wrong the tests would notice (docs/reference/mutants.md). `-- crypto,sync` takes some rooms,
// `--afresh` forgets what the last run found; without it only what has changed since is tried again.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { judge, readMutants } from './mutants/judge.mjs'
import { keptOf, least, reportOf, rooms } from './mutants/rooms.mjs'
import { withoutToTryAgain } from './mutants/to-try-again.mjs'
import { root } from './parts/root.mjs'
import { stageProcess } from './parts/stage-process.mjs'
import { table } from './parts/table.mjs'

const limit = 90 * 60_000

const given = process.argv.slice(2)
const afresh = given.includes('--afresh')
const wanted = given.filter((argument) => argument !== '--afresh').flatMap((argument) => argument.split(','))
const unknown = wanted.filter((name) => rooms[name] === undefined)
if (unknown.length > 0) {
  console.error(`Usage: npm run mutants [-- ${Object.keys(rooms).join(',')}] [--afresh]; there is no ${unknown.join(', ')}`)
  process.exit(64)
}

const explained = JSON.parse(readFileSync(join(root, 'scripts', 'mutants', 'survivors.json'), 'utf8'))
const results = []
for (const name of wanted.length > 0 ? wanted : Object.keys(rooms)) results.push(await run(name))

for (const { name, complaints } of results) for (const complaint of complaints) console.log(`\n${name}: ${complaint}`)
const heading = ['room', 'killed', 'survived', 'timeout', 'no coverage', 'score', 'time']
console.log(`\n${table([heading, ...results.map((result) => result.cells)])}`)
process.exitCode = results.some((result) => result.complaints.length > 0) ? 1 : 0

async function run(name) {
  console.log(`\n── mutants: ${name} ──`)
  rmSync(reportOf(name), { force: true })
  const kept = keptOf(name)
  if (existsSync(kept)) writeFileSync(kept, JSON.stringify(withoutToTryAgain(JSON.parse(readFileSync(kept, 'utf8')))))
  const stryker = join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js')
  const args = [stryker, 'run', join('scripts', 'mutants', 'stryker.config.mjs'), ...(afresh ? ['--force'] : [])]
  const { code, ms } = await stageProcess(process.execPath, args, { limit, env: { PLUGBOARD_MUTANTS: name } })
  const time = `${(ms / 1000).toFixed(0)} s`
  if (code !== 0 || !existsSync(reportOf(name)))
    return { name, complaints: [`Stryker ended with ${code} and without a result`], cells: [name, '-', '-', '-', '-', '-', time] }
  const { count, score, complaints } = judge(readMutants(reportOf(name)), explained, least)
  const cells = [count.Killed, count.Survived, count.Timeout, count.NoCoverage, `${score.toFixed(1)} %`, time]
  return { name, complaints, cells: [name, ...cells] }
}
