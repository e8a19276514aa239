import { escapeText } from './escape.ts'

export interface Lane {
  readonly name: string
  readonly plugin: string
  /** From this order on an operator had it disabled. */
  readonly disabledFrom?: number | undefined
  /** From this order on its server was down. */
  readonly downFrom?: number | undefined
}

export interface TimelineOrder {
  /** Its place in the file, from 1. */
  readonly number: number
  readonly id: string
  /** Name of the instance that delivered it. */
  readonly instance: string
  /** In doubt when it was sent, and settled afterwards. */
  readonly settled: boolean
}

export interface Mark {
  readonly before: number
  readonly kind: 'switch' | 'outage'
  readonly label: string
}

export interface TimelineOptions {
  readonly lanes: readonly Lane[]
  readonly orders: readonly TimelineOrder[]
  readonly marks: readonly Mark[]
}

const width = 1080
const left = 176
const right = 72
const laneHeight = 58
const labelHeight = 24
/** Above so many orders single ones can't be pointed at, and their tooltips would only make the file large. */
const tooltips = 1_500

/** An SVG of order × instance: a tick for each order in the lane of the instance that delivered it, a cord from lane to lane. */
export function timeline({ lanes, orders, marks }: TimelineOptions): string {
  const count = Math.max(1, ...orders.map((order) => order.number))
  const top = 16 + marks.length * labelHeight
  const bottom = top + lanes.length * laneHeight
  const step = (width - left - right) / count
  const x = (number: number): number => left + (number - 1) * step
  const y = (lane: number): number => top + (lane + 0.5) * laneHeight
  const laneOf = new Map(lanes.map((lane, index) => [lane.name, index]))
  const n = (value: number): string => String(Math.round(value * 100) / 100)

  const laneParts = lanes.map((lane, index) => {
    const mine = orders.filter((order) => order.instance === lane.name).length
    const end = width - right
    const solidEnd = lane.disabledFrom === undefined ? end : x(lane.disabledFrom)
    return [
      lane.downFrom === undefined
        ? ''
        : `<rect class="down" x="${n(x(lane.downFrom))}" y="${n(y(index) - 20)}" width="${n(end - x(lane.downFrom))}" height="40" rx="4"/>` +
          `<text class="down-word" x="${n(end - 8)}" y="${n(y(index) - 6)}" text-anchor="end">server down</text>`,
      `<line class="lane" x1="${left}" x2="${n(solidEnd)}" y1="${n(y(index))}" y2="${n(y(index))}"/>`,
      solidEnd === end
        ? ''
        : `<line class="lane off" x1="${n(solidEnd)}" x2="${end}" y1="${n(y(index))}" y2="${n(y(index))}"/>` +
          `<text class="off-word" x="${n(end - 8)}" y="${n(y(index) - 6)}" text-anchor="end">disabled</text>`,
      `<text class="name" x="0" y="${n(y(index) - 2)}">${escapeText(short(lane.name, 22))}</text>`,
      `<text class="meta" x="0" y="${n(y(index) + 15)}">${escapeText(short(lane.plugin, 26))}</text>`,
      `<text class="count" x="${width}" y="${n(y(index) + 5)}" text-anchor="end">${mine}</text>`,
    ].join('')
  })

  const tickWidth = Math.max(0.8, step * 0.7)
  const ticks = orders.map((order) => {
    const lane = laneOf.get(order.instance)
    if (lane === undefined) return ''
    const half = order.settled ? 17 : 11
    const said = `Order ${order.number}, ${order.id}: ${order.instance}${order.settled ? ', settled after it was in doubt' : ''}`
    const shape = `class="tick${order.settled ? ' settled' : ''}" x="${n(x(order.number) + (step - tickWidth) / 2)}" y="${n(y(lane) - half)}" width="${n(tickWidth)}" height="${half * 2}"`
    return orders.length > tooltips ? `<rect ${shape}/>` : `<rect ${shape}><title>${escapeText(said)}</title></rect>`
  })

  // Later marks start lower, so a label to the right of its line is crossed by none.
  const labelY = (index: number): number => 12 + index * labelHeight
  const markLines = marks.map(
    ({ before, kind }, index) =>
      `<line class="mark ${kind}" x1="${n(x(before))}" x2="${n(x(before))}" y1="${labelY(index) - 10}" y2="${bottom}"/>`,
  )
  const markLabels = marks.map(({ before, kind, label }, index) => {
    const fits = x(before) + 8 + label.length * 7 <= width
    const place = fits ? `x="${n(x(before) + 8)}"` : `x="${n(x(before) - 8)}" text-anchor="end"`
    return `<text class="label ${kind}" y="${labelY(index)}" ${place}>${escapeText(label)}</text>`
  })

  const axis = axisNumbers(count).map(
    (number) =>
      `<line class="axis" x1="${n(x(number) + step / 2)}" x2="${n(x(number) + step / 2)}" y1="${bottom}" y2="${bottom + 5}"/>` +
      `<text class="meta" x="${n(x(number) + step / 2)}" y="${bottom + 20}" text-anchor="middle">${number}</text>`,
  )

  const told = lanes.map((lane) => `${lane.name} delivered ${orders.filter((order) => order.instance === lane.name).length}`).join(', ')
  const desc = `${orders.length} orders from left to right in the order they were placed, one lane for each instance. ${told}. ${marks.map((mark) => `Before order ${mark.before}: ${mark.label}.`).join(' ')}`
  return [
    `<svg viewBox="0 0 ${width} ${bottom + 44}" role="img" aria-labelledby="timeline-title timeline-desc" xmlns="http://www.w3.org/2000/svg">`,
    `<title id="timeline-title">Which instance delivered which order</title><desc id="timeline-desc">${escapeText(desc)}</desc>`,
    ...laneParts,
    `<line class="axis" x1="${left}" x2="${width - right}" y1="${bottom}" y2="${bottom}"/>`,
    ...axis,
    `<text class="meta" x="${left + (width - left - right) / 2}" y="${bottom + 40}" text-anchor="middle">order</text>`,
    `<path class="cord" d="${cord(orders, (order) => [x(order.number) + step / 2, y(laneOf.get(order.instance) ?? 0)], n)}"/>`,
    ...ticks,
    ...markLines,
    ...markLabels,
    '</svg>',
  ].join('\n')
}

