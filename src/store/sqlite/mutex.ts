/** Lets one at a time in, in the order they came. */
export class Mutex {
  #last: Promise<void> = Promise.resolve()

  /** Resolves when it is this caller's turn, to the function that ends it. */
  async lock(): Promise<() => void> {
    const { promise, resolve } = deferred()
    const before = this.#last
    this.#last = promise
    await before
    return resolve
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
