import type { Compared } from './measure.ts'

/** A statement of a row that stands beside its ratio. */
export interface Bound {
  readonly what: string
  readonly value: number
  readonly atMost: number
  /**
   * What the value is, and so how the guard holds to it. `count` (default): a number of statements, of files; to the letter. `weighed`: bytes. `ratio`: of two
   * things measured in one process. Both with the slack of ratios. `timed`: milliseconds, a share of a core, what passes between processes; not guarded, for a
   * busy machine decides it.
   */
  readonly kind?: 'count' | 'weighed' | 'ratio' | 'timed'
}

/** How the ratio grows with the work. */
export interface Growth {
  /** What grows: `instances`. */
  readonly of: string
  readonly steps: readonly { readonly size: number; readonly compared: readonly Compared[] }[]
}

/** What one row gives. */
export interface Outcome {
  /** The first one is what the others are compared with, the second one is Plugboard; the rest are peers. */
  readonly compared: readonly Compared[]
  readonly growth?: readonly Growth[]
  readonly bounds?: readonly Bound[]
  /** Peers that could not run here, and why. */
  readonly absent?: readonly string[]
  /** What a reader must know to trust the row. */
  readonly notes?: readonly string[]
}

/** How much is to be done: `quick` is the guard that runs in two minutes for all rows together. */
export interface RowScale {
  readonly quick: boolean
  readonly rounds: number
}

/** One goal of the table. A file of `rows/` exports one. */
export interface Row {
  /** `R1` */
  readonly id: string
  readonly what: string
  readonly against: string
  /** The ratio is at most this. */
  readonly goal: number
  /** Or at least this: rows where Plugboard is to be so many times faster than what it replaces. */
  readonly higherIsBetter?: true
  /**
   * What the guard (`--quick`) goes by. `ratio`: both sides run in this process alone, so its processor time can be counted, which other processes don't change
   * much. `counts`: a server, a disk or another process has a say, and only the bounds are looked at.
   */
  readonly guardedBy: 'ratio' | 'counts'
  /** The ratio that the guard allows, where a row is so far from its goal that three times the goal would be too near to what is measured. */
  readonly guardAt?: number
  /** What runs beside Plugboard or under it, for the versions: packages, `PostgreSQL`, `SQLite`. */
  readonly peers?: readonly string[]
  run(scale: RowScale): Promise<Outcome>
}