/** The patch cord: along the lane that is selected, and over to the next one where it changes. */
function cord(
  orders: readonly TimelineOrder[],
  at: (order: TimelineOrder) => readonly [number, number],
  n: (value: number) => string,
): string {
  const sent = orders.filter((order) => !order.settled).toSorted((a, b) => a.number - b.number)
  let path = ''
  let last: readonly [number, number] | undefined
  for (const [index, order] of sent.entries()) {
    const [x, y] = at(order)
    const next = sent[index + 1]
    if (last === undefined) path = `M${n(x)} ${n(y)}`
    else if (last[1] !== y) {
      // A single order that overtook its neighbour is no change of lane.
      if (next !== undefined && at(next)[1] === last[1]) continue
      path += ` H${n(last[0])} C${n(last[0] + 20)} ${n(last[1])} ${n(x - 20)} ${n(y)} ${n(x)} ${n(y)}`
    }
    last = [x, y]
  }
  return last === undefined ? '' : `${path} H${n(last[0])}`
}

/** Round numbers for the axis: at most about ten, the first and the last among them. */
function axisNumbers(count: number): readonly number[] {
  const unit =
    [1, 2, 5, 10, 20, 30, 50, 60, 100, 200, 500, 1000, 2000, 5000, 10_000].find((each) => count / each <= 9) ?? Math.ceil(count / 9)
  const round = Array.from({ length: Math.floor(count / unit) }, (_, index) => (index + 1) * unit)
  return [...new Set([1, ...round.filter((number) => number > unit * 0.4 && count - number > unit * 0.4), count])]
}

function short(text: string, longest: number): string {
  const letters = Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment)
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : text
}
