import type { Strategy } from '../contract/index.ts'
import { MisuseError, quote } from '../errors/index.ts'
import { hashText } from '../selection/index.ts'

/** A turn is counted up to here, then from 0 again. */
const lastTurn = 0x7fff_ffff

/** What one type's calls go by, each in its turn. What comes next is known before it is used, so that it can be explained. */
export class Draws {
  readonly #type: string
  readonly #random: () => number
  #drawn: number
  /** Each process begins somewhere else, so that many of them do not begin with the same instance. */
  #turn: number

  /** @param random From 0 up to 1. */
  constructor(type: string, random: () => number) {
    this.#type = type
    this.#random = random
    this.#drawn = random()
    this.#turn = Math.floor(random() * lastTurn)
  }

  /** What the next call will go by. @throws what the sticky key's function throws; MisuseError where it gives no text */
  peek(strategy: Strategy<unknown>, context: unknown): number {
    if (typeof strategy !== 'string') return this.#hash(strategy.key(context))
    return strategy === 'weighted' ? this.#drawn : this.#turn
  }

  /** The same, used up. */
  take(strategy: Strategy<unknown>, context: unknown): number {
    const at = this.peek(strategy, context)
    if (strategy === 'weighted') this.#drawn = this.#random()
    else if (strategy === 'round-robin') this.#turn = this.#turn === lastTurn ? 0 : this.#turn + 1
    return at
  }

  #hash(key: unknown): number {
    if (typeof key === 'string') return hashText(key)
    throw new MisuseError(`The sticky key of '${this.#type}' is ${quote(key)}, not text. Return text from { name: 'sticky', key }.`)
  }
}
