import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/** The rows of docs/reference/promises.md: `{ number, behaviour }`. */
export function readPromises() {
  const text = readFileSync(join(root, 'docs', 'reference', 'promises.md'), 'utf8')
  return [...text.matchAll(/^\|\s*(\d+)\s*\|\s*([^|]+?)\s*\|/gm)].map(([, number, behaviour]) => ({ number: Number(number), behaviour }))
}

/** Row numbers in test names that stand in no row. */
export function promisesProblems(rows, tests) {
  const known = new Set(rows.map((row) => row.number))
  return tests.flatMap((test) =>
    test.rows
      .filter((number) => !known.has(number))
      .map((number) => `${test.file}: "${test.name}" names row ${number}, which docs/reference/promises.md does not have.`),
  )
}

/** What the tests say of each row: `shown`, `failed`, `skipped` (some test of it did not run) or `no test yet`. */
export function rowResults(rows, tests) {
  return rows.map((row) => {
    const own = tests.filter((test) => test.rows.includes(row.number))
    return { ...row, tests: own, result: resultOf(own.filter((test) => test.skip?.kind !== 'not-applicable').map((test) => test.status)) }
  })
}

function resultOf(statuses) {
  if (statuses.length === 0) return 'no test yet'
  if (statuses.includes('failed')) return 'failed'
  return statuses.includes('skipped') ? 'skipped' : 'shown'
}
