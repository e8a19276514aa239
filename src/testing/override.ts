import type { Board } from '../board.ts'
import type { Contract, Hooks } from '../contract/index.ts'
import { MisuseError } from '../errors/index.ts'

/** A fake that stands in for a type's instances until the end of the block. */
export interface Override<F> extends Disposable {
  readonly fake: F
  /** The same as the end of the block; a second call does nothing. */
  restore(): void
}

/**
 * Has a fake answer a contract until the end of the block: for `get`, `find`, `resolve`, `lease`, `run` and every handle, those that are held already too.
 * The board needs neither a database nor to be ready for that. Overrides nest: the newest one answers, and taking it away brings the one before back.
 *
 * Failover goes by what the fake throws, as always: an `Unavailable` ends in `AllInstancesFailedError`, since nobody else is left. Its hooks are not called;
 * `instances`, `getById` and `admin` go on seeing what is stored.
 *
 * @param fake Anything with the contract's methods; one that is missing is a compile error.
 * @throws MisuseError where a method is missing, for plain JavaScript; UnknownTypeError; BoardClosedError
 * @example
 * using _ = override(board, PaymentGateway, { charge: async () => ({ id: 'r-1' }), refund: async () => {} })
 * await checkout(order) // whatever it gets from the board is the fake
 */
export function override<T extends Hooks, F extends T>(board: Board, type: Contract<T>, fake: F): Override<F> {
  const slot = board.internals.runtime.slot(type)
  const missing = [...slot.type.methods.keys()].filter((name) => typeof (fake as Record<string, unknown>)[name] !== 'function')
  if (missing.length > 0)
    throw new MisuseError(`The fake for '${slot.type.key}' has no method ${missing.map((name) => `'${name}'`).join(', ')}. Give it one.`)
  const restore = slot.standIn(fake)
  return { fake, restore, [Symbol.dispose]: restore }
}
