// `npm run promises`: every row of docs/reference/promises.md, the tests that show it, and what they said.
// Runs the tests; `--cached` reads the reports of the last run where they are newer than the sources.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { newest } from './parts/newest.mjs'
import { promisesProblems, readPromises, rowResults } from './parts/promises.mjs'
import { root } from './parts/root.mjs'
import { readReport, reportFile, vitestProjects } from './parts/test-report.mjs'

const projects = vitestProjects
if (!(process.argv.includes('--cached') && reportsAreFresh())) {
  spawnSync(process.execPath, [join(root, 'scripts', 'test.mjs'), '--only', 'build', ...projects], { cwd: root, stdio: 'inherit' })
}

const reports = projects.map((project) => readReport(reportFile(project)))
const absent = projects.filter((_, index) => reports[index] === undefined)
const tests = reports.flatMap((report) => report ?? [])
const rows = rowResults(readPromises(), tests)
const marks = { passed: '✓', failed: '✗', skipped: '–' }

for (const row of rows) {
  console.log(`\n${String(row.number).padStart(2)}  ${row.behaviour}: ${row.result}`)
  for (const test of row.tests)
    console.log(`      ${marks[test.status]} ${test.file} › ${test.name}${test.skip ? ` (${test.skip.reason})` : ''}`)
}
const problems = promisesProblems(rows, tests)
if (problems.length > 0) console.log(`\n${problems.join('\n')}`)
if (absent.length > 0) console.log(`\nNo report of ${absent.join(' and ')}: its rows show as "no test yet".`)
const count = (result) => rows.filter((row) => row.result === result).length
console.log(
  `\n${rows.length} rows: ${['shown', 'failed', 'skipped', 'no test yet'].map((result) => `${count(result)} ${result}`).join(', ')}`,
)
process.exitCode = count('failed') > 0 || problems.length > 0 || absent.length > 0 ? 1 : 0

function reportsAreFresh() {
  const sources = newest('src', 'test', 'examples', 'scripts', 'docs', 'README.md', 'package.json', 'package-lock.json', 'vitest.config.ts')
  return projects.every((project) => newest(join('.tmp', 'reports', `${project}.json`)) > sources)
}
