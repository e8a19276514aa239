import { readFileSync } from 'node:fs'
import { BaseSequencer } from 'vitest/node'

/**
 * Puts the test files that load much last: a mutant's run ends with the first test that fails, so most mutants never wait until the whole library, its
 * drivers and some schema libraries are loaded.
 */
export class LightFirst extends BaseSequencer {
  async sort(files) {
    const weights = new Map(files.map((file) => [file, weightOf(readFileSync(file.moduleId, 'utf8'))]))
    return files.toSorted((a, b) => weights.get(a) - weights.get(b) || (a.moduleId < b.moduleId ? -1 : 1))
  }
}

/** Packages that a test file imports; the whole library counts as many. */
function weightOf(text) {
  const imported = Array.from(text.matchAll(/^import [^']*'([^']+)'/gm), ([, from]) => from)
  const packages = imported.filter((from) => /^[@a-z]/.test(from) && !/^(?:node:|vitest$)/.test(from))
  return (
    packages.length + (imported.some((from) => /^(?:\.\.\/)+(?:index|board|sqlite|test\/support\/open-board)\.ts$/.test(from)) ? 10 : 0)
  )
}
