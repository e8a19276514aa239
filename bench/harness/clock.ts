/** Nanoseconds from some moment on. */
export type Clock = () => bigint

/** The clock on the wall: what a full run goes by. */
export const wallClock: Clock = () => process.hrtime.bigint()

/** What this process has used of processors, with its collector and compiler: however busy the machine is, the work costs about the same. What the guard goes by. */
export const processorClock: Clock = () => {
  const { user, system } = process.cpuUsage()
  return BigInt(user + system) * 1_000n
}
