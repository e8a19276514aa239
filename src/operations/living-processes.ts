import type { ProcessRow } from '../store/index.ts'

/** Milliseconds: a process not seen for so long is gone. They say that they live every ten seconds. */
const livesFor = 60_000

/** Processes on this database that may be running still. One that was killed is among them for a minute. */
export function livingProcesses(processes: readonly ProcessRow[], now: number): readonly ProcessRow[] {
  return processes.filter(({ seenAt }) => seenAt > now - livesFor)
}
