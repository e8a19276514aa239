import { readFileSync } from 'node:fs'

/** Reads Stryker's report into mutants: where, what stood there, what was put in its place, and what became of it. */
export function readMutants(file) {
  return parseMutants(JSON.parse(readFileSync(file, 'utf8')))
}

export function parseMutants(report) {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n')
    return mutants.map(({ status, mutatorName, replacement, location: { start, end } }) => ({
      file,
      line: start.line,
      status,
      mutator: mutatorName,
      code: (lines[start.line - 1] ?? '').trim(),
      from: textBetween(lines, start, end),
      to: replacement ?? '',
    }))
  })
}

/** Lines and columns are counted from 1; the end stands after the last character. */
function textBetween(lines, start, end) {
  const part = lines.slice(start.line - 1, end.line)
  part[part.length - 1] = part.at(-1).slice(0, end.column - 1)
  part[0] = part[0].slice(start.column - 1)
  return part.join('\n')
}

/**
 * Counts what became of the mutants, and says what is to be mended: a score below `least`, a survivor without an explanation, an explanation
 * without a survivor. An explanation names a file, a part of the line (`code`) and, where that is not enough, what the mutant put there (`to`).
 */
export function judge(mutants, explained, least) {
  const count = { Killed: 0, Survived: 0, Timeout: 0, NoCoverage: 0, RuntimeError: 0, CompileError: 0, Ignored: 0 }
  for (const mutant of mutants) count[mutant.status] += 1
  const found = count.Killed + count.Timeout
  const all = found + count.Survived + count.NoCoverage
  const score = all === 0 ? 0 : (100 * found) / all
  const survivors = mutants.filter((mutant) => mutant.status === 'Survived' || mutant.status === 'NoCoverage')
  const files = new Set(mutants.map((mutant) => mutant.file))
  const complaints = [
    ...(score < least ? [`${score.toFixed(1)} % of the mutants are found, ${least} % is the least`] : []),
    ...survivors.filter((mutant) => !explained.some((each) => explains(each, mutant))).map(describe),
    ...explained
      .filter((each) => files.has(each.file) && !survivors.some((mutant) => explains(each, mutant)))
      .map((each) => `nothing survives any more at '${each.code}' in ${each.file}: take the explanation out`),
  ]
  return { count, score, complaints }
}

function explains({ file, code, to }, mutant) {
  return file === mutant.file && mutant.code.includes(code) && (to === undefined || to === mutant.to)
}

function describe({ file, line, status, mutator, from, to }) {
  const why = status === 'NoCoverage' ? 'no test comes here' : 'no test notices'
  return `${why}: ${file}:${line} ${mutator}\n  - ${from.replaceAll('\n', '\n    ')}\n  + ${to.replaceAll('\n', '\n    ')}`
}
