import type { Result } from '../harness/result.ts'

const machine: Result['machine'] = {
  node: 'v20',
  system: 'linux 6.1',
  processor: 'some',
  cores: 2,
  memoryGiB: 8,
  load: [0, 1],
  commit: 'abc',
}
const even = { median: 1, p10: 1, p90: 1 }

/** A raw result as tests want it. @param over `median` is Plugboard's own, with a tenth of spread to both sides. */
export function sampleResult(over: Partial<Result> & { readonly median?: number } = {}): Result {
  const { median = 1.1, ...rest } = over
  const own = { side: 'Plugboard', ratio: { median, p10: median * 0.9, p90: median * 1.1 }, ns: 10 }
  return {
    id: 'R1',
    what: 'get',
    against: 'Map.get',
    goal: 1.2,
    higherIsBetter: false,
    guardedBy: 'ratio',
    rounds: 31,
    seconds: 1,
    at: '2026-01-01T00:00:00.000Z',
    machine,
    versions: { awilix: '13' },
    outcome: { compared: [{ side: 'base', ratio: even, ns: 9 }, own] },
    ...rest,
  }
}
