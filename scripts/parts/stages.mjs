import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisesProblems, readPromises } from './promises.mjs'
import { root } from './root.mjs'
import { stageProcess } from './stage-process.mjs'
import { readReport, reportFile, vitestArguments, vitestProjects } from './test-report.mjs'
import { packageVersion } from './versions.mjs'

const minutes = (count) => count * 60_000
const bin = (name, ...path) => join(root, 'node_modules', name, ...path)

/**
 * The stages of `npm test`, in order. Each `run()` gives its tests as `{ name, status, skip? }`; a stage that is one command is one test.
 * `needs` names a stage without whose success this one has nothing to look at.
 */
export const stages = [
  commandStage('build', `TypeScript ${packageVersion('typescript')}, esbuild ${packageVersion('esbuild')}`, [
    join(root, 'scripts', 'build.mjs'),
  ]),
  commandStage('format', `oxfmt ${packageVersion('oxfmt')}`, [bin('oxfmt', 'bin', 'oxfmt'), '--check']),
  commandStage('lint', `oxlint ${packageVersion('oxlint')}, type-aware`, [
    bin('oxlint', 'bin', 'oxlint'),
    '--type-aware',
    '--deny-warnings',
  ]),
  commandStage('types-7', `TypeScript ${packageVersion('typescript')}`, [bin('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']),
  commandStage('types-ui', `TypeScript ${packageVersion('typescript')}`, [bin('typescript', 'bin', 'tsc'), '-p', 'ui']),
  commandStage('types-5.9', `TypeScript ${packageVersion('typescript-5.9')}`, [bin('typescript-5.9', 'bin', 'tsc'), '-p', 'tsconfig.json']),
  vitestStage('unit'),
  // Where no PostgreSQL answers, one comes from npm.
  vitestStage('on-postgres'),
  unlessMissing(vitestStage('on-mariadb'), {
    url: process.env.PLUGBOARD_TEST_MARIADB_URL ?? 'mysql://127.0.0.1:3306',
    variable: 'PLUGBOARD_TEST_MARIADB_URL',
  }),
  { ...vitestStage('browser'), needs: 'build' },
  { ...vitestStage('packed'), needs: 'build' },
  // The guard of the benches: counts, and ratios of processor time.
  { ...vitestStage('bench'), needs: 'build' },
  { name: 'promises', on: 'docs/reference/promises.md', run: async () => checkPromises() },
]

function commandStage(name, on, command) {
  return {
    name,
    on,
    run: async () => {
      const { code } = await stageProcess(process.execPath, command, { limit: minutes(4) })
      return [{ file: name, name, rows: [], status: code === 0 ? 'passed' : 'failed' }]
    },
  }
}

/** A stage that is one skip, with its reason, where its server does not answer. */
function unlessMissing(stage, { url, variable }) {
  const { hostname, port } = new URL(url)
  const skip = {
    kind: 'wanting',
    reason: `no server answers on ${hostname}:${port || 3306}`,
    enable: `${variable}=mysql://user:password@host:3306 npm test`,
  }
  const run = async () =>
    (await answers(hostname, Number(port || 3306)))
      ? stage.run()
      : [{ file: stage.name, name: stage.name, rows: [], status: 'skipped', skip }]
  return { ...stage, run }
}

function answers(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5_000 })
    const end = (answer) => () => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false))
  })
}

function vitestStage(name) {
  return {
    name,
    on: `vitest ${packageVersion('vitest')}`,
    run: async () => {
      rmSync(reportFile(name), { force: true })
      const { code, timedOut } = await stageProcess(process.execPath, [...vitestArguments(name), '--allowOnly=false'], {
        limit: minutes(20),
      })
      const tests = readReport(reportFile(name)) ?? []
      const failure = timedOut ? 'ended after 20 minutes' : explain(code, tests)
      return failure === undefined ? tests : [...tests, { file: name, name: `(${failure})`, rows: [], status: 'failed' }]
    },
  }
}

/** What vitest's exit code says that its report does not: an error outside any test, a crash, no test at all. */
function explain(code, tests) {
  if (!tests.some((test) => test.status !== 'skipped')) return 'no test was executed'
  if (code !== 0 && !tests.some((test) => test.status === 'failed')) return `vitest exited with ${code}: an error outside the tests`
  return undefined
}

/** Every row number in a test's name exists. */
function checkPromises() {
  const tests = vitestProjects.flatMap((project) => readReport(reportFile(project)) ?? [])
  const rows = readPromises()
  const problems = promisesProblems(rows, tests)
  for (const problem of problems) console.log(problem)
  const named = new Set(tests.flatMap((test) => test.rows))
  console.log(
    `${rows.filter((row) => named.has(row.number)).length} of ${rows.length} rows are named by a test; \`npm run promises -- --cached\` lists them.`,
  )
  return [{ file: 'promises', name: 'every row that a test names exists', rows: [], status: problems.length === 0 ? 'passed' : 'failed' }]
}
