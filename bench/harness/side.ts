/**
 * One side of a comparison. It has its own loop, so that no harness code stands between two iterations, and gives something that depends on every
 * one of them, so that none can be optimised away.
 */
export interface Side {
  readonly name: string
  /** Does the work `times` times over. */
  run(times: number): number | Promise<number>
  /** Done before each round, and not timed. */
  before?(): Promise<void>
}

export function side(name: string, run: (times: number) => number | Promise<number>, before?: () => Promise<void>): Side {
  return before === undefined ? { name, run } : { name, run, before }
}
