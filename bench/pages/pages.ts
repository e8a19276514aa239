import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { misses, type Result } from '../harness/result.ts'
import { readResults, resultsFolder } from '../harness/rows.ts'
import { reasons } from '../reasons.ts'
import { families, type Family } from './families.ts'
import { figureInWords, goalInWords } from './figures.ts'
import { plotOf } from './plot.ts'
import { reportOf } from './report.ts'

const root = join(import.meta.dirname, '..', '..')
const guide = 'docs/guide/performance.md'

/** What the pages are to be, by their path in the repository, given the raw results. The guide keeps its words and gets its tables. */
export function pagesOf(results: readonly Result[], guideNow: string): Readonly<Record<string, string>> {
  if (results.length === 0) return {}
  const plots = families.flatMap((family) => {
    const rows = rowsOf(family, results)
    return rows.length === 0 ? [] : [[`docs/guide/performance/${family.name}.svg`, plotOf(family.title, rows)] as const]
  })
  return { 'bench/RESULTS.md': reportOf(results, reasons), ...Object.fromEntries(plots), [guide]: withTables(guideNow, results) }
}

/** Writes the pages that the committed results give. */
export function writePages(): void {
  for (const [path, text] of Object.entries(pagesOf(readResults(resultsFolder), now(guide)))) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** The pages that are not what the committed results give, in words. */
export function problemsOfPages(): string[] {
  return Object.entries(pagesOf(readResults(resultsFolder), now(guide)))
    .filter(([path, text]) => now(path) !== text)
    .map(([path]) => `${path} is not what the raw results and reasons give. Run npm run bench -- --pages, and commit what it writes.`)
}

function now(path: string): string {
  const file = join(root, path)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** Puts between `<!-- NAME -->` and `<!-- /NAME -->` what was measured of the family of that name. */
export function withTables(text: string, results: readonly Result[]): string {
  return families.reduce((page, family) => {
    const [open, close] = [`<!-- ${family.name} -->`, `<!-- /${family.name} -->`]
    const [start, end] = [page.indexOf(open), page.indexOf(close)]
    if (start === -1 || end < start) throw new Error(`${guide} has no place for '${family.name}': ${open} … ${close}`)
    return `${page.slice(0, start + open.length)}\n\n${tableOf(family, results)}\n\n${page.slice(end)}`
  }, text)
}

function tableOf(family: Family, results: readonly Result[]): string {
  const rows = rowsOf(family, results)
  if (rows.length === 0) return 'Not measured yet.'
  return [
    `![${family.title}: each row's ratios, its goal and its peers](performance/${family.name}.svg)`,
    '',
    '| | what | against | goal | measured |',
    '|---|---|---|---|---|',
    ...rows.map(
      (each) =>
        `| ${each.id} | ${each.what} | ${each.against} | ${goalInWords(each)} | ${figureInWords(each)}${misses(each).length === 0 ? '' : ', missed'} |`,
    ),
    ...rows.flatMap((each) => {
      const reason = reasons[each.id]
      return reason === undefined ? [] : ['', `**${each.id}:** ${reason}`]
    }),
  ].join('\n')
}

function rowsOf(family: Family, results: readonly Result[]): readonly Result[] {
  return family.rows.flatMap((id) => results.find((result) => result.id === id) ?? [])
}
