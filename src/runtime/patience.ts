import { StoreError } from '../errors/index.ts'

/** Waits until something has settled, but no longer than so many milliseconds. Says whether it has. */
export async function atMost(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false)
  })
  const settled = work.then(
    () => true,
    () => true,
  )
  try {
    return await Promise.race([settled, over])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * An answer of the database, in time. One that comes later is dropped.
 *
 * @throws StoreError where none came.
 */
export async function inTime<T>(description: string, asked: Promise<T>, milliseconds: number): Promise<T> {
  if (await atMost(asked, milliseconds)) return asked
  asked.catch(() => {})
  throw new StoreError(
    `${description} did not answer within ${milliseconds} ms. Check that it runs and that this process reaches it; it is asked again.`,
  )
}
