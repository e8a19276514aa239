/** Does `work` once, so many milliseconds from now. */
export type After = (delay: number, work: () => void, options?: { readonly background?: boolean }) => Timer

/** Something that is to be done later. */
export interface Timer {
  /** It is not done any more. */
  cancel(): void
}

/** What time it is, and what is to be done later: `fakeClock()` from `plugboard/testing` is one that a test moves on. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds since some moment. It never goes back. */
  elapsed(): number
  /** Does `work` once, `delay` milliseconds from now; in the `background`, where it does not keep the process alive. */
  after(delay: number, work: () => void, options?: { readonly background?: boolean }): Timer
  /** Looking at it costs nothing and time only moves when told to, so that deadlines strike to the millisecond. Default false. */
  readonly isExact?: boolean
}

/** The machine's. */
export const systemClock: Clock & { readonly after: After } = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delay, work, { background = false } = {}) {
    const timer = setTimeout(work, delay)
    if (background) timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
}
