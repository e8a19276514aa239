import { hashText, mix } from './hash-text.ts'

/** What takes part: `id` decides which keys it gets, `weight` how many. */
export interface Contender {
  readonly id: string
  /** Not negative; where all are 0 each counts alike. */
  readonly weight: number
}

/**
 * Prepares a sticky choice by weighted rendezvous hashing: each key goes to whoever scores best for it. Where one leaves, only its keys move; where one comes,
 * it takes its share from all. The ids are hashed ahead; a choice is one pass over numbers.
 *
 * @returns The index for a key's hash, see `hashText`.
 */
export function rendezvous(contenders: readonly Contender[]): (keyHash: number) => number {
  const hashes = Uint32Array.from(contenders, (each) => hashText(each.id))
  const [first] = contenders
  if (contenders.every((each) => each.weight === first?.weight)) return amongEquals(hashes)
  const inverse = Float64Array.from(contenders, (each) => 1 / each.weight)
  const count = hashes.length
  return (keyHash) => {
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (let index = 0; index < count; index++) {
      // The time to a first event at a rate of `weight`, for a draw `u`: -ln(u) / weight. The least wins. Since 1 - u <= -ln(u), most need no logarithm.
      const u = (mix(keyHash ^ (hashes[index] as number)) + 0.5) / 4_294_967_296
      const slowness = inverse[index] as number
      if ((1 - u) * slowness >= least) continue
      const time = -Math.log(u) * slowness
      if (time < least) {
        least = time
        best = index
      }
    }
    return best
  }
}

/** The same where each counts alike: the greatest draw wins, and no number need be anything but whole. */
function amongEquals(hashes: Uint32Array): (keyHash: number) => number {
  const count = hashes.length
  return (keyHash) => {
    let best = count === 0 ? -1 : 0
    let most = lowest
    for (let index = 0; index < count; index++) {
      const draw = mix(keyHash ^ (hashes[index] as number)) ^ lowest
      if (draw <= most) continue
      most = draw
      best = index
    }
    return best
  }
}

/** Draws are compared as signed numbers, of which this is the least. */
const lowest: number = -(2 ** 31)
