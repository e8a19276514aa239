import { watch, type FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'

export interface FileWatchOptions {
  readonly path: string
  /** Called for each sign that the file may have been written, often several times for one write. */
  readonly touched: () => void
  /** Milliseconds between two looks whether the path still names the file that is watched. Default 1,000. */
  readonly recheckEvery?: number
}

/**
 * Watches whatever file a path names: it may not be there yet, be replaced by another one, or go and come again. A system watches files, not names, so
 * the name is looked up again now and then, and whenever something happened to the file beside a write.
 */
export class FileWatch {
  readonly #options: FileWatchOptions
  readonly #timer: NodeJS.Timeout
  #watcher: FSWatcher | undefined
  /** The file that is watched. */
  #inode: bigint | undefined
  #looking: Promise<void> | undefined
  #closed = false
  #problem: unknown

  constructor(options: FileWatchOptions) {
    this.#options = options
    this.#timer = setInterval(() => void this.look(), options.recheckEvery ?? 1_000)
    this.#timer.unref()
    void this.look()
  }

  /** Why nothing is watched; `undefined` while it is. */
  get problem(): unknown {
    return this.#problem
  }

  /** Watches the file that the path names now. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
    this.#watcher?.close()
  }

  async #look(): Promise<void> {
    try {
      const { ino } = await stat(this.#options.path, { bigint: true })
      if (this.#closed || ino === this.#inode) return
      this.#watcher?.close()
      this.#watcher = this.#watch()
      this.#inode = ino
      this.#problem = undefined
      // What was written before it was watched.
      this.#options.touched()
    } catch (error) {
      this.#problem = error
      this.#forget()
    }
  }

  #watch(): FSWatcher {
    const watcher = watch(this.#options.path, { persistent: false })
    watcher.on('change', (kind) => {
      if (this.#closed) return
      if (kind === 'rename') void this.look()
      this.#options.touched()
    })
    watcher.on('error', (error) => {
      this.#problem = error
      this.#forget()
    })
    return watcher
  }

  #forget(): void {
    this.#watcher?.close()
    this.#watcher = undefined
    this.#inode = undefined
  }
}
