/** Lets one at a time in, in the order they came. */
export class Mutex {
  #last: Promise<void> = Promise.resolve()
  #inside = 0

  /** Whether the next one will have to wait. */
  get isBusy(): boolean {
    return this.#inside > 0
  }

  /** Resolves when it is this caller's turn, to the function that ends it. */
  async lock(): Promise<() => void> {
    const { promise, resolve } = deferred()
    const before = this.#last
    this.#last = promise
    this.#inside++
    await before
    return () => {
      this.#inside--
      resolve()
    }
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
