import type { Clock, Timer } from '../runtime/index.ts'
import { InvalidInputError } from '../errors/index.ts'

/** A clock that stands still until a test moves it on. */
export interface FakeClock extends Clock {
  /**
   * Lets so many milliseconds pass. What is due meanwhile is done at its time, one after the other, and what follows from it has a chance to happen before the
   * next. What waits for a database or a provider waits in real time.
   *
   * @throws InvalidInputError
   */
  advance(milliseconds: number): Promise<void>
}

/**
 * Makes a clock for `createBoard({ clock })`: deadlines of calls, ejection, retries of what could not be built, `disposeAfter`, `refreshEvery` and `checks` go by it.
 * `buildDeadline`, `close()` and the patience with a database go by real time, and so does what a plugin does by itself.
 *
 * @param options.now Where it begins, milliseconds since the epoch or a Date. Default: the time it is.
 * @example
 * const clock = fakeClock()
 * const board = createBoard({ plugins, store, keys, clock })
 * const late = board.use(Slow, { deadline: 5_000 }).ask()
 * await clock.advance(5_000)
 * await assert.rejects(late, DeadlineError)
 */
export function fakeClock({ now = Date.now() }: { readonly now?: number | Date } = {}): FakeClock {
  const began = Number(now)
  let elapsed = 0
  let timers: readonly { readonly at: number; readonly work: () => void }[] = []
  return {
    isExact: true,
    now: () => began + elapsed,
    elapsed: () => elapsed,
    after(delay: number, work: () => void): Timer {
      const timer = { at: elapsed + Math.max(delay, 0), work }
      const later = timers.findIndex((each) => each.at > timer.at)
      timers = later === -1 ? [...timers, timer] : timers.toSpliced(later, 0, timer)
      return {
        cancel: () => {
          timers = timers.filter((each) => each !== timer)
        },
      }
    },
    async advance(milliseconds: number): Promise<void> {
      if (!Number.isFinite(milliseconds) || milliseconds < 0)
        throw new InvalidInputError([{ pointer: '/milliseconds', message: `is ${milliseconds}, not a time that can pass` }])
      const end = elapsed + milliseconds
      await settle()
      for (let [due] = timers; due !== undefined && due.at <= end; [due] = timers) {
        timers = timers.slice(1)
        elapsed = Math.max(elapsed, due.at)
        due.work()
        await settle()
      }
      elapsed = end
      await settle()
    },
  }
}

/** Turns of the event loop that what follows from a timer may take: it may read an embedded database several times. */
const turns = 5

async function settle(): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}
