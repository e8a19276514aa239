import { vi } from 'vitest'
import type { DatabaseKind } from './databases.ts'

const times = Math.max(1, Math.trunc(Number(process.env['PLUGBOARD_TEST_RUNS'] ?? 1)) || 1)

/**
 * How often a property is tried: a little in every run, less on a server than on a file, and `PLUGBOARD_TEST_RUNS=20` times as often for somebody who looks
 * for trouble.
 */
export function runs(usual: number, { name }: DatabaseKind): { readonly numRuns: number; readonly endOnFailure: boolean } {
  const here = name === 'sqlite' ? usual : Math.ceil(usual / 3)
  // Shrinking on a database would take minutes; the seed that fast-check prints finds the case again.
  return { numRuns: here * times, endOnFailure: true }
}

/**
 * The same for a property without a database. Where mutants are tried, each of them runs it: a tenth as often then, and on the same cases, so that a mutant
 * that was found once is found again.
 */
export function often(usual: number): { readonly numRuns: number; readonly seed?: number } {
  return process.env['PLUGBOARD_MUTANTS'] === undefined ? { numRuns: usual * times } : { numRuns: Math.ceil(usual / 10), seed: 1 }
}

/** Gives the tests of a file the time for it. */
export function allowTimeForRuns(): void {
  vi.setConfig({ testTimeout: 180_000 * times })
}
