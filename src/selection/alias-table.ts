/**
 * Prepares a weighted draw that costs the same for three and for ten thousand weights (Walker's alias method, as Vose builds it).
 *
 * @param weights Not negative; where all are 0 each counts alike.
 * @returns The index for a number from 0 up to 1, each index in proportion to its weight.
 */
export function aliasTable(weights: readonly number[]): (at: number) => number {
  const count = weights.length
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const alias = new Int32Array(count)
  // Of each column: the share that is its own; the rest is its alias's. Where all weights are 0 it is no number, which is not poor: each keeps its column.
  const own = Float64Array.from(weights, (weight) => (weight * count) / total)
  const isPoor = (index: number): boolean => (own[index] as number) < 1
  const indexes = [...own.keys()]
  const poor = indexes.filter(isPoor)
  const rich = indexes.filter((index) => !isPoor(index))
  while (poor.length > 0 && rich.length > 0) {
    const less = poor.pop() as number
    const more = rich.at(-1) as number
    alias[less] = more
    own[more] = (own[more] as number) - (1 - (own[less] as number))
    if (isPoor(more)) poor.push(rich.pop() as number)
  }
  // What rounding left over is full.
  for (const index of [...poor, ...rich]) own[index] = 1
  // Whole numbers, so that nothing branches on what chance decides: a processor guesses branches, and here it would be wrong every other time.
  const upTo = Int32Array.from(own, (share) => Math.round(share * whole))
  return (at) => {
    const column = at * count
    // Below the count, as the number is below 1: no product of the two is rounded up to it.
    const index = column | 0
    const other = alias[index] as number
    // All ones where the number lies in the column's own share, else 0.
    const isOwn = ((((column - index) * whole) | 0) - (upTo[index] as number)) >> 31
    return other ^ ((other ^ index) & isOwn)
  }
}

/** What a whole column counts. */
const whole = 2 ** 30
