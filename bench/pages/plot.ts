import { misses, type Result } from '../harness/result.ts'
import { goalInWords, number } from './figures.ts'

const width = 880
const labelEnd = 380
const [plotStart, plotEnd] = [396, 780]
const [laneHeight, headHeight, gap] = [22, 44, 14]

const style = `
    svg { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif; --paper: #fff; --line: #d5d1c7; --ink: #1b1a17; --soft: #5c5850; --own: #3a55c9; --peer: #8a857a; --goal: #17714a; --missed: #a6321f }
    @media (prefers-color-scheme: dark) {
      svg { --paper: #191816; --line: #393631; --ink: #eeebe4; --soft: #b9b4a9; --own: #93a5ee; --peer: #989387; --goal: #5fcb95; --missed: #f0907f }
    }
    .paper { fill: var(--paper); stroke: var(--line) }
    text { fill: var(--ink) }
    .title { font-weight: 600; font-size: 15px }
    .soft, .tick { fill: var(--soft); font-size: 12px }
    .label { fill: var(--soft); text-anchor: end }
    .label.own, .value.own { fill: var(--own); font-weight: 600 }
    .tick { text-anchor: middle }
    .grid { stroke: var(--line); stroke-dasharray: 2 4 }
    .goal { stroke: var(--goal); stroke-width: 2 }
    .goalword { fill: var(--goal); font-size: 12px }
    .goalword.missed { fill: var(--missed) }
    .spread { stroke: var(--peer); stroke-width: 2 }
    .spread.own { stroke: var(--own); stroke-width: 3 }
    circle { fill: var(--peer) }
    circle.own { fill: var(--own) }
    .value { fill: var(--soft); font-size: 12px }`

interface Lane {
  readonly name: string
  readonly own: boolean
  readonly ratio: { readonly median: number; readonly p10: number; readonly p90: number }
}

/** A picture of some rows on one scale of ratios, each step ten times the one before. A dot is the median, the line the spread, the upright the goal. */
export function plotOf(title: string, results: readonly Result[]): string {
  const ratios = results.flatMap((result) => lanesOf(result).flatMap(({ ratio }) => [ratio.p10, ratio.p90]))
  const goals = results.map(goalOf)
  const [low, high] = [Math.floor(Math.log10(Math.min(...ratios, ...goals))), Math.ceil(Math.log10(Math.max(...ratios, ...goals)))]
  const span = Math.max(1, high - low)
  const x = (ratio: number): string => place(plotStart + ((Math.log10(ratio) - low) / span) * (plotEnd - plotStart))
  const parts: string[] = []
  let y = 56
  for (const result of results) {
    const lanes = lanesOf(result)
    const missed = misses(result).length > 0
    parts.push(`<text x="24" y="${y + 16}"><tspan font-weight="600">${result.id}</tspan> ${escaped(result.what)}</text>`)
    const top = y + headHeight - 8
    const bottom = top + lanes.length * laneHeight + 6
    const goal = x(goalOf(result))
    parts.push(
      `<path class="goal" d="M${goal} ${top}V${bottom}"/>`,
      `<text class="goalword${missed ? ' missed' : ''}" x="${goal}" y="${top - 4}" text-anchor="middle">${goalInWords(result)}${missed ? ', missed' : ''}</text>`,
    )
    for (const [index, { name, own, ratio }] of lanes.entries()) {
      const middle = top + index * laneHeight + laneHeight / 2 + 3
      const kind = own ? ' own' : ''
      parts.push(
        `<text class="label${kind}" x="${labelEnd}" y="${middle + 4}">${escaped(clipped(name))}</text>`,
        `<path class="spread${kind}" d="M${x(ratio.p10)} ${middle}H${x(ratio.p90)}"/>`,
        `<circle class="${own ? 'own' : 'peer'}" cx="${x(ratio.median)}" cy="${middle}" r="${own ? 5 : 4}"/>`,
        `<text class="value${kind}" x="${place(Math.max(Number(x(ratio.p90)), Number(x(ratio.median)) + 5) + 6)}" y="${middle + 4}">${number(ratio.median)}×</text>`,
      )
    }
    y = bottom + gap
  }
  const ticks = Array.from({ length: span + 1 }, (_, step) => 10 ** (low + step))
  const grid = ticks.map(
    (tick) => `<path class="grid" d="M${x(tick)} 52V${y}"/><text class="tick" x="${x(tick)}" y="${y + 16}">${tickWord(tick)}×</text>`,
  )
  const height = y + 32
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    `  <title id="title">${escaped(title)}</title>`,
    `  <desc id="description">${escaped(inWords(results))}</desc>`,
    `  <style>${style}\n  </style>`,
    `  <rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12"/>`,
    `  <text class="title" x="24" y="30">${escaped(title)}</text>`,
    `  <text class="soft" x="${width - 24}" y="30" text-anchor="end">times what it is compared with; less is better; each step is ten times</text>`,
    ...[...grid, ...parts].map((part) => `  ${part}`),
    '</svg>',
    '',
  ].join('\n')
}

function lanesOf({ outcome }: Result): readonly Lane[] {
  // What everything is compared with is 1 by its making; it has no spread.
  return outcome.compared.map(({ side, ratio }, index) => ({ name: side, own: index === 1, ratio }))
}

function goalOf({ goal, higherIsBetter }: Result): number {
  return higherIsBetter ? 1 / goal : goal
}

function inWords(results: readonly Result[]): string {
  return results
    .map(({ id, outcome }) => `${id}: ${outcome.compared.map(({ side, ratio }) => `${side} ${number(ratio.median)} times`).join(', ')}.`)
    .join(' ')
}

const clipped = (text: string): string => (text.length > 54 ? `${text.slice(0, 53)}…` : text)
const tickWord = (tick: number): string => (tick >= 1 ? tick.toLocaleString('en') : String(Number(tick.toPrecision(1))))
const place = (value: number): string => String(Math.round(value * 10) / 10)
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
