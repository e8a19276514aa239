import { existsSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { root } from './root.mjs'

/** The projects of vitest.config.ts. */
export const vitestProjects = ['unit', 'on-postgres', 'on-mariadb', 'browser', 'packed', 'bench']

/** Where a vitest project leaves its JSON report. */
export const reportFile = (project) => join(root, '.tmp', 'reports', `${project}.json`)

/** Arguments with which vitest runs one project and leaves its report. */
export const vitestArguments = (project) => [
  join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  `--project=${project}`,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${reportFile(project)}`,
]

/**
 * Reads a report into tests: `{ file, name, status, skip }`, `status` being passed, failed or skipped.
 * A file that could not be loaded is one failed test. `undefined` where no report was left.
 */
export function readReport(file) {
  if (!existsSync(file)) return undefined
  return parseReport(JSON.parse(readFileSync(file, 'utf8')))
}

export function parseReport(report) {
  return report.testResults.flatMap((result) => {
    const path = relative(root, result.name).split(sep).join('/')
    const tests = result.assertionResults.map((test) => parseTest(path, test))
    const unexplained = result.status === 'failed' && !tests.some((test) => test.status === 'failed')
    return unexplained ? [...tests, { file: path, name: '(the file itself)', status: 'failed', rows: [] }] : tests
  })
}

function parseTest(file, { ancestorTitles, title, status }) {
  const full = [...ancestorTitles, title].filter(Boolean).join(' › ')
  const name = full.replaceAll(/\s*\{(?:skip|not applicable): [^}]*\}/g, '')
  const test = { file, name, rows: rowsOf(full), status: status === 'passed' || status === 'failed' ? status : 'skipped' }
  return test.status === 'skipped' ? { ...test, skip: skipOf(full, status) } : test
}

/** The checklist rows a test's name carries: `[33][35] …`. A number inside a word, as in `tags[0]`, is none. */
export function rowsOf(name) {
  const groups = name.match(/(?<![^\s›])(?:\[\d+\])+/g) ?? []
  return groups.flatMap((group) => group.match(/\d+/g).map(Number))
}

/** Why a test was skipped, as test/skip.ts writes it into the name. */
function skipOf(name, status) {
  const wanting = name.match(/\{skip: ([^;}]*); enable: ([^}]*)\}/)
  if (wanting !== null) return { kind: 'wanting', reason: wanting[1].trim(), enable: wanting[2].trim() }
  const notHere = name.match(/\{not applicable: ([^}]*)\}/)
  if (notHere !== null) return { kind: 'not-applicable', reason: notHere[1].trim() }
  return { kind: 'unexplained', reason: status === 'todo' ? 'marked todo' : 'no reason given' }
}
