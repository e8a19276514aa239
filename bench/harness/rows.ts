import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { guardMisses, type Result } from './result.ts'

const folder = join(import.meta.dirname, '..')

/** Where the results of a whole run lie, committed. */
export const resultsFolder: string = join(folder, 'results')

/** The ids of all rows. */
export const rowIds: readonly string[] = readdirSync(join(folder, 'rows'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => basename(name, '.ts'))
  .toSorted()

export interface RunOptions {
  /** The folder that gets the result. */
  readonly out: string
  readonly quick?: boolean
}

/** Measures a row in a process of its own; `undefined` where it came to no end. */
export async function runRow(id: string, { out, quick = false }: RunOptions): Promise<Result | undefined> {
  mkdirSync(out, { recursive: true })
  const file = join(out, `${id}.json`)
  rmSync(file, { force: true })
  const run = join(folder, 'harness', 'run-row.ts')
  const args = ['--expose-gc', '--import', import.meta.resolve('tsx'), run, id, '--out', file, ...(quick ? ['--quick'] : [])]
  const [code] = (await once(spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] }), 'exit')) as [number | null]
  return code === 0 && existsSync(file) ? readResult(file) : undefined
}

/** How often a row is tried before the guard believes what it misses: what the code costs it costs each time, what a machine does to it passes. */
const attempts = 3

/** The guard's word on a row: what it misses each time it is tried, or nothing. */
export async function guardRow(id: string): Promise<{ readonly result: Result | undefined; readonly misses: readonly string[] }> {
  const out = join(tmpdir(), `plugboard-bench-${process.pid}`)
  try {
    for (let attempt = 1; ; attempt++) {
      const result = await runRow(id, { out, quick: true })
      const missed = result === undefined ? ['it came to no end'] : guardMisses(result)
      if (missed.length === 0 || attempt === attempts) return { result, misses: missed }
      console.log(`${id}: ${missed.join('; ')}. Once more.`)
    }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** All results in a folder; none where there is no such folder. */
export function readResults(from: string): Result[] {
  if (!existsSync(from)) return []
  const files = readdirSync(from).filter((name) => name.endsWith('.json'))
  return files.toSorted().map((name) => readResult(join(from, name)))
}

function readResult(file: string): Result {
  // Written by run-row.ts.
  return JSON.parse(readFileSync(file, 'utf8')) as Result
}
