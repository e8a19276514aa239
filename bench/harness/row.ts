import type { Compared } from './measure.ts'

/** A statement that must hold to the letter, whatever the machine: a count of statements, of bytes. */
export interface Bound {
  readonly what: string
  readonly value: number
  readonly atMost: number
  /** Where it is a time or a share of one: the guard is as generous with it as with the ratio. */
  readonly isTimed?: true
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
  run(scale: RowScale): Promise<Outcome>
}
