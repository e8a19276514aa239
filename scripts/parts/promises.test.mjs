import { expect, test } from 'vitest'
import { promisesProblems, readPromises, rowResults } from './promises.mjs'

const named = (rows, status, skip) => ({ file: 'a.test.ts', name: 'x', rows, status, ...(skip && { skip }) })

test('the document holds rows 1 to 57, each once', () => {
  expect(readPromises().map(({ number }) => number)).toEqual(Array.from({ length: 57 }, (_, index) => index + 1))
})

test('a row is shown when all of its tests passed, failed when one did, and has no test yet', () => {
  const rows = [1, 2, 3, 4, 5].map((number) => ({ number, behaviour: '' }))
  const tests = [
    named([1, 2], 'passed'),
    named([2], 'failed'),
    named([3], 'passed'),
    named([3], 'skipped', { kind: 'wanting' }),
    named([1], 'skipped', { kind: 'not-applicable' }),
    named([5], 'skipped', { kind: 'not-applicable' }),
  ]
  expect(rowResults(rows, tests).map(({ result }) => result)).toEqual(['shown', 'failed', 'skipped', 'no test yet', 'no test yet'])
})

test('a number without a row is a problem that names the test', () => {
  expect(promisesProblems([{ number: 1 }], [named([1, 99], 'passed')])).toEqual([
    'a.test.ts: "x" names row 99, which docs/reference/promises.md does not have.',
  ])
})
