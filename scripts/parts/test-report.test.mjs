import { expect, test } from 'vitest'
import { parseReport, rowsOf } from './test-report.mjs'
import { root } from './root.mjs'

const report = (...assertionResults) => ({ testResults: [{ name: `${root}/src/a.test.ts`, status: 'passed', assertionResults }] })
const assertion = (title, status, ancestorTitles = []) => ({ title, status, ancestorTitles })

test('a name carries its rows, several at once, also below a describe', () => {
  expect(rowsOf('[33][35] order › [7] a case')).toEqual([33, 35, 7])
  expect(rowsOf('a row of its suite › [41] passes over')).toEqual([41])
})

test('a number inside a word is no row', () => {
  expect(rowsOf('changes tags[0] and config.list[12]')).toEqual([])
})

test('a skip gives its reason and the command, and the name is told without them', () => {
  const [skipped] = parseReport(report(assertion('saves {skip: no PostgreSQL answers; enable: docker run postgres}', 'skipped', ['store'])))
  expect(skipped).toEqual({
    file: 'src/a.test.ts',
    name: 'store › saves',
    rows: [],
    status: 'skipped',
    skip: { kind: 'wanting', reason: 'no PostgreSQL answers', enable: 'docker run postgres' },
  })
})

test('a skip that says nothing is told apart, and so is one that can never run here', () => {
  const [bare, todo, windows] = parseReport(
    report(assertion('a', 'skipped'), assertion('b', 'todo'), assertion('c {not applicable: Windows only}', 'skipped')),
  )
  expect([bare.skip.kind, todo.skip.kind, windows.skip]).toEqual([
    'unexplained',
    'unexplained',
    { kind: 'not-applicable', reason: 'Windows only' },
  ])
})

test('a file that could not be loaded is a failed test', () => {
  const parsed = parseReport({ testResults: [{ name: `${root}/src/b.test.ts`, status: 'failed', assertionResults: [] }] })
  expect(parsed).toMatchObject([{ file: 'src/b.test.ts', status: 'failed' }])
})
