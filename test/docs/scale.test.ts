import { expect, test } from 'vitest'
import { idleStatements, mostByConnections, mostByStatements, tables } from '../../bench/scale/arithmetic.ts'
import { page } from './page.ts'

test('docs/guide/scale.md has the tables that its script works out', () => {
  const text = page('docs/guide/scale.md')
  const told = [...text.matchAll(/<!-- (\w+) -->\n([\s\S]*?)<!-- \/\1 -->/g)].map(([, name, table]) => [name, cellsOf(table ?? '')])
  expect(told).toEqual(Object.entries(tables()).map(([name, table]) => [name, cellsOf(table)]))
})

test('the arithmetic: what is asked while nothing changes, and how many processes that allows', () => {
  expect(idleStatements(30, 1)).toBeCloseTo(31)
  expect(idleStatements(30, 60)).toBeCloseTo(1.5)
  for (const poll of [1, 10, 60]) {
    const most = mostByStatements(poll)
    expect(idleStatements(most, poll)).toBeLessThanOrEqual(5_000)
    expect(idleStatements(most + 1, poll)).toBeGreaterThan(5_000)
  }
  expect(mostByConnections.direct * 3).toBeLessThanOrEqual(97)
})

/** A table's cells: what pads them, a formatter decides. */
function cellsOf(table: string): readonly (readonly string[])[] {
  return table
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}
