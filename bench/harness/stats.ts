/** A ratio over the rounds: its median, and where a tenth of the rounds lies below and above. */
export interface Spread {
  readonly median: number
  readonly p10: number
  readonly p90: number
}

/** The value below which a share of the sorted values lies, interpolated. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: percentile(values, 0.5), p10: percentile(values, 0.1), p90: percentile(values, 0.9) }
}
