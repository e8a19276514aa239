import { setTimeout as after } from 'node:timers/promises'
import type { ChangeHint, ChangeWatch, Notifier, NotifierChannel, Store } from '../store/index.ts'
import { atMost } from './patience.ts'

/** What following is made of. */
export interface FollowingOptions {
  readonly store: Store
  readonly notifier: Notifier | undefined
  /** What this process serves now. */
  readonly served: () => Head | undefined
  /** Reads what was written, and takes it in. Never rejects. */
  readonly look: () => Promise<void>
}

interface Head {
  readonly epoch: string
  readonly revision: number
}

/** A way by which changes are heard of, and how it stands. */
export interface Source {
  /** `redis (127.0.0.1:6379)` */
  readonly name: string
  readonly listening: boolean
}

/** Looks in a row that found nothing new, after which the next one waits. */
const vainLooks = 10
/** Milliseconds between looks that find nothing new: whoever floods the channel makes no flood of queries. */
const pause = 100
/** Milliseconds that words under way are waited for at the end. */
const lastWords = 1_000

/**
 * Hears of changes that other processes made, and looks at once. A word is only a hint: what is served already starts nothing, a burst makes one look and
 * one after it, and what is lost the poll finds.
 */
export class Following {
  readonly #options: FollowingOptions
  #watch: ChangeWatch | undefined
  #channel: { readonly epoch: string; readonly open: NotifierChannel; watch: ChangeWatch | undefined } | undefined
  #listens = false
  #closed = false
  #looking = false
  /** The word that came while a look was under way. */
  #next: ChangeHint | undefined
  #vain = 0
  /** Written before the epoch was known. */
  #unpublished: number | undefined
  readonly #publishing = new Set<Promise<void>>()

  constructor(options: FollowingOptions) {
    this.#options = options
  }

  get sources(): readonly Source[] {
    const watches = [this.#watch, this.#channel?.watch].filter((watch) => watch !== undefined)
    return watches.map((watch) => ({ name: watch.source, listening: watch.problem === undefined }))
  }

  /** Begins to listen. */
  start(): void {
    if (this.#closed) return
    this.#listens = true
    this.#watch = this.#options.store.watch?.((hint) => this.told(hint))
    this.tuneIn()
  }

  /** Uses the channel of the database that is served now: another epoch has another one. */
  tuneIn(): void {
    const { notifier, served } = this.#options
    const epoch = served()?.epoch
    if (notifier === undefined || epoch === undefined || this.#closed) return
    if (this.#channel?.epoch !== epoch) {
      void this.#channel?.watch?.close()
      void this.#channel?.open.close()
      this.#channel = { epoch, open: notifier.open(epoch), watch: undefined }
    }
    if (this.#listens) this.#channel.watch ??= this.#channel.open.listen((hint) => this.told(hint))
    const unpublished = this.#unpublished
    this.#unpublished = undefined
    if (unpublished !== undefined) this.publish(unpublished)
  }

  /** Tells the others what this process wrote. */
  publish(revision: number): void {
    if (this.#options.notifier === undefined || this.#closed) return
    this.tuneIn()
    if (this.#channel === undefined) {
      this.#unpublished = revision
      return
    }
    const publishing = this.#channel.open.publish(revision).finally(() => this.#publishing.delete(publishing))
    this.#publishing.add(publishing)
  }

  /** Takes a word of change. */
  told(hint: ChangeHint): void {
    if (this.#closed || this.#isServed(hint)) return
    if (this.#looking) this.#next = later(this.#next, hint)
    else void this.#look()
  }

  /** The poll found what nobody had told of. */
  missed(): void {
    this.#watch?.suspect?.()
    this.#channel?.watch?.suspect?.()
  }

  async close(): Promise<void> {
    this.#closed = true
    await atMost(Promise.all(this.#publishing), lastWords)
    const opened = [this.#watch, this.#channel?.watch, this.#channel?.open].filter((each) => each !== undefined)
    await atMost(Promise.allSettled(opened.map((each) => each.close())), lastWords)
  }

  async #look(): Promise<void> {
    this.#looking = true
    do {
      this.#next = undefined
      if (this.#vain > vainLooks) await after(pause, undefined, { ref: false })
      const before = this.#options.served()
      await this.#options.look()
      const now = this.#options.served()
      this.#vain = before?.revision === now?.revision && before?.epoch === now?.epoch ? this.#vain + 1 : 0
    } while (!this.#closed && this.#next !== undefined && !this.#isServed(this.#next))
    this.#looking = false
  }

  #isServed({ epoch, revision }: ChangeHint): boolean {
    const head = this.#options.served()
    if (revision === undefined || head === undefined) return false
    return (epoch === undefined || epoch === head.epoch) && revision <= head.revision
  }
}

/** Of two words the one that asks for more; one that names nothing asks for a look whatever is served. */
function later(one: ChangeHint | undefined, other: ChangeHint): ChangeHint {
  if (one === undefined) return other
  if (one.revision === undefined || other.revision === undefined || one.epoch !== other.epoch) return {}
  return one.revision > other.revision ? one : other
}
