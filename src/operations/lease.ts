import type { LeaseRow, Store } from '../store/index.ts'

/** What a lease is made of. */
export interface LeaseOptions {
  readonly store: Pick<Store, 'read' | 'claimLease' | 'releaseLease'>
  /** Of the work: whoever does the same work names it alike. */
  readonly name: string
  /** This process. */
  readonly holder: string
  /** Milliseconds that a holder who says nothing keeps it. */
  readonly ttl: number
  /** Monotonic milliseconds. */
  readonly elapsed: () => number
}

/**
 * Work that one of many processes does. No clocks are compared: the holder raises a counter in the row, and whoever has seen it stand still for `ttl` ms
 * of their own monotonic time takes over. So a clock that jumps gives nobody the lease, and takes it from nobody.
 */
export class Lease {
  readonly #options: LeaseOptions
  /** The row as it was last seen, and since when it stands so. */
  #seen: { readonly row: LeaseRow; readonly since: number } | undefined
  #heldUntil = -Infinity

  constructor(options: LeaseOptions) {
    this.#options = options
  }

  /** Whether this process may do the work now. A quarter of the time is left to those who would take over. */
  get isHeld(): boolean {
    return this.#options.elapsed() < this.#heldUntil
  }

  /** Takes it where it is free, keeps it where it is held. To be called several times within `ttl`. */
  async hold(): Promise<boolean> {
    const { store, name, holder, ttl, elapsed } = this.#options
    const asked = elapsed()
    const row = await store.read((reader) => reader.lease(name))
    const stoodStill = row !== null && isSame(row, this.#seen?.row) && asked - (this.#seen?.since ?? asked) >= ttl
    if (row !== null && row.holder !== holder && !stoodStill) {
      this.#see(row)
      this.#heldUntil = -Infinity
      return false
    }
    const now = await store.claimLease(name, holder, row)
    this.#see(now)
    // From before it was asked for: the answer may have taken a while.
    this.#heldUntil = now.holder === holder ? asked + ttl * 0.75 : -Infinity
    return this.isHeld
  }

  /** Gives it back, so that nobody has to wait. */
  async release(): Promise<void> {
    const { store, name, holder } = this.#options
    if (this.#heldUntil === -Infinity) return
    this.#heldUntil = -Infinity
    await store.releaseLease(name, holder)
  }

  #see(row: LeaseRow): void {
    if (!isSame(row, this.#seen?.row)) this.#seen = { row, since: this.#options.elapsed() }
  }
}

function isSame(one: LeaseRow, other: LeaseRow | undefined): boolean {
  return one.holder === other?.holder && one.beat === other.beat
}
