/** The command's own way to the terminal or the pipe. */
export interface Streams {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
  /** Resolves when what was written has left the process, or can't any more. */
  readonly flush: () => Promise<void>
}

/**
 * Takes stdout for the command's result alone: what the application's modules or plugins print goes to stderr, so that a pipe gets one clean
 * document. A reader that has gone (`plugboard list | head -1`) is no error.
 */
export function claimStreams(): Streams {
  const { stdout, stderr } = process
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  const write = stdout.write.bind(stdout)
  stdout.write = stderr.write.bind(stderr)
  return {
    out: (text) => void write(text),
    error: (text) => void stderr.write(text),
    flush: () =>
      new Promise((resolve) => {
        if (stdout.destroyed || !stdout.writable) resolve()
        else write('', () => resolve())
      }),
  }
}
