/** `npm run soak`: reads the options, runs, prints one JSON document. Ends with 0 where all was as it must be, else with 1; 64: it was asked wrongly. */
import { parseArgs } from 'node:util'
import { generateKey } from '../../src/index.ts'
import type { TestDatabase } from '../support/databases.ts'
import { bundleWorker } from '../support/worker.ts'
import { soak } from './soak.ts'

const usage = `npm run soak -- [--minutes 10] [--calls N] [--seed N] [--processes 3] [--on sqlite|postgres|mariadb]

Calls, faults, edits and restarts at random. It ends after so many minutes, or when its first process has made so many calls.`

/** The heap may grow by less than this from 100,000 calls to 1,000,000. */
const mostGrowth = 0.05

const given = options()
const minutes = numberOf('minutes', given.minutes ?? (given.calls === undefined ? '10' : '600'))
const calls = given.calls === undefined ? Number.POSITIVE_INFINITY : numberOf('calls', given.calls)
const seed = numberOf('seed', given.seed ?? String(Math.floor(Math.random() * 2 ** 31)))
const processes = numberOf('processes', given.processes ?? '3')
const rerun = `npm run soak -- ${given.calls === undefined ? `--minutes ${minutes}` : `--calls ${calls}`} --seed ${seed} --processes ${processes} --on ${given.on ?? 'sqlite'}`
console.error(`seed ${seed}; again: ${rerun}`)

using worker = await bundleWorker('process', new URL('./', import.meta.url))
await using database = await openDatabase(given.on ?? 'sqlite')
const report = await soak({
  seed,
  time: minutes * 60_000,
  calls,
  leastEdits: 0,
  leastRestarts: 0,
  processes,
  path: worker.path,
  database,
  editEvery: 30,
  restartEvery: 6_000,
  weighEvery: 50_000,
  keys: ['k1', 'k2', 'k3', 'k4'].map((id) => generateKey(id)),
  progress: (line) => console.error(line),
})
const { growth } = report.heap
const isHeavy = growth !== null && (report.heap.looks.at(-1)?.calls ?? 0) >= 1_000_000 && growth >= mostGrowth
const problems = isHeavy ? [...report.problems, `the heap has grown by ${(growth * 100).toFixed(1)} %`] : report.problems
console.log(JSON.stringify({ ...report, problems, rerun }, null, 2))
if (problems.length > 0) console.error(`${problems.length} problems. Again: ${rerun}`)
process.exitCode = problems.length > 0 ? 1 : 0

function options(): Partial<Record<'minutes' | 'calls' | 'seed' | 'processes' | 'on', string>> {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ options: { minutes: text, calls: text, seed: text, processes: text, on: text } }).values
  } catch (error) {
    return refuse(String(error))
  }
}

function numberOf(name: string, value: string): number {
  const number = Number(value)
  return Number.isFinite(number) && number > 0 ? number : refuse(`--${name} ${value} is no number above 0`)
}

function refuse(why: string): never {
  console.error(`${why}\n\n${usage}`)
  process.exit(64)
}

async function openDatabase(name: string): Promise<TestDatabase> {
  if (name === 'sqlite') return (await import('../support/sqlite-test-database.ts')).sqliteDatabase.open()
  if (name === 'postgres') return (await import('../support/postgres-test-database.ts')).postgresDatabase.open()
  if (name === 'mariadb') return (await import('../support/mysql-test-database.ts')).mariadbDatabase.open()
  return refuse(`--on ${name}`)
}
