/** What a process of `follow-worker` saw, and whether that is what is promised. Times are milliseconds on the machine's monotonic clock. */

/** Reads in a row that saw the same. */
export interface Run {
  readonly revision: number
  /** The note of the object that was served. */
  readonly serves: string
  readonly from: number
  until: number
  reads: number
}

/** A write, and when its promise had resolved. */
export interface Saved {
  readonly revision: number
  readonly at: number
}

export interface Observed {
  readonly name: string
  readonly saved: readonly Saved[]
  readonly runs: readonly Run[]
  readonly problems: readonly string[]
  /** Served at the end. */
  readonly revision: number
}

/** An instance at a revision, by what its object says. */
export interface Selected {
  readonly instance: string
  readonly note: string
}

/** What the history says. */
export interface Truth {
  /** What is selected at each revision. */
  readonly selected: ReadonlyMap<number, Selected>
  /** Of each note that was ever saved: whose it is, and the revision that put another in its place. */
  readonly notes: ReadonlyMap<string, { readonly instance: string; readonly until: number }>
}

/**
 * Checks every read of every process against the bound: a read at a time must serve what a revision made that is at least as new as the newest one that
 * was saved `bound` ms before. It serves that where the object's instance was selected at such a revision, and its config is not older than the one that the
 * instance had then. It may be newer: a config is read when the object is built, a moment after the index.
 *
 * @returns A sentence for each read that is too old, and the lags.
 */
export function checkReads(
  observed: readonly Observed[],
  truth: Truth,
  bound: number,
): { readonly late: readonly string[]; readonly lags: readonly number[] } {
  const saves = observed.flatMap(({ saved }) => saved).toSorted((a, b) => a.at - b.at)
  const newest = newestBy(truth)
  const late = observed.flatMap(({ name, runs }) =>
    runs.flatMap((run) => {
      // Of reads that saw the same the last one is the oldest.
      const wanted = newestBefore(saves, run.until - bound)
      const told = `${name}, serving revision ${run.revision} and '${run.serves}', ${bound} ms after revision ${wanted} was saved`
      const found: string[] = []
      if (run.revision < wanted) found.push(`${told}: an older revision`)
      if (!newest(run.serves, wanted)) found.push(`${told}: an object of before`)
      return found
    }),
  )
  // Those that write look at each write: how fast word gets around is seen where nothing is written.
  return { late, lags: observed.filter(({ saved }) => saved.length === 0).flatMap((process) => lagsOf(process, observed)) }
}

/** Whether an object that says so serves a revision at least as new as the wanted one. */
function newestBy({ selected, notes }: Truth): (note: string, wanted: number) => boolean {
  const sorted = [...selected].toSorted(([a], [b]) => a - b)
  // What was selected stays so until the next revision that is told.
  const steps = sorted.map(([from, { instance }], index) => ({ from, instance, until: sorted[index + 1]?.[0] ?? Infinity }))
  return (note, wanted) => {
    const known = notes.get(note)
    return steps.some(({ from, instance, until }) => {
      // In this step the instance was selected, and new enough from then on: what it was later is new enough as well.
      const since = Math.max(from, wanted)
      return instance === known?.instance && since < until && since < known.until
    })
  }
}

/** Of each write of the others: how long after it was saved this process read it. */
function lagsOf(process: Observed, observed: readonly Observed[]): number[] {
  return observed
    .filter((other) => other !== process)
    .flatMap(({ saved }) => saved)
    .flatMap(({ revision, at }) => {
      const run = process.runs.find((each) => each.revision >= revision)
      return run === undefined ? [] : [Math.max(0, run.from - at)]
    })
}

function newestBefore(saves: readonly Saved[], time: number): number {
  let newest = 0
  for (const { revision, at } of saves) if (at <= time) newest = Math.max(newest, revision)
  return newest
}

/** The value below which so large a share lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
