// `npm run bench`: every row, each in a process of its own; `-- R1 S2` runs some. Raw results go to results/, the pages are made from them.
import { parseArgs } from 'node:util'
import { compareRuns } from './harness/compare-runs.ts'
import { figureOf, misses, type Result } from './harness/result.ts'
import { guardRow, readResults, resultsFolder, rowIds, runRow } from './harness/rows.ts'
import { problemsOfPages, writePages } from './pages/pages.ts'
import { problemsOfReasons } from './reasons.ts'
import { tables } from './scale/arithmetic.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    check: { type: 'boolean' },
    pages: { type: 'boolean' },
    list: { type: 'boolean' },
    out: { type: 'string' },
    compare: { type: 'boolean' },
    scale: { type: 'boolean' },
  },
})

if (values.list === true) console.log(rowIds.join('\n'))
else if (values.scale === true) for (const [name, text] of Object.entries(tables())) console.log(`${name}\n\n${text}\n`)
else if (values.check === true) tell([...problemsOfPages(), ...problemsOfReasons(readResults(resultsFolder))])
else if (values.pages === true) writePages()
else if (values.compare === true) compare()
else if (values.quick === true) await guard()
else await run()

async function run(): Promise<void> {
  const out = values.out ?? resultsFolder
  const unmeasured: string[] = []
  for (const id of wanted()) {
    const result = await runRow(id, { out })
    if (result === undefined) unmeasured.push(id)
    console.log(result === undefined ? `${id.padEnd(4)} could not be measured` : inWords(result, misses(result)))
  }
  if (out === resultsFolder) writePages()
  for (const problem of problemsOfReasons(readResults(out))) console.log(`\n!! ${problem}`)
  tell(unmeasured.map((id) => `${id} could not be measured.`))
}

/** The pages keep what the last whole run gave. */
async function guard(): Promise<void> {
  const failed: string[] = []
  for (const id of wanted()) {
    const { result, misses: missed } = await guardRow(id)
    console.log(result === undefined ? `${id.padEnd(4)} could not be measured` : inWords(result, missed))
    failed.push(...missed.map((miss) => `${id}: ${miss}.`))
  }
  tell(failed)
}

function compare(): void {
  const [a, b, ...more] = positionals
  if (a === undefined || b === undefined || more.length > 0) usage('--compare takes two folders of results')
  const rows = compareRuns(readResults(a), readResults(b))
  if (rows.length === 0) usage(`there are no results in ${a} and ${b}`)
  for (const { id, agree, words } of rows) console.log(`${id.padEnd(4)} ${agree ? 'agree   ' : 'disagree'}  ${words}`)
  const apart = rows.filter((row) => !row.agree)
  console.log(apart.length === 0 ? 'The two runs agree within their spread.' : `${apart.length} of ${rows.length} rows disagree.`)
  process.exitCode = apart.length === 0 ? 0 : 1
}

function wanted(): readonly string[] {
  const unknown = positionals.filter((id) => !rowIds.includes(id))
  if (unknown.length > 0) usage(`there is no row ${unknown.join(', ')}`)
  return positionals.length === 0 ? rowIds : positionals
}

function inWords(result: Result, missed: readonly string[]): string {
  const { id, outcome, seconds } = result
  const verdict = missed.length === 0 ? 'met' : missed.join('; ')
  return [
    `${id.padEnd(4)} ${figureOf(result).toPrecision(3)}×  ${verdict}  (${seconds} s)`,
    ...outcome.compared.map((each) => `       ${each.ratio.median.toPrecision(3).padStart(8)}×  ${each.side}`),
    ...(outcome.bounds ?? []).map((bound) => `       ${String(bound.value).padStart(9)}  ${bound.what} (at most ${bound.atMost})`),
  ].join('\n')
}

function tell(problems: readonly string[]): void {
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}

function usage(problem: string): never {
  console.error(
    `${problem}. Usage: npm run bench [-- ROW … [--quick | --out FOLDER] | --check | --pages | --list | --scale | --compare A B]. Rows: ${rowIds.join(' ')}`,
  )
  process.exit(64)
}
