import { misses, type Result } from '../harness/result.ts'
import type { Growth } from '../harness/row.ts'
import { figureInWords, goalInWords, number, ratioInWords } from './figures.ts'

/** The page of results, made from the raw ones and the reasons alone. */
export function reportOf(results: readonly Result[], reasons: Readonly<Record<string, string>>): string {
  const lines = [
    '# Results',
    '',
    'Made by `npm run bench` from the raw results in `results/`; `npm run bench -- --check` fails where the two differ. Every figure is a ratio: both sides ran',
    'in the same process or on the same server, in paired rounds, shuffled. In brackets: where a tenth of the rounds lies below and above. Machines differ and',
    'may be shared; the ratios are what is to be compared, and the load at the time stands with each row.',
    '',
    ...[...new Set(results.map(machineInWords))].map((machine) => `- ${machine}`),
    '',
    '| # | what | against | goal | result | |',
    '|---|---|---|---|---|---|',
    ...results.map((result) => tableRow(result, reasons[result.id])),
    '',
    ...results.flatMap((result) => details(result, reasons[result.id])),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function machineInWords({ machine }: Result): string {
  return `Node ${machine.node}, ${machine.system}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB`
}

function tableRow(result: Result, reason: string | undefined): string {
  const missed = misses(result).length > 0
  const verdict = missed ? (reason === undefined ? '**MISSED, AND NOTHING SAYS WHY**' : 'missed, see below') : 'met'
  return `| ${result.id} | ${result.what} | ${result.against} | ${goalInWords(result)} | ${figureInWords(result)} | ${verdict} |`
}

function details(result: Result, reason: string | undefined): string[] {
  const { outcome, machine, versions } = result
  const missed = misses(result)
  const beside = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    `## ${result.id}: ${result.what}`,
    '',
    `${result.rounds} rounds, ${result.at}, commit ${machine.commit}, load ${machine.load.join(' to ')} on ${machine.cores} cores.`,
    ...(beside.length === 0 ? [] : [`With ${beside.join(', ')}.`]),
    ...(outcome.notes ?? []),
    '',
    ...missed.map((miss) => `Missed: ${miss}.`),
    ...(missed.length === 0 ? [] : [reason === undefined ? '**Nothing says why.**' : `Why: ${reason}`]),
    ...(missed.length === 0 && reason !== undefined ? [`**It meets its goal, yet a reason stands for why it does not:** ${reason}`] : []),
    '',
    '| side | ratio |',
    '|---|---|',
    ...outcome.compared.map((each) => `| ${each.side} | ${ratioInWords(each.ratio)} |`),
    '',
    ...(outcome.absent ?? []).map((peer) => `- Not run: ${peer}`),
    ...(outcome.bounds ?? []).map(({ what, value, atMost }) => `- ${what}: ${number(value)} (at most ${number(atMost)})`),
    ...(outcome.growth ?? []).flatMap(growthTable),
    '',
  ].filter((line, index, all) => line !== '' || all[index - 1] !== '')
}

function growthTable({ of, steps }: Growth): string[] {
  const sides = (steps[0]?.compared ?? []).map((each) => each.side)
  const rows = steps.map((step) => [step.size.toLocaleString('en'), ...step.compared.map((each) => ratioInWords(each.ratio))])
  return [
    '',
    ...[[of, ...sides], Array.from({ length: sides.length + 1 }, () => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
  ]
}
