/** Bytes that one iteration leaves on the heap, measured without a collection in between. Needs --expose-gc. */
export function bytesPerIteration(run: (times: number) => unknown, times: number = 200_000): number {
  if (globalThis.gc === undefined) throw new Error('Allocation is measured with node --expose-gc.')
  run(times)
  let least = Number.POSITIVE_INFINITY
  // The least of several: the compiler and others allocate too, but never less than the work does.
  for (let round = 0; round < 7; round++) {
    globalThis.gc()
    const before = process.memoryUsage().heapUsed
    run(times)
    least = Math.min(least, (process.memoryUsage().heapUsed - before) / times)
  }
  return Math.max(0, Math.round(least * 10) / 10)
}
