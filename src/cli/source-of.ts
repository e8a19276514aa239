import { configSource, type ConfigSource } from './config-source.ts'
import type { Session } from './session.ts'

/** The environment, files and stdin of a command. Stdin is read once, however often it is asked for. */
export function sourceOf(session: Session): ConfigSource {
  const source = configSource(session.startedIn, process.env, process.stdin)
  let text: Promise<string> | undefined
  return {
    ...source,
    stdin: (label) => {
      if (text !== undefined) return text
      if (process.stdin.isTTY) session.output.note('Reading JSON from the terminal; end with Ctrl-D.')
      text = source.stdin(label)
      return text
    },
  }
}
