import { expect, test } from 'vitest'
import { judge, parseMutants } from './judge.mjs'

const mutant = (status, code = 'a > b', to = 'a >= b') => ({ file: 'src/a.ts', line: 1, status, mutator: 'M', code, from: 'a > b', to })

test('a report is read into what stood there and what was put in its place, over several lines too', () => {
  const at = (startLine, startColumn, endLine, endColumn) => ({
    start: { line: startLine, column: startColumn },
    end: { line: endLine, column: endColumn },
  })
  const one = { status: 'Killed', mutatorName: 'M', replacement: 'y', location: at(2, 3, 2, 6) }
  const two = { status: 'Survived', mutatorName: 'M', replacement: '{}', location: at(1, 8, 3, 2) }
  expect(parseMutants({ files: { 'src/a.ts': { source: 'if (x) {\n  abc()\n}\n', mutants: [one, two] } } })).toEqual([
    { file: 'src/a.ts', line: 2, status: 'Killed', mutator: 'M', code: 'abc()', from: 'abc', to: 'y' },
    { file: 'src/a.ts', line: 1, status: 'Survived', mutator: 'M', code: 'if (x) {', from: '{\n  abc()\n}', to: '{}' },
  ])
})

test('the score is the part that was killed or never ended; what was left out or did not compile counts for nothing', () => {
  const mutants = ['Killed', 'Killed', 'Timeout', 'Survived', 'Ignored', 'CompileError'].map((status) => mutant(status))
  const { count, score } = judge(mutants, [{ file: 'src/a.ts', code: 'a > b', why: '' }], 75)
  expect(score).toBe(75)
  expect(count).toMatchObject({ Killed: 2, Timeout: 1, Survived: 1, NoCoverage: 0 })
})

test('too low a score, a survivor without a reason and a room without mutants are complaints', () => {
  expect(judge([mutant('Killed')], [], 80).complaints).toEqual([])
  expect(judge([], [], 80).complaints).toHaveLength(1)
  const explained = [{ file: 'src/a.ts', code: 'a >', why: 'the same' }]
  expect(judge([mutant('Survived')], explained, 80).complaints).toEqual(['0.0 % of the mutants are found, 80 % is the least'])
  const { complaints } = judge([...Array.from({ length: 9 }, () => mutant('Killed')), mutant('NoCoverage')], [], 80)
  expect(complaints).toEqual([expect.stringContaining('no test comes here: src/a.ts:1')])
})

test('a reason holds for its file, its line and, where it says so, for one replacement; one that explains nothing is to go', () => {
  const complaints = (...explained) =>
    judge([...Array.from({ length: 9 }, () => mutant('Killed')), mutant('Survived')], explained, 80).complaints
  expect(complaints({ file: 'src/a.ts', code: 'a > b', to: 'a >= b', why: '' })).toEqual([])
  expect(complaints({ file: 'src/a.ts', code: 'a > b', to: 'true', why: '' })).toHaveLength(2)
  expect(complaints({ file: 'src/a.ts', code: 'c', why: '' })).toHaveLength(2)
  // Of another room: not looked at.
  expect(complaints({ file: 'src/b.ts', code: 'a > b', why: '' })).toHaveLength(1)
})
