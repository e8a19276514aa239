/** Reproducible numbers: the same seed gives the same row of them. */
export interface Random {
  readonly seed: number
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number
  shuffled<T>(items: readonly T[]): readonly T[]
}

/**
 * @param name Environment variable that gives the seed of a run to repeat; without it the seed is a new one, and is printed.
 */
export function seededRandom(name: string): Random {
  const seed = Number(process.env[name] ?? Math.floor(Math.random() * 2 ** 31))
  console.log(`${name}=${seed}`)
  return randomOf(seed)
}

/** mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    seed,
    below,
    shuffled: (items) => {
      const left = [...items]
      return items.flatMap(() => left.splice(below(left.length), 1))
    },
  }
}
