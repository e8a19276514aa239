/** How a call was made. */
export type Kind = 'charge' | 'aborted' | 'run' | 'get' | 'lease' | 'direct' | 'quote' | 'deliver' | 'stream'
export const kinds: readonly Kind[] = ['charge', 'aborted', 'run', 'get', 'lease', 'direct', 'quote', 'deliver', 'stream']

/** What its caller was told. `nothing_done` is every error that says for certain that no provider acted. */
export type Outcome = 'ok' | 'rejected' | 'nothing_done' | 'uncertain'
export const outcomes: readonly Outcome[] = ['ok', 'rejected', 'nothing_done', 'uncertain']

/** How often providers may have acted for one call, whose caller was told so. `undefined`: it should not have been told that. */
export function allowed(kind: Kind, outcome: Outcome): readonly [least: number, most: number] | undefined {
  // What only fails for certain, with somebody healthy beside, may not fail.
  if (kind === 'deliver') return outcome === 'ok' ? [1, 1] : undefined
  if (kind === 'quote') return [outcome === 'ok' ? 1 : 0, Number.POSITIVE_INFINITY]
  if (kind === 'stream') return [0, 0]
  if (outcome === 'ok') return [1, 1]
  return outcome === 'uncertain' ? [0, 1] : [0, 0]
}

/** Of one process: what was done for each of its calls, and what its caller was told. Small, for there are millions. */
class Page {
  acted = new Uint8Array(1_024)
  asked = new Uint8Array(1_024)
  told = new Uint8Array(1_024)
  length = 0

  reach(n: number): void {
    this.length = Math.max(this.length, n + 1)
    if (n < this.acted.length) return
    const grown = (old: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
      const next = new Uint8Array(Math.max(n + 1, old.length * 2))
      next.set(old)
      return next
    }
    this.acted = grown(this.acted)
    this.asked = grown(this.asked)
    this.told = grown(this.told)
  }
}

/** The outside witness: providers write down what they did, callers what they were told. At the end both must agree. */
export class Ledger {
  readonly #pages = new Map<string, Page>()

  #page(process: string, n: number): Page {
    const page = this.#pages.get(process) ?? new Page()
    this.#pages.set(process, page)
    page.reach(n)
    return page
  }

  /** A provider was asked. @returns How often any was before, for this call. */
  asked(process: string, n: number): number {
    const page = this.#page(process, n)
    const before = page.asked[n] ?? 0
    page.asked[n] = Math.min(before + 1, 255)
    return before
  }

  /** A provider acted. */
  acted(process: string, n: number): void {
    const page = this.#page(process, n)
    page.acted[n] = Math.min((page.acted[n] ?? 0) + 1, 255)
  }

  /** A provider did what may be done again: once counts for all. */
  repeated(process: string, n: number): void {
    this.#page(process, n).acted[n] = 1
  }

  told(process: string, n: number, kind: Kind, outcome: Outcome): void {
    const page = this.#page(process, n)
    page.told[n] = (kinds.indexOf(kind) << 4) | (outcomes.indexOf(outcome) + 1)
  }

  /** How many calls there were, how they ended, and what providers did. */
  get sums(): { readonly calls: number; readonly acts: number; readonly ended: Readonly<Record<string, number>> } {
    const ended: Record<string, number> = {}
    let calls = 0
    let acts = 0
    for (const page of this.#pages.values()) {
      for (let n = 0; n < page.length; n++) {
        const told = toldAt(page, n)
        const name = told === undefined ? 'untold' : `${told.kind}_${told.outcome}`
        if (told !== undefined) calls++
        ended[name] = (ended[name] ?? 0) + 1
        acts += page.acted[n] ?? 0
      }
    }
    return { calls, acts, ended }
  }

  /**
   * Compares.
   *
   * @param started Of the processes that ended by themselves: how many calls they made. Each of these must have been told how it ended.
   */
  compare(started: ReadonlyMap<string, number>): { readonly double: string[]; readonly lost: string[] } {
    const double: string[] = []
    const lost: string[] = []
    for (const [process, page] of this.#pages) {
      for (let n = 0; n < page.length; n++) {
        const acted = page.acted[n] ?? 0
        const told = toldAt(page, n)
        const name = `call ${n} of ${process}`
        if (told === undefined) {
          if (n < (started.get(process) ?? 0)) lost.push(`${name} was never answered`)
          // Nobody says which kind it was: a repeatable one is not written down as an act.
          if (acted > 1) double.push(`${name} was done ${acted} times`)
          continue
        }
        const bounds = allowed(told.kind, told.outcome)
        const call = `${name} (${told.kind}, told '${told.outcome}')`
        if (bounds === undefined) lost.push(`${call} should have succeeded`)
        else if (acted < bounds[0]) lost.push(`${call} was done ${acted} times`)
        else if (acted > bounds[1]) double.push(`${call} was done ${acted} times`)
      }
      for (let n = page.length; n < (started.get(process) ?? 0); n++) lost.push(`call ${n} of ${process} was never answered`)
    }
    return { double, lost }
  }
}

function toldAt(page: Page, n: number): { readonly kind: Kind; readonly outcome: Outcome } | undefined {
  const told = page.told[n] ?? 0
  const kind = kinds[told >> 4]
  const outcome = outcomes[(told & 15) - 1]
  return kind === undefined || outcome === undefined ? undefined : { kind, outcome }
}
