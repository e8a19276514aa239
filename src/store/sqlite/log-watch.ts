import { sql } from 'kysely'
import type { WatchOptions } from '../dialect.ts'
import type { ChangeWatch } from '../watch.ts'
import { FileWatch } from './file-watch.ts'

/**
 * Milliseconds after a sign at which to look. The log is written before it is flushed, and readable only after that, which may take a while on a slow
 * disk: one look at the first sign would come too early, and no sign follows.
 */
const looks = [1, 1, 2, 4, 8, 16, 32, 64, 128] as const
/** Milliseconds until it is tried again where the file could not be found out. */
const again = 1_000

/** Watches the write-ahead log of an SQLite file, or the file itself where it has none, and tells of each revision that is made. */
export class LogWatch implements ChangeWatch {
  readonly source: string
  readonly #options: WatchOptions
  #file: FileWatch | undefined
  #problem: unknown
  /** The change mark at the last look. */
  #seen: number | undefined
  #timer: NodeJS.Timeout | undefined
  #step = 0
  #looking = false
  #closed = false
  #starting: Promise<void>

  constructor(source: string, options: WatchOptions) {
    this.source = source
    this.#options = options
    this.#starting = this.#start()
  }

  get problem(): unknown {
    return this.#problem ?? this.#file?.problem
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#starting
    this.#file?.close()
  }

  async #start(): Promise<void> {
    try {
      const { reads } = await this.#options.connect()
      const asked = sql<{ file: string | null; mode: string }>`select d.file, j.journal_mode as mode
        from pragma_database_list as d, pragma_journal_mode as j where d.name = 'main'`
      const [row] = (await asked.execute(reads)).rows
      this.#problem = undefined
      // A database in memory has no file.
      if (this.#closed || row === undefined || row.file === null || row.file === '') return
      this.#file = new FileWatch({ path: row.mode === 'wal' ? `${row.file}-wal` : row.file, touched: () => this.#touched() })
    } catch (error) {
      this.#problem = error
      if (this.#closed) return
      const retry = setTimeout(() => {
        if (!this.#closed) this.#starting = this.#start()
      }, again)
      retry.unref()
    }
  }

  /** At a sign the looks begin anew; one that is at hand stays, so that a stream of signs puts off none. */
  #touched(): void {
    if (this.#step > 2) {
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
    this.#step = 0
    this.#schedule()
  }

  #schedule(): void {
    const delay = looks[this.#step]
    if (this.#closed || this.#looking || this.#timer !== undefined || delay === undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#step++
      this.#looking = true
      void this.#look().then(() => {
        this.#looking = false
        this.#schedule()
      })
    }, delay)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    try {
      const mark = await this.#options.mark()
      if (mark === this.#seen) return
      this.#seen = mark
      // The signs of a next write may have come before this look.
      this.#step = 0
      this.#options.changed(await this.#options.head())
    } catch {
      // The database is away, busy or closed. The poll tells of that.
    }
  }
}
