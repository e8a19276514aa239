import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'

/** Where a run happened, as far as it matters for its figures. Nothing in it names the machine or what lies on it. */
export interface Machine {
  readonly node: string
  readonly system: string
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  /** One-minute load averages before and after: above the number of cores the machine was busy with other work. */
  readonly load: readonly [before: number, after: number]
  readonly commit: string
}

export const load = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100

export function thisMachine(loads: Machine['load']): Machine {
  return {
    node: process.version,
    // Its first two numbers: what follows may be somebody's own name for it.
    system: `${platform()} ${/^\d+\.\d+/.exec(release())?.[0] ?? ''}`.trim(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: loads,
    commit: commit(),
  }
}

function commit(): string {
  try {
    const head = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
    const dirty = execFileSync('git', ['status', '--porcelain', '--', 'src', 'bench/rows', 'bench/subjects', 'bench/harness'], {
      encoding: 'utf8',
    })
    return dirty.trim() === '' ? head : `${head} with changes`
  } catch {
    return 'unknown'
  }
}
