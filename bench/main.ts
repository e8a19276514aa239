// `npm run bench`: every row, each in a process of its own; `-- R1 S2` runs some. Raw results go to results/, the page is made from them.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareRuns } from './harness/compare-runs.ts'
import { reportOf } from './harness/report.ts'
import { figureOf, misses, type Result } from './harness/result.ts'
import { tables } from './scale/arithmetic.ts'

const folder = import.meta.dirname
const resultsFolder = join(folder, 'results')
const page = join(folder, 'RESULTS.md')
const known = readdirSync(join(folder, 'rows'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => basename(name, '.ts'))
  .toSorted()

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    check: { type: 'boolean' },
    list: { type: 'boolean' },
    out: { type: 'string' },
    compare: { type: 'boolean' },
    scale: { type: 'boolean' },
  },
})

if (values.list === true) console.log(known.join('\n'))
else if (values.scale === true) for (const [name, text] of Object.entries(tables())) console.log(`${name}\n\n${text}\n`)
else if (values.check === true) check()
else if (values.compare === true) {
  const [a, b] = positionals
  if (a === undefined || b === undefined) usage('--compare takes two folders of results')
  const disagreements = compareRuns(readResults(a), readResults(b))
  for (const line of disagreements) console.log(line)
  console.log(disagreements.length === 0 ? 'The two runs agree within their spread.' : `${disagreements.length} rows disagree.`)
  process.exitCode = disagreements.length === 0 ? 0 : 1
} else run()

function run(): void {
  const unknown = positionals.filter((id) => !known.includes(id))
  if (unknown.length > 0) usage(`there is no row ${unknown.join(', ')}`)
  const wanted = positionals.length === 0 ? known : positionals
  const out = values.out ?? (values.quick === true ? join(tmpdir(), `plugboard-bench-${process.pid}`) : resultsFolder)
  mkdirSync(out, { recursive: true })
  let failed = false
  for (const id of wanted) {
    const file = join(out, `${id}.json`)
    const quick = values.quick === true ? ['--quick'] : []
    const args = ['--expose-gc', '--import', import.meta.resolve('tsx'), join(folder, 'harness', 'run-row.ts'), id, '--out', file, ...quick]
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
    if (status !== 0 || !existsSync(file)) {
      failed = true
      console.log(`${id.padEnd(4)} could not be measured (exit ${String(status)})`)
      continue
    }
    const result = readResult(file)
    const missed = misses(result, values.quick === true ? 3 : 1)
    // The guard is generous, and the full run tells: only the guard ends with an error.
    if (values.quick === true && missed.length > 0) failed = true
    console.log(
      `${id.padEnd(4)} ${figureOf(result).toPrecision(3)}×  ${missed.length === 0 ? 'met' : missed.join('; ')}  (${result.seconds} s)`,
    )
    for (const each of result.outcome.compared) console.log(`       ${each.ratio.median.toPrecision(3).padStart(8)}×  ${each.side}`)
  }
  if (out === resultsFolder) writeFileSync(page, reportOf(readResults(resultsFolder)))
  process.exitCode = failed ? 1 : 0
}

function check(): void {
  const made = reportOf(readResults(resultsFolder))
  if (existsSync(page) && readFileSync(page, 'utf8') === made) return
  console.error('bench/RESULTS.md is not what the raw results give. Run npm run bench, and commit both.')
  process.exitCode = 1
}

function readResults(from: string): Result[] {
  const files = readdirSync(from).filter((name) => name.endsWith('.json'))
  return files.toSorted().map((name) => readResult(join(from, name)))
}

function readResult(file: string): Result {
  // Written by run-row.ts.
  return JSON.parse(readFileSync(file, 'utf8')) as Result
}

function usage(problem: string): never {
  console.error(
    `${problem}. Usage: npm run bench [-- ROW … | --quick | --check | --list | --out FOLDER | --compare A B]. Rows: ${known.join(' ')}`,
  )
  process.exit(64)
}
