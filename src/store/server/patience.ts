import { StoreError } from '../../errors/index.ts'

/** How long to wait for a server, and what to do when it was too long. */
export interface Patience<T> {
  /** Milliseconds. */
  readonly timeout: number
  readonly message: string
  /** Called when it was too long. */
  readonly expired?: () => void
  /** Takes a result that comes after that. */
  readonly late?: (result: T) => void
}

/** Gives what a promise gives, or throws once it took too long: a network that swallows packets never says so itself. */
export async function within<T>(promise: Promise<T>, { timeout, message, expired, late }: Patience<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = Symbol('too long')
  const deadline = new Promise<typeof tooLong>((resolve) => {
    timer = setTimeout(resolve, timeout, tooLong)
  })
  try {
    const first = await Promise.race([promise, deadline])
    if (first !== tooLong) return first
  } finally {
    clearTimeout(timer)
  }
  expired?.()
  // Whatever comes of it, somebody takes it.
  promise.then(late, () => {})
  throw new StoreError(message)
}
