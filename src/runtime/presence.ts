import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { signsKeptFor, type ProcessRow, type Store } from '../store/index.ts'
import type { Logger } from './events.ts'
import { inTime } from './patience.ts'

/** What a process says of itself. */
export interface PresenceOptions {
  readonly store: Store
  readonly logger: Logger | undefined
  readonly release: string
  readonly keyIds: readonly string[]
  /** The code that is registered here. */
  readonly registered: ProcessRow['registered']
  readonly configVersions: ProcessRow['configVersions']
  readonly now: () => number
  /** Monotonic milliseconds. */
  readonly elapsed: () => number
}

const beatEvery = 30_000
/** One that could not be written is tried again sooner: others believe the last one for 90 s. */
const retryAfter = 10_000
/** So many signs apart, those who are long gone are forgotten. */
const forgetEach = 20
/** Another revision is told after so long at the latest, and never more often: a burst of changes is told once. */
const tellWithin = 2_000
/** Milliseconds the database may take to write it down. */
const beatDeadline = 10_000

/** This process's sign of life in the database: which keys it has, which revision it serves. */
export class Presence {
  /** Of this process's row. */
  readonly id: string = randomUUID()
  readonly #options: PresenceOptions
  readonly #startedAt: number
  /** On the monotonic clock; `undefined` while nothing was written. */
  #last: number | undefined
  /** The revision that was last told. */
  #told: number | undefined
  /** What is being written: the next sign waits for it, so that none queue up behind a lock. */
  #beating: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #signs = 0
  #failed = false

  constructor(options: PresenceOptions) {
    this.#options = options
    this.#startedAt = options.now()
  }

  /**
   * Writes a sign of life, and from then on whenever one is due, however seldom the board polls. Never rejects: a database that can only be read still
   * serves. Nobody who follows changes waits for it: it may take its time where many write.
   *
   * @param served The revision served just then.
   */
  start(served: () => number): Promise<void> {
    this.#timer = setInterval(() => void this.#beat(served()), tellWithin / 2)
    this.#timer.unref()
    return this.#beat(served())
  }

  async #beat(revision: number): Promise<void> {
    const { elapsed } = this.#options
    const every = this.#failed ? retryAfter : revision === this.#told ? beatEvery : tellWithin
    if (this.#beating !== undefined || (this.#last !== undefined && elapsed() - this.#last < every)) return
    this.#last = elapsed()
    this.#told = revision
    this.#failed = false
    this.#beating = this.#write(revision)
    await this.#beating
    this.#beating = undefined
  }

  async #write(revision: number): Promise<void> {
    const { store, release, keyIds, registered, configVersions, now, logger } = this.#options
    const { id } = this
    const [startedAt, seenAt] = [this.#startedAt, now()]
    const row = { id, host: hostname(), pid: process.pid, release, keyIds, revision, startedAt, seenAt, registered, configVersions }
    try {
      await inTime(store.description, store.heartbeat(row, this.#signs++ % forgetEach === 0 ? signsKeptFor : undefined), beatDeadline)
    } catch (error) {
      this.#failed = true
      logger?.warn({ err: error }, 'the sign of life could not be written')
    }
  }

  /** Takes it back. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    await this.#beating
    if (this.#last !== undefined) await this.#options.store.forgetProcess(this.id).catch(() => {})
  }
}
