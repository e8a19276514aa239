/** Shorter work is over before a bar helps. */
const fewest = 5
/** The bar with its text; a terminal that says it has no width gets none. */
const columns = 60
const interrupted = 130

/**
 * Shows a progress bar on stderr while work is done, where that is a terminal and there is enough to do.
 *
 * @param total How many pieces there are; the work calls `advance` after each, or with how many it did.
 */
export async function withProgress<R>(what: string, total: number, work: (advance: (by?: number) => void) => Promise<R>): Promise<R> {
  if (!process.stderr.isTTY || process.stderr.columns < columns || total < fewest) return work(() => {})
  const { progress } = await import('@clack/prompts')
  const bar = progress({ max: total, output: process.stderr, onCancel: () => process.exit(interrupted) })
  // Ctrl-C reaches the bar as a key, and it would end the process as if all were well.
  const onExit = (): void => void (process.exitCode = interrupted)
  process.on('exit', onExit)
  let done = 0
  const state = (): string => `${what} ${done}/${total}`
  bar.start(state())
  try {
    return await work((by = 1) => {
      done += by
      bar.advance(by, state())
    })
  } finally {
    process.off('exit', onExit)
    bar.stop(state())
  }
}
