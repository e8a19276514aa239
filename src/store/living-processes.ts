import { hostname } from 'node:os'
import type { ProcessRow } from './rows.ts'

/** Milliseconds: a process not seen for so long is gone. They say that they live every thirty seconds. */
const livesFor = 90_000

/** Milliseconds a sign of life is kept, and believed of a process that runs on this machine: longer than a clock jumps by an hour. */
export const signsKeptFor = 7_200_000

/**
 * Processes on this database that may be running still. One that was killed is among them for 90 seconds.
 *
 * Signs of life carry the time of day, and a clock may jump. One from before a jump forward looks old until the next one: of a process of this machine the
 * machine is asked. One from before a jump back lies ahead, and counts.
 *
 * @param isRunning Whether a process runs on this machine. Where it runs elsewhere: false.
 */
export function livingProcesses(
  processes: readonly ProcessRow[],
  now: number,
  isRunning: (row: ProcessRow) => boolean = runsHere,
): readonly ProcessRow[] {
  return processes.filter((row) => row.seenAt > now - livesFor || (row.seenAt > now - signsKeptFor && isRunning(row)))
}

/** Whether this machine has a process of the row's number. Another one may have been given it since: that is the safe side. */
function runsHere({ host, pid }: ProcessRow): boolean {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process runs, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
