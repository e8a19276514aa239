import { figureOf, misses, type Result } from './result.ts'
import type { Growth } from './row.ts'
import type { Spread } from './stats.ts'

const number = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3))
const ratio = ({ median, p10, p90 }: Spread): string => `${number(median)}× (${number(p10)}–${number(p90)})`

/** The page of results, made from the raw ones alone. */
export function reportOf(results: readonly Result[]): string {
  const [first] = results
  if (first === undefined) throw new Error('There are no results to report.')
  const machines = new Set(
    results.map(
      ({ machine }) => `Node ${machine.node}, ${machine.system}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB`,
    ),
  )
  const lines = [
    '# Results',
    '',
    'Made by `npm run bench` from the raw results beside this page; `npm run bench -- --check` fails where the two differ. Every figure is a ratio: both',
    'sides ran in the same process or on the same server, in paired rounds, shuffled. In brackets: where a tenth of the rounds lies below and above.',
    '',
    ...[...machines].map((machine) => `- ${machine}`),
    '',
    '| # | what | against | goal | result | |',
    '|---|---|---|---|---|---|',
    ...results.map((result) => tableRow(result)),
    '',
    ...results.flatMap((result) => details(result)),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function tableRow(result: Result): string {
  const goal = `${result.higherIsBetter ? '≥' : '≤'} ${result.goal.toLocaleString('en')}×`
  const own = result.outcome.compared[1]
  const shown = own === undefined ? '-' : result.higherIsBetter ? `${number(figureOf(result))}×` : ratio(own.ratio)
  return `| ${result.id} | ${result.what} | ${result.against} | ${goal} | ${shown} | ${misses(result).length === 0 ? 'met' : 'missed'} |`
}

function details(result: Result): string[] {
  const { outcome, machine } = result
  return [
    `## ${result.id}: ${result.what}`,
    '',
    `${result.rounds} rounds, ${result.at}, commit ${machine.commit}, load ${machine.load} on ${machine.cores} cores.`,
    ...misses(result).map((miss) => `Missed: ${miss}.`),
    ...(outcome.notes ?? []),
    '',
    '| side | ratio |',
    '|---|---|',
    ...outcome.compared.map((each) => `| ${each.side} | ${ratio(each.ratio)} |`),
    '',
    ...(outcome.absent ?? []).map((peer) => `Not run: ${peer}`),
    ...(outcome.bounds ?? []).map(
      (bound) => `${bound.what}: ${bound.value.toLocaleString('en')} (at most ${bound.atMost.toLocaleString('en')})`,
    ),
    ...(outcome.growth ?? []).flatMap(growthTable),
    '',
  ]
}

function growthTable({ of, steps }: Growth): string[] {
  const sides = (steps[0]?.compared ?? []).map((each) => each.side)
  const rows = steps.map((step) => [step.size.toLocaleString('en'), ...step.compared.map((each) => ratio(each.ratio))])
  return [
    '',
    ...[[of, ...sides], Array.from({ length: sides.length + 1 }, () => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
  ]
}
