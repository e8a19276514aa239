import { expect, test } from 'vitest'
import { readResults, resultsFolder, rowIds } from '../harness/rows.ts'
import { problemsOfReasons } from '../reasons.ts'
import { sampleResult as result } from '../subjects/sample-result.ts'
import { families } from './families.ts'
import { pagesOf, problemsOfPages, withTables } from './pages.ts'
import { plotOf } from './plot.ts'
import { reportOf } from './report.ts'

const guide = families.map(({ name }) => `# ${name}\n<!-- ${name} -->\nold\n<!-- /${name} -->\nwords`).join('\n')

test('bench/RESULTS.md, the guide and its plots are what the committed results give', () => {
  expect(problemsOfPages()).toEqual([])
})

test('each row that misses its goal has a reason in bench/reasons.ts, and no other row has one', () => {
  expect(problemsOfReasons(readResults(resultsFolder))).toEqual([])
})

test('each row stands in one family', () => {
  expect(families.flatMap((family) => family.rows).toSorted()).toEqual(rowIds)
})

test('the page says of each row what was measured against what, and whether the goal is met', () => {
  const page = reportOf([result(), result({ id: 'R2', median: 2 }), result({ id: 'R4', median: 2 })], { R4: 'Somebody is slow.' })
  expect(page).toContain('| R1 | get | Map.get | ≤ 1.2× | 1.1× (0.99–1.21) | met |')
  expect(page).toContain('| R2 | get | Map.get | ≤ 1.2× | 2× (1.8–2.2) | **MISSED, AND NOTHING SAYS WHY** |')
  expect(page).toContain('| R4 | get | Map.get | ≤ 1.2× | 2× (1.8–2.2) | missed, see below |')
  expect(page).toContain('Why: Somebody is slow.')
  expect(reportOf([result()], { R1: 'Somebody is slow.' })).toContain('**It meets its goal, yet a reason stands for why it does not:**')
})

test('the guide keeps its words and gets its tables; where a family was not measured it says so', () => {
  const page = withTables(guide, [result()])
  expect(page).toContain('| R1 | get | Map.get | ≤ 1.2× | 1.1× (0.99–1.21) |')
  expect(page.match(/Not measured yet\./g)).toHaveLength(families.length - 1)
  expect(page.match(/words/g)).toHaveLength(families.length)
  expect(page).not.toContain('old')
  expect(withTables(page, [result()])).toBe(page)
  expect(() => withTables('nothing', [result()])).toThrow('no place')
  expect(Object.keys(pagesOf([result()], guide))).toEqual([
    'bench/RESULTS.md',
    'docs/guide/performance/gets.svg',
    'docs/guide/performance.md',
  ])
})

test('a plot tells in words what it shows, and stands in light and dark', () => {
  const plot = plotOf('Gets & more', [result(), result({ id: 'R4', median: 1 / 2_000, goal: 1_000, higherIsBetter: true })])
  expect(plot).toContain('<title id="title">Gets &amp; more</title>')
  expect(plot).toContain('R1: base 1 times, Plugboard 1.1 times.')
  expect(plot).toContain('prefers-color-scheme: dark')
  expect(plot).not.toMatch(/NaN|undefined|Infinity/)
})
