/** Buckets of a histogram of durations: four for each doubling, from 1 µs to half an hour. */
const buckets = 128
/** Milliseconds of one window, and how many make up the hour that is kept. */
const windowLength = 120_000
const windowsKept = 30
/** So many windows in a row share a histogram: each would be ten times as large as all its counts. */
const windowsTimedTogether = 5

interface Window {
  readonly start: number
  calls: number
  errors: number
  late: number
  readonly timing: Timing
}

/** How many calls were timed, by bucket; made when the first one is. */
interface Timing {
  windows: number
  timed: Uint32Array | undefined
}

/** What an instance's calls of the last hour were like. */
export interface CallFigures {
  readonly calls: number
  /** Calls that failed, whatever became of them then. `Rejected` is an answer and counts as none. */
  readonly errors: number
  /** Calls whose answer came after their deadline, or after their caller had given up. It was thrown away. */
  readonly late: number
  /** Milliseconds within which so many of the calls ended, rounded up by at most a quarter; `null` where none was timed. Under load one call in sixteen is timed. */
  readonly latency: { readonly p50: number; readonly p90: number; readonly p99: number } | null
  /** The hour in 30 parts of two minutes, the oldest first. The last one is not over. */
  readonly recent: readonly { readonly calls: number; readonly errors: number }[]
}

/** Counts an instance's calls by windows of two minutes, and forgets what is older than an hour. Its size is bounded. What calls took is kept up to ten minutes longer. */
export class CallCounters {
  #windows: Window[] = []
  /** Counts go here. */
  #window: Window = newWindow(Number.NEGATIVE_INFINITY)
  #end = Number.NEGATIVE_INFINITY

  /** @param now Monotonic milliseconds. */
  call(now: number): void {
    if (now >= this.#end) this.#turn(now)
    this.#window.calls++
  }

  error(): void {
    this.#window.errors++
  }

  late(): void {
    this.#window.late++
  }

  /** @param duration Milliseconds. */
  took(duration: number): void {
    const { timing } = this.#window
    timing.timed ??= new Uint32Array(buckets)
    const bucket = bucketOf(duration)
    timing.timed[bucket] = (timing.timed[bucket] as number) + 1
  }

  figures(now: number): CallFigures {
    const kept = this.#windows.filter((each) => each.start > now - windowLength * windowsKept)
    const sum = (count: (window: Window) => number): number => kept.reduce((total, each) => total + count(each), 0)
    const timed = new Uint32Array(buckets)
    for (const each of new Set(kept.map(({ timing }) => timing)))
      each.timed?.forEach((count, bucket) => (timed[bucket] = (timed[bucket] as number) + count))
    const total = timed.reduce((all, count) => all + count, 0)
    const within = (share: number): number => {
      let seen = 0
      const bucket = timed.findIndex((count) => (seen += count) >= Math.ceil(share * total))
      return upperBound(bucket)
    }
    return {
      calls: sum((each) => each.calls),
      errors: sum((each) => each.errors),
      late: sum((each) => each.late),
      latency: total === 0 ? null : { p50: within(0.5), p90: within(0.9), p99: within(0.99) },
      recent: recentOf(kept, now),
    }
  }

  #turn(now: number): void {
    const { timing } = this.#window
    // A histogram that spans more than its windows would keep what is long over.
    const shares = timing.windows < windowsTimedTogether && now - this.#end < windowLength
    this.#window = newWindow(now, shares ? timing : undefined)
    this.#end = now + windowLength
    this.#windows = [...this.#windows.slice(1 - windowsKept), this.#window]
  }
}

function newWindow(start: number, timing: Timing = { windows: 0, timed: undefined }): Window {
  timing.windows++
  return { start, calls: 0, errors: 0, late: 0, timing }
}

function recentOf(kept: readonly Window[], now: number): CallFigures['recent'] {
  const parts = Array.from({ length: windowsKept }, () => ({ calls: 0, errors: 0 }))
  for (const { start, calls, errors } of kept) {
    const part = parts[windowsKept - 1 - Math.floor((now - start) / windowLength)]
    if (part === undefined) continue
    part.calls += calls
    part.errors += errors
  }
  return parts
}

function bucketOf(duration: number): number {
  const micros = Math.min(Math.max(Math.ceil(duration * 1_000), 1), 2 ** 31 - 1)
  const octave = 31 - Math.clz32(micros)
  const quarter = octave >= 2 ? (micros >> (octave - 2)) & 3 : octave === 1 ? (micros & 1) * 2 : 0
  return octave * 4 + quarter
}

/** The longest duration that falls into a bucket, in milliseconds. */
function upperBound(bucket: number): number {
  const octave = Math.floor(bucket / 4)
  const quarter = bucket % 4
  return (2 ** octave * (5 + quarter)) / 4 / 1_000
}
