import { systemClock, type Clock, type Timer } from './clock.ts'

/** The longest the wheel sleeps before it looks whether a call has begun. Milliseconds. */
const longestNap = 50

/** Something that a deadline may end. Linked into a line of those with the same deadline; not in one while `line` is `undefined`. */
export abstract class Timed {
  /** @internal Links of the line. */
  line: Line | undefined
  /** @internal */
  before: Timed | undefined
  /** @internal */
  after: Timed | undefined
  /** @internal Whole monotonic milliseconds; -1 until the wheel has seen it. */
  expiresAt = -1

  /** Called once, when the time is over. */
  abstract expire(): void
}

/** Those that have the same time to end, in the order in which they began, so that the first is always the next to expire. */
export class Line {
  /** Milliseconds. */
  readonly duration: number
  /** Milliseconds after which what has begun must have been seen: a sixteenth of the deadline. */
  readonly nap: number
  /** @internal */
  first: Timed | undefined
  /** @internal */
  last: Timed | undefined
  /** @internal Whether the wheel looks at it; it goes on to until it finds it empty. */
  isListed = false

  constructor(duration: number) {
    this.duration = duration
    this.nap = Math.min(Math.max(duration / 16, 1), longestNap)
  }
}

/**
 * One timer for all deadlines of a board. A call that begins is put at the end of a line, and taken out when it ends; that is all it costs. Only what is still
 * there when the wheel looks (a sixteenth of the deadline later, 50 ms at most) is given a time to expire, so a deadline strikes late by up to that, and
 * never early, however long the event loop was held up.
 */
export class DeadlineWheel {
  readonly #elapsed: () => number
  readonly #after: Clock['after']
  /** Each is given its time when it begins. */
  readonly #isExact: boolean
  #lines: Line[] = []
  #count = 0
  #timer: Timer | undefined
  /** Milliseconds that whoever begins now may count on it to look within. */
  #sleeps = Number.POSITIVE_INFINITY
  #wakesAt = Number.POSITIVE_INFINITY
  #isLong = false

  /** @param elapsed Monotonic milliseconds. */
  constructor(elapsed: () => number, { after, isExact = false }: Pick<Clock, 'after' | 'isExact'> = systemClock) {
    this.#elapsed = elapsed
    this.#after = after
    this.#isExact = isExact
  }

  /** How many have not ended. */
  get size(): number {
    return this.#count
  }

  add(line: Line, timed: Timed): void {
    timed.line = line
    timed.before = line.last
    if (line.last === undefined) line.first = timed
    else line.last.after = timed
    line.last = timed
    if (!line.isListed) {
      line.isListed = true
      this.#lines.push(line)
    }
    this.#count++
    if (this.#isExact) this.#beginAt(line, timed)
    else if (this.#sleeps > line.nap) this.#wakeWithin(line.nap)
  }

  /** Takes out what has ended; nothing where it is not in a line. */
  remove(timed: Timed): void {
    const { line, before, after } = timed
    if (line === undefined) return
    if (before === undefined) line.first = after
    else before.after = after
    if (after === undefined) line.last = before
    else after.before = before
    timed.line = timed.before = timed.after = undefined
    // A timer of a few milliseconds may run out by itself; a longer one must not keep the process.
    if (--this.#count === 0 && this.#isLong) this.#stop()
  }

  #beginAt(line: Line, timed: Timed): void {
    timed.expiresAt = Math.ceil(this.#elapsed() + line.duration)
    if (timed.expiresAt < this.#wakesAt) this.#sleep(timed.expiresAt - this.#elapsed())
  }

  /** Wakes up earlier, where it would otherwise sleep longer than that. */
  #wakeWithin(nap: number): void {
    if (this.#elapsed() + nap < this.#wakesAt) this.#sleep(nap)
    // Soon enough as it is, for all that begin until then.
    else this.#sleeps = nap
  }

  #sleep(delay: number): void {
    this.#timer?.cancel()
    this.#sleeps = delay
    this.#isLong = delay > longestNap
    this.#wakesAt = this.#elapsed() + delay
    this.#timer = this.#after(delay, () => this.#look())
  }

  #stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#sleeps = Number.POSITIVE_INFINITY
    this.#wakesAt = Number.POSITIVE_INFINITY
  }

  #look(): void {
    this.#stop()
    this.#lines = this.#lines.filter((each) => {
      each.isListed = each.first !== undefined
      return each.isListed
    })
    const now = this.#elapsed()
    const expired: Timed[] = []
    let next = Number.POSITIVE_INFINITY
    for (const line of this.#lines) {
      const expiresAt = Math.ceil(now + line.duration)
      for (let each = line.last; each?.expiresAt === -1; each = each.before) each.expiresAt = expiresAt
      let each = line.first
      for (; each !== undefined && each.expiresAt <= now; each = each.after) expired.push(each)
      if (each !== undefined) next = Math.min(next, each.expiresAt - now)
    }
    for (const each of expired) {
      if (each.line === undefined) continue
      this.remove(each)
      each.expire()
    }
    if (this.#sleeps > next) this.#sleep(Math.max(next, 1))
  }
}
