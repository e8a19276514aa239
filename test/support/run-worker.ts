import { spawn, type ChildProcess } from 'node:child_process'
import { testKeys } from './open-board.ts'

/** A process of a test's own, and what it says, a JSON document a line. */
export interface Worker {
  readonly child: ChildProcess
  readonly said: readonly Readonly<Record<string, unknown>>[]
  readonly errors: () => string
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>
}

/**
 * Runs a bundled worker. Its environment has PLUGBOARD_KEYS, and what is given.
 *
 * @param options.shell Goes before it in a shell: `ulimit -f 100`.
 * @param options.node Flags of Node.
 */
export function runWorker(
  path: string,
  env: Readonly<Record<string, string>>,
  options: { readonly shell?: string; readonly node?: readonly string[] } = {},
): Worker {
  const settings = {
    env: { ...process.env, PLUGBOARD_KEYS: testKeys, ...env },
    stdio: ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'],
  }
  const child =
    options.shell === undefined
      ? spawn(process.execPath, [...(options.node ?? []), path], settings)
      : spawn('sh', ['-c', `${options.shell}; exec "$0" "$1"`, process.execPath, path], settings)
  // Most read nothing; one that does ends its waiting with its input.
  child.stdin.on('error', () => {})
  const said: Readonly<Record<string, unknown>>[] = []
  let rest = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = `${rest}${chunk.toString()}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) said.push(JSON.parse(line) as Readonly<Record<string, unknown>>)
  })
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
  return { child, said, errors: () => errors, ended }
}
