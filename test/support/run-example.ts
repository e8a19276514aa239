import { execFile } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs an example as `npm run example -- NAME` does, with no settings of ours. */
export function runExample(name: string, ...args: readonly string[]): Promise<Ran> {
  const { PLUGBOARD_DB: _db, PLUGBOARD_KEYS: _keys, INIT_CWD: _cwd, ...env } = process.env
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', join(root, 'examples', name, 'main.ts'), ...args],
      { cwd: root, env, timeout: 150_000, maxBuffer: 1 << 24 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}
