import { inject } from 'vitest'

// Runs before each test file, after Stryker's own setup. Its thread stays: what the last run left is taken away.
const stryker = globalThis[inject('globalNamespace')]
if (stryker !== undefined) {
  // In a new thread nothing is counted while files load, so that no count can keep one from loading.
  delete stryker.hitCount
  if (inject('mode') === 'dry-run') delete stryker.mutantCoverage
  // One that only works while sources load has been set for that already; any other must not be on then.
  else if (inject('mutantActivation') !== 'static') stryker.activeMutant = undefined
}
